--- Run Digital Access on standalone appliances again: go back from distributed mode.
---
--- Before: one swarm. The manager hosts the administration service, the workers what the inventory gives them.
--- After:  every appliance is a swarm of its own, with the labels of all services that its own compose files describe,
---         and its own stack running. The manager's swarm stays the manager's.
---
--- Parameters: `start_timeout`.
--- Changes: stops the stack, so the service is down until the end; the workers leave the manager's swarm, and their
--- nodes are removed from it by their IDs. Appliances that already run by themselves are left as they are.
--- Data are not moved: each appliance continues with the database and the configuration on its own disk.
---
--- A run that was interrupted is continued with `runbook resume`; what was begun by hand is completed.
--- `runbook rollback` undoes it from any point: the workers join the manager's swarm again, as new nodes with the
--- labels that they had, and the stack runs there as before. What the appliances stored meanwhile by themselves stays
--- on them.
local checklist = require "checklist"
local da = require "digital_access"
local standalone = require "standalone"

return runbook {
  summary = "Run Digital Access on standalone appliances again",
  params = {
    start_timeout = { default = "5m", type = "duration", help = "how long the services may take to run" },
  },

  function(run)
    local hosts, manager, workers = run.inventory.hosts, run.inventory.manager, run.inventory.workers
    local stack_name = run.inventory.stack.name

    checklist.preflight(standalone.checks, run)     -- reads only; reports every finding at once

    local now, is_done = {}, true
    for index, found in ipairs(parallel("now", hosts, function(host)
      return step("see how it runs", function() return standalone.look(run, host) end)
    end)) do
      now[hosts[index].name] = found
      is_done = is_done and found.is_standalone == true
    end
    if is_done then
      log.info("Every appliance already runs by itself: nothing is changed.")
      return standalone.print_addresses(run)
    end

    approve("Is there a backup or snapshot of every appliance, and are the access points' addresses noted?")

    -- 1. On the manager: note which nodes the workers are, stop the services.
    local nodes = step("find the workers' nodes and labels", function() return standalone.members(run) end)
    if now[manager.name].is_standalone ~= true then
      step("stop the services", { host = manager, undo = function() da.start(run, manager) end },
        function() stack.remove(manager, stack_name) end)
    end

    -- 2. On every worker, at the same time: leave the manager's swarm, become a swarm of its own.
    parallel("workers", workers, function(worker)   -- each branch is a scope: workers/<host>/...
      local own = nodes[worker.name]
      if own then                                   -- else it has left already
        step("leave the manager's swarm", {
          undo = function() standalone.bring_back(worker, manager, own) end,
        }, function() swarm.leave(worker) end)
        -- It has left, so there is no need to wait until the manager has noticed.
        step("remove its node from the manager's swarm", { host = manager },
          function() node.remove(manager, own.id, { force = true }) end)
      end
      step("make it a swarm of its own", { undo = function() swarm.leave(worker, { force = true }) end },
        function() swarm.init(worker) end)
    end)

    -- 3. On every appliance, at the same time: the labels of all its services, its own stack.
    parallel("appliances", hosts, function(host)
      local found = now[host.name]
      if found.is_standalone == true then return end
      step("add the labels of its services", {
        undo = host == manager and function() label.ensure(host, found.labels) end or nil,
      }, function() label.set(host, found.wanted) end)
      step("deploy its stack", {
        retry = { attempts = 3, initial = "2s" },
        undo = function() stack.remove(host, stack_name) end,
      }, function() da.deploy(run, host) end)
      step("wait until every service runs",
        function() stack.wait(host, stack_name, { timeout = run.params.start_timeout }) end)
    end)

    -- 4. Verify, and say what is left to do.
    parallel("verify", hosts, function(host)
      step("it runs by itself", function()
        standalone.verify(run, host)
        if host == manager then standalone.warn_of_stale(manager) end
      end)
    end)
    standalone.print_addresses(run)
  end,
}
