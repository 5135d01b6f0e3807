--- Add a worker: one more appliance joins the swarm, and hosts what the inventory gives it.
---
--- Parameters: `host`, the appliance that joins. It may run the product by itself (a swarm of its own with its own
--- stack), or have only an engine.
--- The inventory describes the layout after the change: the new host with the role worker and its services, and the
--- other hosts without the services that they hand over to it.
---
--- Before: the swarm runs as the inventory says, except for the new host.
--- After:  the host is a worker, and its services run there and no longer where they ran before.
---
--- Changes: the new host's own stack is stopped, and its own swarm erased. Only the services that the new host gets
--- move: each runs there before it stops at its old place (one that runs only once stops first, for a moment).
--- Everything else keeps running. A service that the inventory gives to the new host and to others is added, not moved.
--- `runbook rollback` undoes it: the services go back, and the host is again a swarm of its own with its stack.
local changes = require "changes"
local checklist = require "checklist"
local da = require "digital_access"
local moves = require "moves"
local rollout = require "rollout"

return runbook {
  summary = "Add a worker to the swarm",
  inventory = { managers = "several" },
  params = {
    host = { type = "host", required = true, help = "the host that joins; a worker in the inventory" },
    join_timeout = { default = "60s", type = "duration", help = "how long the host may take to be ready" },
    start_timeout = { default = "5m", type = "duration", help = "how long services may take to run" },
    network_timeout = { default = "150s", type = "duration", help = "how long they may take to reach each other then" },
  },

  function(run)
    local host = run.params.host
    local manager = changes.manager_beside(run, host)
    local target = changes.view(run, { manager = manager })

    local seen = checklist.preflight(changes.checks {            -- reads only, the new host and the manager
      manager = manager, joining = { host }, target = target,
      services = function() return host.services end,
      findings = function()
        if host.role == "worker" then return {} end
        return { { message = ("%s has the role manager in the inventory"):format(host.name), host = host.name,
          hint = "give it the role worker; managers are added with high-availability.lua" } }
      end,
    }, changes.view(run, { manager = manager, only = { manager, host } }))
    local layout = changes.layout(seen, manager)

    if rollout.is_reached(target) then
      log.info(("%s is already a worker and hosts what the inventory gives it: nothing is changed."):format(host.name))
      return da.print_addresses(target)
    end

    if not moves.member(layout, host) then
      approve(("Is there a backup or snapshot of %s? Its own swarm and stack, if it has them, are given up."):format(
        host.name))
      scope(host.name, function()
        rollout.free(run, host)
        rollout.join(run, host, manager)
      end)
    end
    rollout.add_other_labels(host, manager)
    rollout.carry_out(manager, moves.of(target, layout, host.services), run.params.start_timeout)
    rollout.finish(target)
  end,
}
