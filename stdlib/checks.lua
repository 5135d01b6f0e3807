--- The checks that procedures share. Each is an entry for checklist.lua: it only reads, and returns findings.
local layout = require "layout"
local per_run = require "per_run"

local checks = {}

--- How far clocks may be apart, in seconds. Node certificates are backdated by one hour, larger skews break joining.
checks.clock_limit = 60

local function finding(message, hint, host) return { message = message, hint = hint, host = host and host.name } end

local function contains(list, wanted)
  for _, item in ipairs(list) do
    if item == wanted then return true end
  end
  return false
end

--- The host answers, and its engine, which speaks a version of the API that is served: 1.41 (Docker 20.10) or later.
--- Both are asked at once, because the first contact takes longest.
checks.it_answers = {
  name = "it answers",
  function(host)
    local seen = parallel {
      facts = function() return ssh.facts(host) end,
      swarm = function() return swarm.info(host) end,
    }
    return {}, seen
  end,
}

--- The address by which the swarm knows a host is one of its own, or the host has only one, or a person has named it:
--- behind NAT the others reach it at an address that it does not know, and its engine advertises it all the same.
checks.address_is_named = {
  name = "its address is one of its own",
  function(host, _, seen)
    local own = seen["it answers"].facts.addresses
    if host.advertise_address or contains(own, host.address) then return {} end
    local is_literal = host.address:match("^[%d%.]+$") or host.address:find(":", 1, true)
    if not is_literal and #own <= 1 then return {} end
    if #own == 0 then return {} end
    return { finding(
      ("the inventory's address %s is not one of its own addresses (%s)"):format(host.address, table.concat(own, ", ")),
      ("add to the inventory, as its `advertise_address`, the address at which the other hosts reach it: the swarm "
        .. "advertises it; behind NAT that may be %s itself"):format(
          is_literal and host.address or "the address outside")) }
  end,
}

--- What is wrong with a host's present swarm: a message and a hint, or nothing.
local function problem_with_swarm(host, info, manager, manager_info)
  if info.state == "locked" then return "its swarm is locked", "docker swarm unlock" end
  if info.state == "error" or (info.state == "pending" and host.role == "manager") then
    return ("its swarm is in state %s (%s)"):format(info.state, info.error),
      "read the engine's log (journalctl -u docker) and fix it, or leave that swarm: docker swarm leave --force"
  end
  if host.name == manager.name then
    if info.state ~= "active" then
      return "it is in no swarm, but should be the manager",
        "docker swarm init --advertise-addr " .. layout.swarm_address(host)
    end
    if not info.is_manager then
      return "it is a worker of its swarm, but should be the manager", "name the swarm's manager in the inventory"
    end
    return nil
  end
  if info.state ~= "active" then return nil end        -- it left its own swarm and has not joined yet
  if info.is_manager then
    if manager_info and info.cluster_id == manager_info.cluster_id then
      return ("it is a manager in the swarm of %s, but should be a worker"):format(manager.name),
        "docker node demote " .. info.node_id
    end
    if info.nodes > 1 then
      return ("it manages another swarm of %d nodes, which it would leave"):format(info.nodes),
        "take it out of that swarm first if you want that"
    end
  elseif manager_info and manager_info.is_manager and not swarm.is_member(host, manager) then
    return ("it is a worker of a swarm that is not that of %s"):format(manager.name),
      "take it out of that swarm first if you want that: docker swarm leave"
  end
end

