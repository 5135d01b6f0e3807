--- Looks for known problems of a swarm, and says for each what was seen, what it means and what to do.
---
---     local diagnosis = require "diagnosis"
---     diagnosis.conclude(run, diagnosis.of(run))
---
--- It only reads, and needs no particular host: a host that can't be asked is itself a finding, and the rest is checked
--- without it. A finding is { host=, what=, saw=, means=, act= }.
local checks = require "checks"
local meanings = require "diagnosis.meanings"

local diagnosis = {}

--- How much disk must be free for Docker's data, in bytes.
diagnosis.least_disk = 1024 * 1024 * 1024

--- What a call returned, or why it failed: { value= } or { problem= }. A mistake in the calling code stays an error.
local function attempt(call, ...)
  local ok, value = pcall(call, ...)
  if ok then return { value = value } end
  local code = type(value) ~= "string" and value.code
  if not code or code:find("^lua%.") or code:find("^runbook%.") then error(value, 0) end
  local causes = {}
  if value.cause then causes[1] = value.cause end
  for _, part in ipairs(value.related or {}) do
    causes[#causes + 1] = (part.host and part.host .. ": " or "") .. part.message
  end
  return { problem = {
    code = code, message = value.message, cause = table.concat(causes, "; "), hint = value.hint or "",
  } }
end

--- The engine's or ssh's own words about a failed call.
local function words(problem) return problem.cause ~= "" and problem.cause or problem.message end

-- One host by itself.

--- What the engine of a host with swarm problems has logged lately about them: the newest line with a known error; nil
--- if there is none, or no journal.
local function log_words(host, engine)
  if not engine or engine.state == "active" or engine.state == "locked" or engine.error ~= "" then return nil end
  local read = step("read its engine's log", function()
    return attempt(ssh.read, host, {
      "journalctl", "--unit=docker", "--since=-15min", "--lines=500", "--no-pager", "--output=cat",
    }, { sudo = true, check = false, timeout = "20s" })
  end)
  local newest
  for line in (read.value and read.value.stdout or ""):gmatch("[^\n]+") do
    if meanings.is_known(line) then newest = line end
  end
  return newest and "its engine's log: " .. newest:sub(1, 400)
end

--- What a host and its engine say, each as far as it answers.
local function ask(host)
  local seen = step("ask the host", function()
    return parallel {
      facts = function() return attempt(ssh.facts, host) end,
      engine = function() return attempt(docker.info, host) end,
    }
  end)
  seen.log = log_words(host, seen.engine.value)
  return seen
end

--- What is wrong with a host and its engine themselves.
local function host_findings(host, seen, add)
  if seen.facts.problem then
    return add(host, meanings.of_host(host, seen.facts.problem, words(seen.facts.problem)))
  end
  local facts = seen.facts.value
  if facts.free_bytes and facts.free_bytes >= 0 and facts.free_bytes < diagnosis.least_disk then
    add(host, meanings.of_disk(host, facts))
  end
  if seen.engine.problem then
    return add(host, meanings.of_engine(host, seen.engine.problem, words(seen.engine.problem)))
  end
  local engine = seen.engine.value
  if engine.state == "locked" then return add(host, meanings.locked(host)) end
  local text = engine.error ~= "" and engine.error or seen.log
  if text then return add(host, meanings.of_swarm_error(host, engine.state, text)) end
  if engine.state == "pending" then return add(host, meanings.joining(host)) end
  if engine.state == "error" then add(host, meanings.of_swarm_error(host, engine.state, "it gives no reason")) end
end

--- The certificate by which a host is a node, read from its disk: no engine needs to run for that.
local function certificate_findings(host, seen, add)
  if not seen.facts.value then return end
  local engine = seen.engine.value
  if engine and engine.state ~= "active" and engine.state ~= "locked" then return end
  local root = engine and engine.data_root or seen.facts.value.data_root
  if not root or root == "" then root = "/var/lib/docker" end
  local read = step("read its certificate", function() return attempt(pki.certificate, host, { data_root = root }) end)
  if read.problem then
    -- Without an engine it is unknown whether the host is in a swarm at all.
    if engine then add(host, meanings.no_certificate(host, words(read.problem))) end
    return
  end
  local certificate = read.value
  if certificate.is_expired == true then
    add(host, meanings.expired(host, certificate))
  elseif certificate.is_trusted == false then
    add(host, meanings.untrusted(host, certificate))
  elseif certificate.is_renewal_overdue == true then
    add(host, meanings.overdue(host, certificate))
  end
end

-- Hosts beside each other.

--- The clocks, each compared with that of the manager, or of the first host that answers.
local function clock_findings(run, seen, add)
  local reference, name
  local function offset(host)
    local facts = seen[host.name].facts.value
    return facts and type(facts.clock_offset) == "number" and facts.clock_offset or nil
  end
  for _, host in ipairs(run.inventory.hosts) do
    if not reference or (host == run.inventory.manager and offset(host)) then
      reference, name = offset(host), host.name
    end
  end
  for _, host in ipairs(run.inventory.hosts) do
    local mine = offset(host)
    if reference and mine and math.abs(mine - reference) > checks.clock_limit then
      add(host, meanings.clock(host, mine - reference, name))
    end
  end
end

--- The ports that other hosts must reach: 2377 of each manager, 7946 between the nodes of one swarm. Hosts that do not
--- answer at all are a finding already.
local function port_findings(run, host, seen, add)
  if not seen[host.name].facts.value then return end
  local function swarm_of(other)
    local engine = seen[other.name].engine.value
    return engine and engine.state == "active" and engine or nil
  end
  local function are_together(one, other)
    for _, manager in ipairs(one.managers or {}) do
      for _, same in ipairs(other.managers or {}) do
        if manager.node_id == same.node_id then return true end
      end
    end
    return false
  end
  local wishes = {}
  for _, other in ipairs(run.inventory.hosts) do
    if other.name ~= host.name and seen[other.name].facts.value then
      local function wish(port)
        wishes[#wishes + 1] = { name = ("%s:%d"):format(other.name, port), other = other, port = port }
      end
      if other.role == "manager" then wish(2377) end
      local mine, its = swarm_of(host), swarm_of(other)
      if mine and its and are_together(mine, its) then wish(7946) end
    end
  end
  if #wishes == 0 then return end
  local reached = step("reach the other hosts", function()
    return parallel(wishes, { limit = 8 }, function(wish)
      local found, state = checks.reach(host, wish.other, wish.port, wish.port == 2377)
      return found and { saw = found.message, state = state } or false
    end)
  end)
  for index, wish in ipairs(wishes) do
    local found = reached[index]
    if found then
      local engine = seen[wish.other.name].engine
      add(host, meanings.port(host, wish.other, wish.port, found, engine.problem, engine.value and engine.value.state))
    end
  end
end

-- A swarm, asked of one of its managers.

--- One manager of each swarm that the hosts manage: those of one swarm know the same managers.
local function managers_to_ask(run, seen)
  local asked, chosen = {}, {}
  local first = run.inventory.manager
  local hosts = { first }
  for _, host in ipairs(run.inventory.hosts) do
    if host.name ~= first.name then hosts[#hosts + 1] = host end
  end
  for _, host in ipairs(hosts) do
    local engine = seen[host.name].engine.value
    if engine and engine.is_manager == true and engine.state == "active" then
      local key = engine.node_id
      for _, manager in ipairs(engine.managers or {}) do
        if manager.node_id < key then key = manager.node_id end
      end
      if not asked[key] then chosen[#chosen + 1] = host end
      asked[key] = true
    end
  end
  return chosen
end

local function quorum_findings(manager, read, add)
  if read.problem then
    add(manager, meanings.of_swarm_error(manager, "active", words(read.problem)))
    return false
  end
  local info = read.value
  if not info.quorum then return true end
  if info.quorum.kept == false then
    add(manager, meanings.lost_quorum(manager, info))
    return false
  end
  for _, member in ipairs(info.managers or {}) do
    if member.is_reachable == false then add(manager, meanings.manager_away(member, info.quorum)) end
  end
  if info.quorum.managers == 2 then add(manager, meanings.two_managers(manager)) end
  return true
end

local function node_findings(run, manager, nodes, seen, add)
  -- Hosts that do not say which node they are: it may be one that is down.
  local silent, of_host = {}, {}
  for _, host in ipairs(run.inventory.hosts) do
    local engine = seen[host.name].engine.value
    if not engine or engine.state == "locked" then silent[#silent + 1] = host end
  end
  for _, member in ipairs(nodes) do
    if member.host then of_host[member.host] = member end
  end
  for _, member in ipairs(nodes) do
    if member.state ~= "ready" then
      local whose
      for _, host in ipairs(silent) do
        local is_like = member.address == host.address or member.hostname == host.name
        if is_like and not of_host[host.name] then whose = host end
      end
      local owner = whose and seen[whose.name].engine.value
      if owner and owner.state == "locked" then
        log.info(("the node %s is that of the locked manager %s"):format(member.id, whose.name))
      elseif member.host then
        add(member.host, meanings.node_down(member, manager))
      elseif whose then
        add(whose, meanings.silent_node(whose, member, manager))
      else
        add(manager, meanings.stale_node(member, manager, silent))
      end
    end
  end
  -- Before the procedure every host is alone, which is correct.
  if #nodes < 2 or manager.name ~= run.inventory.manager.name then return end
  for _, host in ipairs(run.inventory.hosts) do
    local engine = seen[host.name].engine.value
    if engine and not of_host[host.name] and engine.error == "" then
      add(host, meanings.not_joined(host, engine, manager))
    end
  end
end

local function swarm_findings(run, manager, seen, add)
  local read = step("ask for the managers", function() return attempt(swarm.info, manager) end)
  if not quorum_findings(manager, read, add) then return end
  local told = step("ask for nodes, tasks and networks", function()
    return parallel {
      nodes = function() return attempt(node.list, manager) end,
      tasks = function() return attempt(stack.problems, manager, { log_lines = 5 }) end,
      left = function() return attempt(stack.leftovers, manager) end,
      settings = function() return attempt(swarm.settings, manager) end,
    }
  end)
  for _, part in ipairs { "nodes", "tasks", "left", "settings" } do
    local problem = told[part].problem
    if problem then add(manager, meanings.of_swarm_error(manager, "active", words(problem))) end
  end
  local nodes = told.nodes.value or {}
  node_findings(run, manager, nodes, seen, add)
  for _, task in ipairs(told.tasks.value or {}) do add(task.host or manager, meanings.task(task, manager)) end
  for _, part in ipairs(told.left.value or {}) do add(manager, meanings.left_behind(part, manager)) end
  if told.settings.value and told.settings.value.is_rotating == true then add(manager, meanings.rotating(manager)) end
  return nodes
end

--- Whether tasks reach each other over the overlay networks: the only way to see UDP 7946 and 4789.
local function overlay_findings(run, manager, nodes, timeout, add)
  if not nodes or #nodes < 2 then return end
  local found = step("try the networks between hosts", function()
    local results = {}
    for _, name in ipairs(stack.list(manager)) do
      results[#results + 1] = {
        stack = name, tried = attempt(stack.wait_reachable, manager, name, { timeout = timeout, partial = true }),
      }
    end
    return results
  end)
  for _, entry in ipairs(found) do
    local problem = entry.tried.problem
    if problem and problem.code == "network.unreachable" then
      add(manager, meanings.overlay(entry.stack, problem, words(problem)))
    elseif problem then
      log.info(("the networks of the stack %s were not tested: %s"):format(entry.stack, words(problem)))
    end
  end
end

--- Checks everything. Returns the findings in the order of the inventory.
function diagnosis.of(run, timeout)
  local found, told = {}, {}
  local function add(host, finding)
    finding.host = finding.host or tostring(host)
    local key = ("%s %s"):format(finding.host, finding.what)
    if not told[key] then found[#found + 1] = finding end
    told[key] = true
  end
  --- In the order of the inventory, whichever host answered first.
  local function in_order()
    local sorted = {}
    local is_known = {}
    for _, host in ipairs(run.inventory.hosts) do
      is_known[host.name] = true
      for _, finding in ipairs(found) do
        if finding.host == host.name then sorted[#sorted + 1] = finding end
      end
    end
    -- Machines outside of the inventory.
    for _, finding in ipairs(found) do
      if not is_known[finding.host] then sorted[#sorted + 1] = finding end
    end
    return sorted
  end

  local hosts, seen = run.inventory.hosts, {}
  for index, result in ipairs(parallel("look", hosts, ask)) do seen[hosts[index].name] = result end
  if not seen[hosts[1].name] then return found end       -- a dry run
  for _, host in ipairs(hosts) do host_findings(host, seen[host.name], add) end
  clock_findings(run, seen, add)
  parallel("look closer", hosts, function(host)
    certificate_findings(host, seen[host.name], add)
    port_findings(run, host, seen, add)
  end)
  for _, manager in ipairs(managers_to_ask(run, seen)) do
    scope("swarm of " .. manager.name, function()
      local nodes = swarm_findings(run, manager, seen, add)
      overlay_findings(run, manager, nodes, timeout or "10s", add)
    end)
  end
  return in_order()
end

--- Ends the run with the findings, each with what was seen, what it means and what to do. Without findings it only
--- logs.
function diagnosis.conclude(run, found)
  if #found == 0 then
    log.info(("Nothing was found: %d hosts, their engines, certificates, clocks and ports, and every swarm that they "
      .. "manage, with its nodes, tasks and networks."):format(#run.inventory.hosts))
    return
  end
  local is_known, findings = {}, {}
  for _, host in ipairs(run.inventory.hosts) do is_known[host.name] = true end
  for index, finding in ipairs(found) do
    local host = is_known[finding.host] and finding.host or nil
    findings[index] = {
      host = host, message = host and finding.what or ("%s: %s"):format(finding.host, finding.what),
      cause = ("saw: %s\nmeans: %s"):format(finding.saw, finding.means), hint = finding.act,
    }
  end
  conclude(#found == 1 and "1 thing is wrong" or ("%d things are wrong"):format(#found), findings)
end

return diagnosis
