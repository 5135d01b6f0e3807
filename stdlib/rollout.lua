--- Changes of a running layout: a host joins, services move, the whole is verified. Each function has steps of its own.
--- What must hold before is in changes.lua, and what moves is in moves.lua.
local da = require "digital_access"

local rollout = {}

--- The manager of a step that asks one of several.
local function asked(manager) return manager.name and manager or manager[1] end

--- Lets a host that is alone leave its own swarm, with its stack.
function rollout.free(run, host)
  local stack_name = run.inventory.stack.name
  local own = step("find its own swarm, labels and stack", { host = host }, function()
    local own = da.own_swarm(host)
    own.has_stack = own.is_manager and #stack.services(host, stack_name) > 0
    return own
  end)
  if own.is_manager then
    step("stop its own services", {
      host = host,
      undo = function() if own.has_stack then da.start(run, host) end end,
    }, function() stack.remove(host, stack_name) end)
    step("leave its own swarm", { host = host, undo = function() da.restore_swarm(host, own.labels) end },
      function() swarm.leave(host, { force = true }) end)
  end
end

--- Lets a host that is in no swarm join in its role. `manager`: who is asked, or several of them.
function rollout.join(run, host, manager)
  local token = step("get the join token", { host = asked(manager) },
    function() return swarm.join_token(manager, host.role) end)
  step("join the swarm", {
    host = host,
    retry = { attempts = 5, initial = "1s", backoff = 2 },
    undo = function(id) rollout.take_out(host, manager, id) end,
  }, function() return swarm.join(host, { manager = manager, token = token }) end)
  step("wait until it is ready", { host = host },
    function() node.wait_ready(manager, { host }, { timeout = run.params.join_timeout }) end)
end

--- Takes a host out of the manager's swarm again; one that became a manager is made a worker first.
function rollout.take_out(host, manager, id)
  if host.role == "manager" and swarm.info(host).is_manager then node.demote(manager, host.name) end
  da.take_out(host, manager, id)
end

--- Waits until a part of the stack is where it should be. A part that the swarm does not start there by itself,
--- although it may run there now (moby#31014), is restarted.
local function await(manager, part, where)
  local ok, problem = pcall(stack.wait_service, manager, part.name, where)
  if ok then return end
  if type(problem) == "string" or problem.code ~= "service.not_scheduled" then error(problem, 0) end
  log.warn(problem.message .. ": it is restarted")
  stack.restart(manager, part.name, { wait = false })
  stack.wait_service(manager, part.name, where)
end

--- Gives a move's label to hosts, or removes it.
local function give(manager, move, hosts)
  for _, name in ipairs(hosts) do label.set(name, { [move.label] = da.label_value }, { on = manager }) end
end
local function take(manager, move, hosts)
  for _, name in ipairs(hosts) do label.remove(name, { move.label }, { on = manager }) end
end

local function list(names) return table.concat(names, ", ") end

--- Adds the label first and removes the old one when the service runs at its new place. A part with a fixed number of
--- tasks can't run at both: it stops at the old place before it starts at the new one.
local function move_without_a_gap(manager, move, timeout)
  if #move.to > 0 then
    step("add its label to " .. list(move.to), {
      undo = function()
        take(manager, move, move.to)
        -- If it runs nowhere else, as after a host died, there is nothing to wait for.
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

--- The administration service never runs twice: its label is removed from the old host, it ends there, and only then
--- the new host gets it.
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

--- Carries out moves in parallel, each below the name of its service.
function rollout.carry_out(manager, moves, timeout)
  parallel("services", moves, function(move)
    local way = move.name == "admin" and move_one_alone or move_without_a_gap
    way(manager, move, timeout)
  end)
end

--- Gives a host the labels that the inventory adds beside those of services.
function rollout.add_other_labels(host, manager)
  if next(host.labels or {}) then
    step("add its other labels", { host = host }, function() label.set(host, host.labels, { on = manager }) end)
  end
end

--- Fails unless the layout is as described; warns of what hosts left behind in the swarm.
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

--- Whether everything is already as the inventory says.
function rollout.is_reached(target)
  return step("compare with the inventory", { host = target.inventory.manager },
    function() return da.compare(target) end).is_equal == true
end

return rollout
