--- Remove a worker: its services run elsewhere, it leaves the swarm, and nothing of it is left there.
---
--- Parameters: `host`, the worker that leaves; `standalone`, whether it runs the product by itself afterwards.
--- The inventory describes the layout after the change. It still names the host that leaves, because it must be
--- reached, but gives it no services: `services: []`. Its services are listed under the hosts that take them over.
---
--- Before: the swarm runs as the inventory says, except for the services of that host.
--- After:  the other hosts run all services. The host is in no swarm; or, with `standalone`, a swarm of its own with
---         all labels and the stack running.
---
--- Changes: each service of the host runs at its new place before it stops here (one that runs only once stops first,
--- for a moment). Then the host is drained, leaves, and its node is removed by its ID. All other services keep running.
--- `runbook rollback` undoes it: the host joins again, as a new node with its old labels, and takes its services back.
--- A dead host can't leave: use replace-node.lua for that.
local changes = require "changes"
local checklist = require "checklist"
local checks = require "checks"
local da = require "digital_access"
local moves = require "moves"
local rollout = require "rollout"
local standalone = require "standalone"

--- Why the host must not leave yet.
local function leaving_findings(target, layout, host)
  local findings, member = {}, moves.member(layout, host)
  local function add(message, hint) findings[#findings + 1] = { message = message, hint = hint, host = host.name } end
  if #host.services > 0 then
    add(("the inventory still gives it %s"):format(table.concat(host.services, ", ")),
      "name each of these under the host that gets it, and write `services: []` at " .. host.name)
  end
  if host.role == "manager" or (member and member.role == "manager") then
    add("it is a manager, and only a worker is removed here", "make it a worker first: docker node demote")
  end
  for _, service in ipairs(moves.services_on(target, member)) do
    if #da.hosts_of(target, service) == 0 and not da.hosts_service(host, service) then
      add(("%s runs here, and would have no host afterwards"):format(service),
        "name it in the inventory under the host that gets it")
    end
  end
  return findings
end

return runbook {
  summary = "Remove a worker from the swarm",
  inventory = { managers = "several" },
  params = {
    host = { type = "host", required = true, help = "the worker that leaves; the inventory gives it no services" },
    standalone = { default = false, help = "whether it becomes a swarm of its own again, with its stack" },
    start_timeout = { default = "5m", type = "duration", help = "how long services may take to run" },
    network_timeout = { default = "150s", type = "duration", help = "how long they may take to reach each other then" },
  },

  function(run)
    local host, stack_name = run.params.host, run.inventory.stack.name
    local manager = changes.manager_beside(run, host)
    local target = changes.view(run, { manager = manager, without = host })
    local timeout = run.params.start_timeout

    local seen = checklist.preflight(changes.checks {            -- reads only
      manager = manager, target = target,
      services = function(layout) return moves.services_on(run, moves.member(layout, host)) end,
      findings = function(layout) return leaving_findings(target, layout, host) end,
      more = run.params.standalone and { changes.on(host, checks.compose_files_exist) } or nil,
    }, changes.view(run, { manager = manager }))
    local layout = changes.layout(seen, manager)
    local member = moves.member(layout, host)

    local is_over = rollout.is_reached(target) and not member
    if is_over and run.params.standalone then
      is_over = step("see whether it runs by itself", { host = host }, function()
        return standalone.look(run, host).is_standalone
      end)
    end
    if is_over == true then
      log.info(("%s is not in the swarm, and its services run elsewhere: nothing is changed."):format(host.name))
      rollout.verify(target)
      return da.print_addresses(target)
    end

    if member then
      -- 1. Its services run elsewhere before anything stops here.
      rollout.carry_out(manager, moves.of(target, layout, moves.services_on(run, member)), timeout)

      -- 2. It leaves. Its node is known by the ID that it has now: afterwards nothing else shows which one it was.
      scope(host.name, function()
        step("drain it", { host = host, undo = function() node.activate(manager, host.name) end },
          function() node.drain(manager, member.id) end)
        step("leave the swarm", {
          host = host,
          undo = function()
            swarm.join(host, { manager = manager, token = swarm.join_token(manager, "worker") })
            label.set(host, member.labels, { on = manager })
          end,
        }, function() swarm.leave(host) end)
        -- It has left, so there is no need to wait until the managers notice.
        step("remove its node", { host = manager },
          function() node.remove(manager, member.id, { force = true }) end)
      end)
    end

    -- 3. On request it runs the product by itself again.
    if run.params.standalone then
      scope(host.name .. " by itself", function()
        step("make it a swarm of its own", {
          host = host,
          undo = function() swarm.leave(host, { force = true }) end,
        }, function() swarm.init(host) end)
        step("add the labels of all services", { host = host },
          function() label.set(host, standalone.look(run, host).wanted) end)
        step("deploy its stack", { host = host, undo = function() stack.remove(host, stack_name) end },
          function() da.deploy(run, host) end)
        step("wait until every service runs", { host = host },
          function() stack.wait(host, stack_name, { timeout = timeout }) end)
      end)
    end

    rollout.finish(target)
  end,
}
