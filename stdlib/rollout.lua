--- Day-two changes of a layout that runs already: a host joins or leaves, a service moves, a dead host is replaced.
---
--- The inventory describes the layout that is wanted afterwards. A *move* is what one service needs to get there: the
--- hosts that get its label and those that lose it. What does not move is not touched, and goes on running.
local checks = require "checks"
local da = require "digital_access"
local rollout = {}

-- The layout that runs -------------------------------------------------------------------------------------------

--- The run as it is with another manager to ask, with some of its hosts, or without one: for the checks and for
--- comparing. `options`: manager= a host; only= a list of hosts; without= a host.
function rollout.view(run, options)
  local all, hosts, managers, workers = run.inventory.hosts, {}, {}, {}
  for _, host in ipairs(options.only or all) do
    if not (options.without and host.name == options.without.name) then
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
function rollout.manager_beside(run, host)
  for _, manager in ipairs(run.inventory.managers) do
    if manager.name ~= host.name then return manager end
  end
  return run.inventory.manager
end

--- The node that a host is in the swarm that was looked at; nil when it is none.
function rollout.member(layout, host)
  for _, member in ipairs(layout.nodes) do
    if member.host == host.name then return member end
  end
end

--- The parts of the stack that run where a service's label is: services of the compose files.
local function parts_of(layout, service)
  local parts = {}
  for _, part in ipairs(layout.services) do
    for _, constraint in ipairs(part.constraints) do
      if constraint:match("^%s*node%.labels%.([^%s=!]+)%s*==") == da.label_of(service) then
        parts[#parts + 1] = { name = part.name, is_global = part.mode == "global" }
        break
      end
    end
  end
  return parts
end

--- What each of the services needs to get where the inventory wants it; nothing for those that are there. `except`: the
--- ID of a node that is gone for good.
function rollout.moves(run, layout, services, except)
  local moves = {}
  for _, service in ipairs(services) do
    local move = { name = service, label = da.label_of(service), to = {}, from = {}, strangers = {}, hosts = {} }
    local carries = {}
    for _, member in ipairs(layout.nodes) do
      if member.labels[move.label] == da.label_value and member.id ~= except then
        carries[member.host or member.id] = true
        if not member.host then move.strangers[#move.strangers + 1] = member.id end
      end
    end
    for _, host in ipairs(run.inventory.hosts) do
      if da.hosts_service(host, service) then
        move.hosts[#move.hosts + 1] = host.name
        if not carries[host.name] then move.to[#move.to + 1] = host.name end
      elseif carries[host.name] then
        move.from[#move.from + 1] = host.name
      end
    end
    -- The inventory may leave the database out, where it is none of the stack's; its label is then left alone.
    local is_placed = service ~= "postgres" or #move.hosts > 0
    if is_placed and #move.to + #move.from + #move.strangers > 0 then
      move.parts = parts_of(layout, service)
      moves[#moves + 1] = move
    end
  end
  return moves
end

--- The services whose labels a node carries.
function rollout.services_on(run, member)
  local services = {}
  for _, service in ipairs(da.services_of(run)) do
    if member and member.labels[da.label_of(service)] == da.label_value then services[#services + 1] = service end
  end
  return services
end

-- What must hold before anything is changed ----------------------------------------------------------------------

local function finding(message, hint, host) return { message = message, hint = hint, host = host and host.name } end

local function one_of(list)
  local set = {}
  for _, item in ipairs(list) do set[item] = true end
  return set
end

--- A check that is carried out on one host alone.
function rollout.on(host, check)
  local copy = {}
  for key, value in pairs(check) do copy[key] = value end
  copy.on = function(other) return other.name == host.name end
  return copy
end

--- Reads the layout that runs: what it saw is `{ nodes=, services= }`.
local function layout_check(manager)
  return rollout.on(manager, {
    name = "the layout that runs",
    function(_, run)
      local layout = { nodes = node.list(manager), services = stack.services(manager, run.inventory.stack.name) }
      if #layout.nodes > 0 and #layout.services == 0 then
        return { finding(
          ("the stack %s is not deployed in the swarm of %s"):format(run.inventory.stack.name, manager.name),
          "lay it out first: runbook run distribute.lua") }, layout
      end
      return {}, layout
    end,
  })
end

local function seen_layout(hosts, manager)
  local seen = hosts[manager.name]
  return seen and seen["the layout that runs"]
end

--- The host that is to come is alone, in no swarm, or in the manager's already, and no other stack would be lost.
local function newcomer_check(host, manager)
  return rollout.on(host, {
    name = "it can join",
    function(_, run, seen)
      local info, findings = seen["it answers"].swarm, {}
      if info.state == "locked" or info.state == "error" then
        return { finding(("its swarm is in state %s (%s)"):format(info.state, info.error),
          "if that swarm is of no use: docker swarm leave --force") }
      end
      if info.state ~= "active" or swarm.is_member(host, manager) then return {} end
      if not info.is_manager then
        return { finding(("it is a worker of a swarm that is not that of %s"):format(manager.name),
          "take it out of that swarm first, if that is meant: docker swarm leave") }
      end
      if info.nodes > 1 then
        return { finding(("it manages another swarm of %d nodes, which it would leave"):format(info.nodes),
          "take it out of that swarm first, if that is meant") }
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

--- What else differs between swarm and inventory than the change that is meant.
local function rest_differences(run, layout, expected)
  local findings = {}
  local function add(text, ...)
    findings[#findings + 1] = finding(text:format(...), "mend that first, or give the inventory what is so now")
  end
  for _, host in ipairs(run.inventory.hosts) do
    if not expected.hosts[host.name] then
      local member = rollout.member(layout, host)
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
  for _, move in ipairs(rollout.moves(run, layout, da.services_of(run), expected.except)) do
    if not expected.services[move.name] then
      local from, to = table.concat(move.from, ", "), table.concat(move.to, ", ")
      if from ~= "" and to ~= "" then
        add("%s runs on %s, and the inventory gives it to %s: that is no part of this change", move.name, from, to)
      elseif from ~= "" then
        add("%s runs on %s, which the inventory does not say: that is no part of this change", move.name, from)
      elseif to ~= "" then
        add("%s has no label on %s, to which the inventory gives it: that is no part of this change", move.name, to)
      end
    end
  end
  return findings
end

--- What can't be carried out of the moves themselves.
local function move_findings(moves, options)
  local findings = {}
  local function add(message, hint) findings[#findings + 1] = finding(message, hint) end
  for _, move in ipairs(moves) do
    if #move.hosts == 0 then
      add(("%s would have no host"):format(move.name),
        ("name it under the `services` of the host in the inventory that is to have it"))
    end
    for _, id in ipairs(move.strangers) do
      add(("%s also runs on the node %s, which is no host of the inventory"):format(move.name, id),
        "add that host to the inventory, or take the label from it: docker node update --label-rm "
          .. move.label .. " " .. id)
    end
    if move.name == "postgres" and not options.database_is_lost then
      add(("postgres would move to %s, and its data would stay where they are"):format(
          #move.to > 0 and table.concat(move.to, ", ") or "other hosts"),
        "move the database by its own means (dump and restore), then the label postgres by hand")
    end
    if move.parts and #move.parts == 0 and #move.hosts > 0 then
      add(("no service of the stack runs where the label %s is, so nothing would move"):format(move.label),
        "read the constraints in the compose files; the inventory's services are told by them")
    end
  end
  return findings
end

--- The checks of a change: the manager that is asked, and the host that comes, goes or gets something. `change`:
---   manager= who is asked; joining= the host that is to join, if one is;
---   services= function(layout): the services that the change is about;
---   target= the run as the inventory wants it;
---   findings= function(layout, moves): what else speaks against it;
---   except= function(layout): the ID of a node that is gone; database_is_lost= whether postgres may begin anew;
---   more= further checks.
function rollout.checks(change)
  local manager, target = change.manager, change.target
  local function at_manager(check) return rollout.on(manager, check) end
  local list = {
    checks.it_answers,
    checks.address_is_named,
    at_manager(checks.token_matches),
    at_manager(checks.compose_files_exist),
    layout_check(manager),
    at_manager(checks.placement_is_possible(function() return da.planned_labels(target) end)),
  }
  if change.joining then
    list[#list + 1] = newcomer_check(change.joining, manager)
    list[#list + 1] = checks.nodes_reach_each_other
    list[#list + 1] = checks.clocks_agree
  end
  for _, check in ipairs(change.more or {}) do list[#list + 1] = check end
  list[#list + 1] = {
    name = "it is this change alone",
    across = true,
    function(_, hosts)
      local layout = seen_layout(hosts, manager)
      if not layout or #layout.nodes == 0 then return {} end         -- a finding of its own, or a rehearsal
      local except = change.except and change.except(layout)
      local services = change.services(layout)
      local moves = rollout.moves(target, layout, services, except)
      local expected = { services = one_of(services), hosts = {}, except = except }
      if change.joining then expected.hosts[change.joining.name] = true end
      local findings = rest_differences(target, layout, expected)
      for _, more in ipairs(move_findings(moves, change)) do findings[#findings + 1] = more end
      for _, more in ipairs(change.findings and change.findings(layout, moves) or {}) do
        findings[#findings + 1] = more
      end
      return findings
    end,
  }
  return list
end

--- The layout that the checks have seen.
function rollout.layout(hosts_seen, manager)
  return seen_layout(hosts_seen, manager) or { nodes = {}, services = {} }
end

-- The changes ----------------------------------------------------------------------------------------------------

--- Lets a host join the manager's swarm in its role; one that is alone leaves its own swarm before, with its stack.
function rollout.bring_in(run, host, manager)
  local stack_name = run.inventory.stack.name
  local own = step("find its own swarm, labels and stack", { host = host }, function()
    local own = da.own_swarm(host)
    own.has_stack = own.is_manager and #stack.services(host, stack_name) > 0
    return own
  end)
  local token = step("get the join token", { host = manager },
    function() return swarm.join_token(manager, host.role) end)
  if own.is_manager then
    step("stop its own services", {
      host = host,
      undo = function() if own.has_stack then da.start(run, host) end end,
    }, function() stack.remove(host, stack_name) end)
    step("leave its own swarm", { host = host, undo = function() da.restore_swarm(host, own.labels) end },
      function() swarm.leave(host, { force = true }) end)
  end
  step("join the swarm", {
    host = host,
    retry = { attempts = 5, initial = "1s", backoff = 2 },
    undo = function(id) rollout.take_out(host, manager, id) end,
  }, function() return swarm.join(host, { manager = manager, token = token }) end)
  step("wait until it is ready", { host = host },
    function() node.wait_ready(manager, { host }, { timeout = run.params.join_timeout }) end)
end

--- Takes a host out of the manager's swarm again; one that became a manager is made a worker before.
function rollout.take_out(host, manager, id)
  if host.role == "manager" and swarm.info(host).is_manager then node.demote(manager, host.name) end
  da.take_out(host, manager, id)
end

--- Waits until a part of the stack is where it is to be. A part that the swarm does not start there by itself, although
--- it may run there now (moby#31014), is started anew.
local function await(manager, part, where)
  local ok, problem = pcall(stack.wait_service, manager, part.name, where)
  if ok then return end
  if type(problem) == "string" or problem.code ~= "service.not_scheduled" then error(problem, 0) end
  log.warn(problem.message .. ": it is started anew")
  stack.restart(manager, part.name, { wait = false })
  stack.wait_service(manager, part.name, where)
end

--- Gives a move's label to hosts, or takes it.
local function give(manager, move, hosts)
  for _, name in ipairs(hosts) do label.set(name, { [move.label] = da.label_value }, { on = manager }) end
end
local function take(manager, move, hosts)
  for _, name in ipairs(hosts) do label.remove(name, { move.label }, { on = manager }) end
end

local function list(names) return table.concat(names, ", ") end

--- Adds the label first and removes the old one when the service runs at its new place. A part of which there are only
--- so many anywhere can't run at both: it stops at the old place before it starts at the new one.
local function move_without_a_gap(manager, move, timeout)
  if #move.to > 0 then
    step("add its label to " .. list(move.to), {
      undo = function()
        take(manager, move, move.to)
        -- Where it runs nowhere else, as after a host died, there is nothing to wait for.
        local settled = #move.from > 0 or #move.hosts > #move.to
        for _, part in ipairs(move.parts) do
          await(manager, part, { off = move.to, settled = settled, timeout = timeout })
        end
      end,
    }, function() give(manager, move, move.to) end)
    step("wait until it runs on " .. list(move.to), function()
      for _, part in ipairs(move.parts) do
        if part.is_global then
          await(manager, part, { on = move.to, timeout = timeout })
        elseif #move.from == 0 then
          await(manager, part, { timeout = timeout })
        end
      end
    end)
  end
  if #move.from > 0 then
    step("remove its label from " .. list(move.from), {
      undo = function()
        give(manager, move, move.from)
        for _, part in ipairs(move.parts) do
          if part.is_global then await(manager, part, { on = move.from, timeout = timeout }) end
        end
      end,
    }, function() take(manager, move, move.from) end)
    step("wait until it has ended there", function()
      for _, part in ipairs(move.parts) do
        local on = (part.is_global or #move.hosts == 1) and move.hosts or nil
        await(manager, part, { on = on, off = move.from, timeout = timeout })
      end
    end)
  end
end

--- Of the administration service there is never more than one: its label is taken from the old host, it ends there, and
--- only then the new host gets it.
local function move_one_alone(manager, move, timeout)
  if #move.from > 0 then
    step("remove its label from " .. list(move.from), {
      undo = function()
        give(manager, move, move.from)
        for _, part in ipairs(move.parts) do await(manager, part, { on = move.from, timeout = timeout }) end
      end,
    }, function() take(manager, move, move.from) end)
    step("wait until it has ended there", function()
      for _, part in ipairs(move.parts) do
        stack.wait_service(manager, part.name, { off = move.from, settled = false, timeout = timeout })
      end
    end)
  end
  if #move.to > 0 then
    step("add its label to " .. list(move.to), {
      undo = function()
        take(manager, move, move.to)
        for _, part in ipairs(move.parts) do
          stack.wait_service(manager, part.name, { off = move.to, settled = false, timeout = timeout })
        end
      end,
    }, function() give(manager, move, move.to) end)
    step("wait until it runs on " .. list(move.to), function()
      for _, part in ipairs(move.parts) do await(manager, part, { on = move.to, timeout = timeout }) end
    end)
  end
end

--- Carries moves out, side by side, each below the name of its service.
function rollout.carry_out(manager, moves, timeout)
  parallel("services", moves, function(move)
    local way = move.name == "admin" and move_one_alone or move_without_a_gap
    way(manager, move, timeout)
  end)
end

--- The labels of a host that runs the whole product by itself.
function rollout.standalone_labels(run, host)
  local labels = {}
  for name, value in pairs(host.labels or {}) do labels[name] = value end
  for _, service in ipairs(da.services_of(run)) do
    local is_elsewhere = service == "postgres" and #da.hosts_of(run, service) == 0   -- a database outside of the stack
    if not is_elsewhere then labels[da.label_of(service)] = da.label_value end
  end
  return labels
end

--- Gives a host the labels that the inventory adds beside those of services.
function rollout.add_other_labels(host, manager)
  if next(host.labels or {}) then
    step("add its other labels", { host = host }, function() label.set(host, host.labels, { on = manager }) end)
  end
end

--- Fails unless the layout is as wanted; warns of what hosts left behind in the swarm.
function rollout.verify(target)
  step("verify that every service runs where the inventory says", { host = target.inventory.manager },
    function() da.verify(target) end)
end

--- Waits for the whole stack, verifies the layout, and says what is left to enter.
function rollout.finish(target)
  local manager, timeouts = target.inventory.manager, target.params
  step("wait until every service runs", { host = manager },
    function() stack.wait(manager, target.inventory.stack.name, { timeout = timeouts.start_timeout }) end)
  rollout.verify(target)
  step("verify that services reach each other across hosts", { host = manager },
    function() da.verify_network(target, timeouts.network_timeout) end)
  da.print_addresses(target)
end

--- Whether everything is as the inventory says already.
function rollout.is_reached(target)
  return step("compare with the inventory", { host = target.inventory.manager },
    function() return da.compare(target) end).is_equal == true
end

return rollout
