--- Run Digital Access in distributed mode: move services from one appliance to workers.
---
--- Before: every appliance is a swarm of one node, with all service labels on itself and the stack running.
--- After:  one swarm. Only the manager hosts the administration service, the workers host what the inventory
---         gives them, and every service runs where the inventory says.
---
--- Changes: stops the stack on all hosts, so the service is down until the end; the workers leave their own swarms,
--- which erases those swarms. If everything is already as the inventory says, nothing is changed.
--- A run that was interrupted is continued with `runbook resume`; a layout that is half done is completed.
--- `runbook rollback` undoes it from any point: every appliance is again a swarm of its own, with its labels and its
--- stack running. What else was stored in the old swarms (secrets, configs of other stacks) is not restored.
local checklist = require "checklist"
local da = require "digital_access"

return runbook {
  summary = "Run Digital Access in distributed mode",
  params = {
    join_timeout = { default = "60s", type = "duration", help = "how long the workers may take to be ready" },
    start_timeout = { default = "5m", type = "duration", help = "how long the services may take to run" },
    network_timeout = { default = "150s", type = "duration", help = "how long they may take to reach each other then" },
  },

  function(run)
    local hosts, manager, workers = run.inventory.hosts, run.inventory.manager, run.inventory.workers
    local stack_name = run.inventory.stack.name

    checklist.preflight(da.checks, run)             -- reads only; reports every finding at once

    local found = step("compare with the inventory", function() return da.compare(run) end)
    if found.is_equal == true then
      log.info("Digital Access already runs as the inventory says: nothing is changed.")
      return da.print_addresses(run)
    end

    approve("Is there a backup or snapshot of every appliance, and are the access points' addresses noted?")

    -- 1. On the manager: get the join token, stop the services.
    -- 2. On every worker, at the same time: stop the services, forget the old swarm, join the manager's.
    local joined = step("find the workers that have joined already", function() return da.members(manager) end)
    local labels = step("note the manager's labels", function() return label.get(manager) end)
    local token = step("get the worker join token", function() return swarm.join_token(manager, "worker") end)

    local done = parallel {
      manager = function()
        step("stop the services", { undo = function() da.start(run, manager) end },
          function() stack.remove(manager, stack_name) end)
      end,

      workers = function()
        return parallel(workers, function(worker)   -- each branch is a scope: workers/<host>/...
          if joined[worker.name] == true then return "" end
          local own = step("find its node ID and labels", function() return da.own_swarm(worker) end)
          if own.is_manager then                    -- else it has left already
            step("stop the services", { undo = function() da.start(run, worker) end },
              function() stack.remove(worker, stack_name) end)
            step("remove its labels", { undo = function() label.set(worker, own.labels) end },
              function() label.remove(worker, da.labels_to_drop(run, worker)) end)
            step("leave its own swarm", { undo = function() da.restore_swarm(worker, own.labels) end },
              function() swarm.leave(worker, { force = true }) end)
          end
          step("join the manager's swarm", {
            retry = { attempts = 5, initial = "1s", backoff = 2 },
            undo = function(id) da.take_out(worker, manager, id) end,
          }, function() return swarm.join(worker, { manager = manager, token = token }) end)
          return own.node_id
        end)
      end,
    }

    -- 3. On the manager: verify that all nodes are part of the cluster, label each node by its ID, deploy.
    step("verify that all nodes are part of the cluster",
      function() return node.wait_ready(manager, hosts, { timeout = run.params.join_timeout }) end)
    step("remove old entries of the nodes that joined", { check = function() return #node.stale(manager) == 0 end },
      function() node.remove_stale(manager, done.workers) end)

    parallel("labels", hosts, function(host)
      local undo = host == manager and function() label.set(manager, labels) end or nil
      step("remove labels of services that run elsewhere", { undo = undo },
        function() label.remove(host, da.labels_to_drop(run, host), { on = manager }) end)
      step("add labels of its services", function() label.set(host, da.labels_for(host), { on = manager }) end)
    end)

    step("deploy the stack", {
      retry = { attempts = 3, initial = "2s" },
      undo = function() stack.remove(manager, stack_name) end,
    }, function() da.deploy(run, manager) end)

    -- 4. Verify, and say what is left to do.
    step("wait until every service runs",
      function() return stack.wait(manager, stack_name, { timeout = run.params.start_timeout }) end)
    step("verify that every service runs where the inventory says", function() da.verify(run) end)
    step("verify that services reach each other across hosts",
      function() da.verify_network(run, run.params.network_timeout) end)
    da.print_addresses(run)
  end,
}
