--- Replace a node: a new appliance takes the place of one that is dead, whose entry is removed from the swarm.
---
--- Parameters: `old`, the dead node: its ID, or its host name if no other node has the same; `host`, the appliance
--- that takes its place. The new appliance may run the product by itself, or have only an engine; it may have the dead
--- one's name and address.
--- The inventory describes the layout after the change: without the dead appliance, and with the new one, its role and
--- its services.
---
--- Before: the dead node is down, and its services do not run. Everything else runs as the inventory says.
--- After:  the new host has its role and its services, and the dead node is no longer part of the swarm.
---
--- Changes: the new host's own stack is stopped, and its own swarm erased. Services on other hosts keep running. A dead
--- manager is made a worker first, so that the managers that are left are a majority again before one joins; without a
--- majority nothing is begun. What the dead appliance had stored is lost: a database that ran there begins empty, and
--- its backup must be restored.
--- `runbook rollback` removes the new host again, and makes it a swarm of its own with its stack; the entry of the dead
--- node is not restored. If that appliance comes back to life, it must leave its swarm by force and join again.
local changes = require "changes"
local checklist = require "checklist"
local da = require "digital_access"
local moves = require "moves"
local rollout = require "rollout"

--- The nodes that `old` may refer to: those of that ID or host name, but not the new host's own.
local function meant(layout, old, host)
  local found = {}
  for _, member in ipairs(layout.nodes) do
    if (member.id == old or member.hostname == old) and member.host ~= host.name then found[#found + 1] = member end
  end
  return found
end

--- Why that node must not be replaced.
local function old_findings(layout, run, target)
  local old, host, findings = run.params.old, run.params.host, {}
  local function add(message, hint, where)
    findings[#findings + 1] = { message = message, hint = hint, host = where }
  end
  local found = meant(layout, old, host)
  if #found == 0 then
    if not moves.member(layout, host) then
      add(("no node of the swarm has the ID or host name %s"):format(old), "read `docker node ls` on a manager")
    end
    return findings
  end
  if #found > 1 then
    local all = {}
    for _, member in ipairs(found) do all[#all + 1] = ("%s (%s)"):format(member.id, member.state) end
    add(("%d nodes have the host name %s: %s"):format(#found, old, table.concat(all, ", ")),
      "name the dead one by its ID: --param old=ID")
    return findings
  end
  local dead = found[1]
  if dead.state ~= "down" then
    add(("the node %s (%s) is %s, and only a node that is down is replaced"):format(dead.id, dead.hostname, dead.state),
      dead.state == "ready" and "remove a living worker with remove-worker.lua"
        or "wait until the managers know its state: docker node ls")
  end
  if dead.host then
    add(("the node %s is that of %s, which the inventory still names, and which answers"):format(dead.id, dead.host),
      "check its engine; remove an appliance that you replace from the inventory")
  end
  if dead.role == "manager" then
    local quorum = swarm.info(target.inventory.manager).quorum
    if quorum and not quorum.kept then
      add(("%d of %d managers can be reached, %d are needed"):format(quorum.reachable, quorum.managers, quorum.needed),
        "bring another manager back first; without a majority no manager can be replaced")
    end
    if host.role ~= "manager" then
      log.warn(("the dead node was a manager, and %s becomes a worker: the swarm has one manager less afterwards")
        :format(host.name))
    end
  end
  for _, service in ipairs(moves.services_on(target, dead)) do
    if #da.hosts_of(target, service) == 0 then
      add(("%s ran on the dead node, and the inventory gives it to no host"):format(service),
        "name it under the `services` of the host that gets it")
    end
  end
  return findings
end

--- The dead node's services, and those of the new host.
local function services_of_change(layout, run, target)
  local services, is_named = {}, {}
  local function add(service)
    if not is_named[service] then services[#services + 1] = service end
    is_named[service] = true
  end
  for _, service in ipairs(run.params.host.services) do add(service) end
  for _, dead in ipairs(meant(layout, run.params.old, run.params.host)) do
    for _, service in ipairs(moves.services_on(target, dead)) do add(service) end
  end
  return services
end

return runbook {
  summary = "Replace a dead node with a new appliance",
  inventory = { managers = "several" },
  params = {
    old = { type = "string", required = true, help = "the dead node: its ID, or its host name" },
    host = { type = "host", required = true, help = "the host that takes its place" },
    join_timeout = { default = "60s", type = "duration", help = "how long the host may take to be ready" },
    start_timeout = { default = "5m", type = "duration", help = "how long services may take to run" },
    network_timeout = { default = "150s", type = "duration", help = "how long they may take to reach each other then" },
  },

  function(run)
    local host = run.params.host
    local manager = changes.manager_beside(run, host)
    local target = changes.view(run, { manager = manager })
    local function dead_of(layout) return meant(layout, run.params.old, host)[1] end

    local seen = checklist.preflight(changes.checks {            -- reads only, the new host and the manager
      manager = manager, joining = { host }, target = target, database_is_lost = true,
      services = function(layout) return services_of_change(layout, run, target) end,
      except = function(layout) return (dead_of(layout) or {}).id end,
      findings = function(layout) return old_findings(layout, run, target) end,
    }, changes.view(run, { manager = manager, only = { manager, host } }))
    local layout = changes.layout(seen, manager)
    local dead = dead_of(layout)

    if rollout.is_reached(target) and not dead then
      log.info(("%s is in the swarm with its services, and the node %s is not: nothing is changed."):format(
        host.name, run.params.old))
      rollout.verify(target)
      return da.print_addresses(target)
    end

    approve(("Is the appliance of the node %s gone for good, and may %s give up a swarm and stack of its own?")
      :format(run.params.old, host.name))

    local services = services_of_change(layout, run, target)
    if dead and dead.role == "manager" then
      step("make the dead manager a worker", { host = manager },
        function() node.demote(manager, dead.id) end)
    end
    if not moves.member(layout, host) then
      scope(host.name, function()
        rollout.free(run, host)
        rollout.join(run, host, manager)
      end)
    end
    rollout.add_other_labels(host, manager)
    rollout.carry_out(manager, moves.of(target, layout, services, dead and dead.id), run.params.start_timeout)
    if dead then
      step("remove the entry of the dead node", { host = manager }, function() node.remove(manager, dead.id) end)
    end
    rollout.finish(target)
    if dead and dead.labels.postgres and da.hosts_service(host, "postgres") then
      note("Restore the backup of the database", { "postgres runs on " .. host.name .. " and begins empty" })
    end
  end,
}
