--- What must hold before a running layout is changed. Each check is an entry for checklist.lua: it only reads, and
--- returns findings. The inventory describes the layout after the change.
local checks = require "checks"
local da = require "digital_access"
local moves = require "moves"

local changes = {}

--- The run with another manager to ask, with some of its hosts, or without one: for the checks and for comparing.
--- `options`: manager= a host; only= a list of hosts, of which each counts once; without= a host.
function changes.view(run, options)
  local all, hosts, managers, workers = run.inventory.hosts, {}, {}, {}
  local is_there = {}
  for _, host in ipairs(options.only or all) do
    if not (is_there[host.name] or options.without and host.name == options.without.name) then
      is_there[host.name] = true
      hosts[#hosts + 1] = host
      local list = host.role == "manager" and managers or workers
      list[#list + 1] = host
    end
  end
  return {
    id = run.id,
    params = run.params,
    inventory = {
      stack = run.inventory.stack, hosts = hosts, managers = managers, workers = workers,
      manager = options.manager or run.inventory.manager,
    },
  }
end

--- A manager of the inventory that is not the given host: the one that is asked while that host joins or leaves.
--- Without another one it is the host itself, which the checks then refuse.
function changes.manager_beside(run, host)
  for _, manager in ipairs(run.inventory.managers) do
    if manager.name ~= host.name then return manager end
  end
  return run.inventory.manager
end

local function finding(message, hint, host) return { message = message, hint = hint, host = host and host.name } end

local function one_of(list)
  local set = {}
  for _, item in ipairs(list) do set[item] = true end
  return set
end

--- A check that is carried out on one host only.
function changes.on(host, check)
  local copy = {}
  for key, value in pairs(check) do copy[key] = value end
  copy.on = function(other) return other.name == host.name end
  return copy
end

--- Reads the running layout: what it saw is `{ nodes=, services= }`.
local function layout_check(manager)
  return changes.on(manager, {
    name = "the layout that runs",
    function(_, run)
      local layout = { nodes = node.list(manager), services = stack.services(manager, run.inventory.stack.name) }
      if #layout.nodes > 0 and #layout.services == 0 then
        return { finding(
          ("the stack %s is not deployed in the swarm of %s"):format(run.inventory.stack.name, manager.name),
          "deploy it first: runbook run distribute.lua") }, layout
      end
      return {}, layout
    end,
  })
end

local function seen_layout(hosts, manager)
  local seen = hosts[manager.name]
  return seen and seen["the layout that runs"]
end

--- The host that joins is alone, in no swarm, or already in the manager's, and no other stack would be lost.
local function newcomer_check(host, manager)
  return changes.on(host, {
    name = "it can join",
    function(_, run, seen)
      local info, findings = seen["it answers"].swarm, {}
      if info.state == "locked" or info.state == "error" then
        return { finding(("its swarm is in state %s (%s)"):format(info.state, info.error),
          "if you don't need that swarm: docker swarm leave --force") }
      end
      if info.state ~= "active" or swarm.is_member(host, manager) then return {} end
      if not info.is_manager then
        return { finding(("it is a worker of a swarm that is not that of %s"):format(manager.name),
          "take it out of that swarm first if you want that: docker swarm leave") }
      end
      if info.nodes > 1 then
        return { finding(("it manages another swarm of %d nodes, which it would leave"):format(info.nodes),
          "take it out of that swarm first if you want that") }
      end
      for _, name in ipairs(stack.list(host)) do
        if name ~= run.inventory.stack.name then
          findings[#findings + 1] = finding(
            ("its own swarm runs the stack %s, which would be gone for good"):format(name),
            "move that stack first, or remove it: docker stack rm " .. name)
        end
      end
      return findings
    end,
  })
end

--- What else differs between swarm and inventory, besides the intended change.
local function rest_differences(run, layout, expected)
  local findings = {}
  local function add(text, ...)
    findings[#findings + 1] = finding(text:format(...), "fix that first, or correct the inventory")
  end
  for _, host in ipairs(run.inventory.hosts) do
    if not expected.hosts[host.name] then
      local member = moves.member(layout, host)
      if not member then
        add("%s is not part of the swarm, or does not answer", host.name)
      else
        if member.state ~= "ready" then add("%s is %s", host.name, member.state) end
        if member.role ~= host.role then
          add("%s is a %s in the swarm, and a %s in the inventory", host.name, member.role, host.role)
        end
        for name, value in pairs(host.labels or {}) do
          if member.labels[name] ~= value then add("%s lacks the label %s=%s", host.name, name, value) end
        end
      end
    end
  end
  for _, move in ipairs(moves.of(run, layout, da.services_of(run), expected.except)) do
    if not expected.services[move.name] then
      local from, to = table.concat(move.from, ", "), table.concat(move.to, ", ")
      if from ~= "" and to ~= "" then
        add("%s runs on %s, and the inventory gives it to %s: that is not part of this change", move.name, from, to)
      elseif from ~= "" then
        add("%s runs on %s, which the inventory does not say: that is not part of this change", move.name, from)
      elseif to ~= "" then
        add("%s has no label on %s, to which the inventory gives it: that is not part of this change", move.name, to)
      end
    end
  end
  return findings
end

--- Which of the moves can't be carried out.
local function move_findings(planned, options)
  local findings = {}
  local function add(message, hint) findings[#findings + 1] = finding(message, hint) end
  for _, move in ipairs(planned) do
    if #move.hosts == 0 then
      add(("%s would have no host"):format(move.name),
        ("name it under the `services` of the host in the inventory that gets it"))
    end
    for _, id in ipairs(move.strangers) do
      add(("%s also runs on the node %s, which is not a host of the inventory"):format(move.name, id),
        "add that host to the inventory, or remove the label from it: docker node update --label-rm "
          .. move.label .. " " .. id)
    end
    if move.name == "postgres" and not options.database_is_lost then
      add(("postgres would move to %s, and its data would stay where they are"):format(
          #move.to > 0 and table.concat(move.to, ", ") or "other hosts"),
        "move the database by its own means (dump and restore), then the label postgres by hand")
    end
    if move.parts and #move.parts == 0 and #move.hosts > 0 then
      add(("no service of the stack runs where the label %s is, so nothing would move"):format(move.label),
        "read the constraints in the compose files: they define the inventory's services")
    end
  end
  return findings
end

--- The checks of a change: the manager that is asked, and the host that joins, leaves or gets something. `change`:
---   manager= who is asked; joining= a list of the hosts that join, if there are any;
---   services= function(layout): the services that the change is about;
---   target= the run as the inventory describes it;
---   findings= function(layout, moves): what else prevents it;
---   except= function(layout): the ID of a node that is gone; database_is_lost= whether postgres may begin empty;
---   more= further checks.
function changes.checks(change)
  local manager, target = change.manager, change.target
  local function at_manager(check) return changes.on(manager, check) end
  local list = {
    checks.it_answers,
    checks.address_is_named,
    at_manager(checks.token_matches),
    at_manager(checks.compose_files_exist),
    layout_check(manager),
    at_manager(checks.placement_is_possible(function() return da.planned_labels(target) end)),
  }
  for _, host in ipairs(change.joining or {}) do list[#list + 1] = newcomer_check(host, manager) end
  if change.joining then
    list[#list + 1] = checks.nodes_reach_each_other
    list[#list + 1] = checks.clocks_agree
  end
  for _, check in ipairs(change.more or {}) do list[#list + 1] = check end
  list[#list + 1] = {
    name = "it is this change alone",
    across = true,
    function(_, hosts)
      local layout = seen_layout(hosts, manager)
      if not layout or #layout.nodes == 0 then return {} end         -- a finding of its own, or a dry run
      local except = change.except and change.except(layout)
      local services = change.services(layout)
      local planned = moves.of(target, layout, services, except)
      local expected = { services = one_of(services), hosts = {}, except = except }
      for _, host in ipairs(change.joining or {}) do expected.hosts[host.name] = true end
      local findings = rest_differences(target, layout, expected)
      for _, more in ipairs(move_findings(planned, change)) do findings[#findings + 1] = more end
      for _, more in ipairs(change.findings and change.findings(layout, planned) or {}) do
        findings[#findings + 1] = more
      end
      return findings
    end,
  }
  return list
end

--- The layout that the checks have seen.
function changes.layout(hosts_seen, manager)
  return seen_layout(hosts_seen, manager) or { nodes = {}, services = {} }
end

return changes
