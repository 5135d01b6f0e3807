--- Run Digital Access in high availability: 3, 5 or 7 managers, and each service on several hosts.
---
--- The inventory describes the layout after the change: 3, 5 or 7 hosts with the role manager (and `managers: 3` at its
--- top), every service under each host that gets it, access points on hosts of their own. Two managers, and even
--- numbers, are refused: they survive no more failures than one less. The administration service is never multiplied,
--- and stays where it is; so does the database, which is best outside of the stack. A load balancer is in front of the
--- access points.
---
--- Before: the first manager runs the stack, alone or with others. The hosts that join may run the product by
---         themselves, or have only an engine.
--- After:  every host is in the swarm in its role, and every service runs on each host that the inventory gives it.
---
--- Changes: hosts that join give up their own swarms and stacks. Managers join one after the other; workers that become
--- managers are promoted. Services then run at their new places before they stop at old ones, so the stack keeps
--- running. If a manager is lost meanwhile, the run continues and asks the next one, as long as those that are left are
--- a majority. If everything is already as described, nothing is changed.
--- `runbook rollback` undoes it: the services go back, and each host that joined is a swarm of its own again with its
--- stack.
local availability = require "high_availability"
local changes = require "changes"
local checklist = require "checklist"
local da = require "digital_access"
local moves = require "moves"
local rollout = require "rollout"

return runbook {
  summary = "Run Digital Access in high availability",
  inventory = { managers = "several" },
  params = {
    join_timeout = { default = "60s", type = "duration", help = "how long a host may take to be ready" },
    start_timeout = { default = "5m", type = "duration", help = "how long services may take to run" },
    network_timeout = { default = "150s", type = "duration", help = "how long they may take to reach each other then" },
  },

  function(run)
    local hosts, manager = run.inventory.hosts, run.inventory.manager
    local services, others = availability.services(run), {}
    for _, host in ipairs(hosts) do
      if host.name ~= manager.name then others[#others + 1] = host end
    end

    local wrong = availability.problems(run)
    if #wrong > 0 then refuse(wrong) end
    local seen = checklist.preflight(changes.checks {              -- reads only
      manager = manager, joining = others, target = run,
      services = function() return services end,
      findings = function(layout) return availability.findings(run, layout) end,
      more = { availability.managers_reach(manager) },
    }, run)
    local layout = changes.layout(seen, manager)
    availability.warn(run)

    if rollout.is_reached(run) then
      log.info("Digital Access already runs in high availability as the inventory says: nothing is changed.")
      availability.print_access_points(run)
      return da.print_addresses(run)
    end

    approve("Is there a backup or snapshot of every appliance, and are the access points' addresses noted? The swarms and "
      .. "stacks of hosts that join are given up.")

    -- Asked are the managers of this swarm at that time. A host that still manages its own swarm is not among them.
    local managers, newcomers, promoted = {}, { manager = {}, worker = {} }, {}
    for _, host in ipairs(hosts) do
      local member = moves.member(layout, host)
      if host.name == manager.name or (member and member.role == "manager") then
        managers[#managers + 1] = host
      elseif member and host.role == "manager" then
        promoted[#promoted + 1] = host
      elseif not member then
        table.insert(newcomers[host.role], host)
      end
    end
    local function asked() return table.move(managers, 1, #managers, 1, {}) end

    -- 1. Hosts that join leave their own swarms, in parallel.
    local joining = table.move(newcomers.worker, 1, #newcomers.worker, #newcomers.manager + 1,
      table.move(newcomers.manager, 1, #newcomers.manager, 1, {}))
    parallel("hosts", joining, function(host) rollout.free(run, host) end)

    -- 2. Managers join one after the other, because each changes who is a majority; then the workers, in parallel.
    scope("managers", function()
      for _, host in ipairs(newcomers.manager) do
        scope(host.name, function() rollout.join(run, host, asked()) end)
        managers[#managers + 1] = host
      end
      for _, host in ipairs(promoted) do
        local present = asked()
        scope(host.name, function()
          step("make it a manager", { undo = function() node.demote(present, host.name) end },
            function() node.promote(present, host.name) end)
        end)
        managers[#managers + 1] = host
      end
    end)
    parallel("workers", newcomers.worker, function(host) rollout.join(run, host, asked()) end)
    parallel("labels", others, function(host) rollout.add_other_labels(host, asked()) end)

    -- 3. Services run at their new places, then stop at the old ones.
    rollout.carry_out(asked(), moves.of(run, layout, services), run.params.start_timeout)

    -- 4. Verify, and say what is left to do.
    rollout.finish(run)
    availability.print_access_points(run)
  end,
}
