--- Move a service: it runs on the hosts that the inventory now gives it to, and no longer where it ran before.
---
--- Parameters: `service`, as the inventory names it (policy, accesspoint, …).
--- The inventory describes the layout after the change: the service under its new host, or hosts. All other services
--- must already be where the inventory says.
---
--- Changes: labels of nodes, by which the swarm starts and stops this one service; no other service is touched.
--- The service runs at its new place before it stops at the old one. A service with a fixed number of tasks can't do
--- that: it stops first, and is away until it has started again. The administration service always moves that way,
--- because there is never more than one; its new host must be a manager. The database does not move: its data would
--- stay behind.
--- `runbook rollback` undoes it in the same way: the old hosts have the service again, the new ones do not.
local changes = require "changes"
local checklist = require "checklist"
local da = require "digital_access"
local moves = require "moves"
local rollout = require "rollout"

return runbook {
  summary = "Move a service to other hosts",
  inventory = { managers = "several" },
  params = {
    service = { type = "string", required = true, help = "the service, as the inventory names it" },
    start_timeout = { default = "5m", type = "duration", help = "how long the service may take to run" },
    network_timeout = { default = "150s", type = "duration", help = "how long they may take to reach each other then" },
  },

  function(run)
    local service, manager = run.params.service, run.inventory.manager
    local hosts = { manager, table.unpack(da.hosts_of(run, service)) }

    local seen = checklist.preflight(changes.checks {            -- reads only, the new hosts and the manager
      manager = manager, target = run,
      services = function() return { service } end,
      findings = function()
        if #da.hosts_of(run, service) > 0 then return {} end
        return { { message = ("no host of the inventory has a service %s"):format(service),
          hint = "the inventory's services are " .. table.concat(da.services_of(run), ", ") } }
      end,
    }, changes.view(run, { only = hosts }))

    if rollout.is_reached(run) then
      log.info(("%s already runs where the inventory says: nothing is changed."):format(service))
      return da.print_addresses(run)
    end

    rollout.carry_out(manager, moves.of(run, changes.layout(seen, manager), { service }),
      run.params.start_timeout)
    rollout.finish(run)
  end,
}