--- The manager's swarm is active, and each worker is alone, in no swarm, or in the manager's already.
checks.swarms_are_as_expected = {
  name = "swarms are as expected",
  across = true,
  function(run, hosts)
    local manager = run.inventory.manager
    local findings, owner_of = {}, {}
    local function info_of(host) return hosts[host.name] and hosts[host.name]["it answers"].swarm end
    for _, host in ipairs(run.inventory.hosts) do
      local info = info_of(host)
      if info then                                     -- a host that could not be asked is a finding already
        local message, hint = problem_with_swarm(host, info, manager, info_of(manager))
        if message then findings[#findings + 1] = finding(message, hint, host) end
        if info.node_id ~= "" and owner_of[info.node_id] then
          findings[#findings + 1] = finding(
            ("it is the same engine as %s"):format(owner_of[info.node_id]), "give each host its own address", host)
        end
        owner_of[info.node_id] = host.name
      end
    end
    return findings
  end,
}

--- Clocks are close enough for certificates.
checks.clocks_agree = {
  name = "clocks agree",
  across = true,
  function(run, hosts)
    local manager = run.inventory.manager
    local function offset(host) return hosts[host.name] and hosts[host.name]["it answers"].facts.clock_offset end
    local reference = offset(manager)
    local findings = {}
    for _, host in ipairs(run.inventory.hosts) do
      local mine = offset(host)
      if reference and mine and math.abs(mine - reference) > checks.clock_limit then
        findings[#findings + 1] = finding(
          ("its clock is %.0f s %s that of %s; %d s are allowed"):format(
            math.abs(mine - reference), mine > reference and "ahead of" or "behind", manager.name, checks.clock_limit),
          "set the clock (chronyc makestep, or timedatectl set-ntp true)", host)
      end
    end
    return findings
  end,
}

local port_hints = {
  [2377] = "open TCP 2377 on %s for the other hosts: nodes join and report there",
  [7946] = "open TCP and UDP 7946 on %s for the other hosts: nodes find each other there",
}

--- What one host's attempt to reach a TCP port of another means: a finding with the state of the port, or nothing. A
--- refused connection has passed the network, but nothing listens there (yet); it is a finding only if something must
--- listen.
function checks.reach(host, other, port, must_listen)
  local address = layout.swarm_address(other)
  local result = ssh.probe_tcp(host, address, port)
  if result.state == "open" or (result.state == "refused" and not must_listen) then return nil end
  return finding(
    ("it can't reach TCP %d of %s (%s): %s"):format(port, other.name, address, result.detail),
    port_hints[port]:format(other.name), host), result.state
end

--- The worker after each worker, by name.
local next_worker = per_run(function(run)
  local workers, following = run.inventory.workers, {}
  for index, worker in ipairs(workers) do following[worker.name] = workers[index % #workers + 1] end
  return following
end)

--- Each worker reaches the manager's ports, the manager reaches each worker, and each worker the next one: nothing on
--- the way drops what nodes send each other over TCP.
checks.nodes_reach_each_other = {
  name = "it reaches the other nodes",
  function(host, run)
    local manager, wishes = run.inventory.manager, {}
    local function wish(other, port, must_listen)
      local name = ("%s:%d"):format(other.name, port)
      wishes[#wishes + 1] = { name = name, other = other, port = port, must_listen = must_listen }
    end
    if host.role == "worker" then
      wish(manager, 2377, true)
      wish(manager, 7946, false)
    end
    if host.name == manager.name then
      for _, worker in ipairs(run.inventory.workers) do wish(worker, 7946, false) end
    end
    local following = next_worker(run)[host.name]
    if following and following.name ~= host.name then wish(following, 7946, false) end
    local findings = {}
    local results = parallel(wishes, { limit = 4 }, function(it)
      return checks.reach(host, it.other, it.port, it.must_listen) or false
    end)
    for _, result in ipairs(results) do
      if result then findings[#findings + 1] = result end
    end
    return findings
  end,
}

--- Says what can't be tested before the nodes have joined.
checks.untested_ports = {
  name = "UDP 7946 and 4789 between the nodes",
  across = true,
  function()
    log.info("not tested yet: UDP 7946 and UDP 4789 between the nodes, which do not answer before services use them. "
      .. "The last step of distribute.lua tests them.")
    return false
  end,
}

--- The join token belongs to the root certificate that the manager shows.
checks.token_matches = {
  name = "its join token matches its root certificate",
  on = "manager",
  function(host, _, seen)
    if not seen["it answers"].swarm.is_manager then return {} end       -- a finding of its own
    local match = swarm.token_matches(host)
    if match.matches then return {} end
    return { finding(
      ("the digest in the join token (%s) is not that of the swarm's root certificate (%s)"):format(
        match.token_digest, match.root_digest),
      "wait for a running CA rotation (docker swarm ca), then try again") }
  end,
}

--- The compose files are there.
checks.compose_files_exist = {
  name = "the compose files are there",
  on = "manager",
  function(host, run)
    local wanted, findings, complete = run.inventory.stack, {}, true
    for _, name in ipairs(wanted.files) do
      local path = name:sub(1, 1) == "/" and name or wanted.directory .. "/" .. name
      if not file.exists(host, path) then
        complete = false
        findings[#findings + 1] = finding(
          "there is no " .. path, "correct stack.directory and stack.files in the inventory")
      end
    end
    return findings, { complete = complete }
  end,
}

--- Every service of the compose files finds a node with the labels that the inventory plans.
function checks.placement_is_possible(planned_labels)
  return {
    name = "every service finds its node",
    on = "manager",
    function(host, run, seen)
      if not seen["the compose files are there"].complete then return {} end
      local wanted = run.inventory.stack
      local homeless = stack.check_placement(host, {
        directory = wanted.directory,
        files = wanted.files,
        labels = planned_labels(run),
        environment = wanted.environment,
      })
      local findings = {}
      for _, service in ipairs(homeless) do
        if service.certain then
          findings[#findings + 1] = { message = service.message, cause = service.cause, hint = service.hint }
        else
          log.warn(service.message)
        end
      end
      return findings
    end,
  }
end

return checks
