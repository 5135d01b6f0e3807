--- Tests of rollout.lua, by runbooks that are made here: what each of its parts changes, and what a rollback undoes.
local expect = require "expect"

local function appliance(number, role, services, labels)
  return { address = "192.0.2." .. number, role = role, services = services, labels = labels }
end

local function inventory(hosts)
  return {
    stack = { name = "da", directory = "/opt/da", files = { "docker-compose.yml", "network.yml" } }, managers = 2,
    services = { "admin", "policy", "accesspoint" }, hosts = hosts,
  }
end

--- Two managers and a worker in one swarm, which runs the services where `labels` are.
local function one_swarm(labels)
  local hosts = {}
  for name, carried in pairs(labels or {}) do hosts[name] = { labels = carried } end
  simulation.world {
    world = { start = "joined", hosts = next(hosts) and hosts or nil },
    inventory = inventory {
      m1 = appliance(1, "manager", { "admin" }), m2 = appliance(2, "manager", { "policy" }),
      w1 = appliance(3, "worker", { "accesspoint" }, { rack = "c" }),
    },
  }
end

--- The runbook that has `rollout`, `moves`, `layout()` and the hosts by their names; `code` is its body.
local function runbook_of(code, before)
  return simulation.local_file("made.lua", ([[
    local moves, rollout = require "moves", require "rollout"
    %s
    return runbook {
      summary = "Try it",
      inventory = { managers = "several" },
      params = {
        join_timeout = { default = "1m", type = "duration", help = "how long a join may take" },
        start_timeout = { default = "1m", type = "duration", help = "how long services may take" },
        network_timeout = { default = "10s", type = "duration", help = "how long the network may take" },
      },
      function(run)
        local host = {}
        for _, one in ipairs(run.inventory.hosts) do host[one.name] = one end
        local function layout()
          return step("read the layout", function()
            return { nodes = node.list(host.m1), services = stack.services(host.m1, "da") }
          end)
        end
        %s
      end,
    }
  ]]):format(before or "", code))
end

local function run_of(code, before) return simulation.run(runbook_of(code, before)) end

local function places(service)
  local found = {}
  for _, task in ipairs(stack.tasks("m1", "da")) do
    if task.service == "da_" .. service and task.state == "running" then found[#found + 1] = task.host end
  end
  return found
end

test("a host that is an appliance by itself is freed, and by a rollback is one again", function()
  simulation.world { inventory = inventory {
    m1 = appliance(1, "manager", { "admin", "policy" }), m2 = appliance(2, "manager", { "accesspoint" }),
  } }
  local labels = label.get "m2"
  expect.succeeded(run_of "rollout.free(run, host.m2)")
  expect.equal(swarm.info("m2").state, "inactive")
  expect.succeeded(simulation.rollback())
  expect.equal(label.get "m2", labels)
  expect.equal(#stack.services("m2", "da"), 3)
  expect.equal(swarm.info("m1").nodes, 1)
end)

test("a host whose own swarm runs no stack gets none by a rollback; one in no swarm is left as it is", function()
  simulation.world { world = { start = "none" }, inventory = inventory {
    m1 = appliance(1, "manager", { "admin", "policy" }), m2 = appliance(2, "manager", { "accesspoint" }),
  } }
  swarm.init("m2")
  label.set("m2", { own = "yes" })
  expect.succeeded(run_of "rollout.free(run, host.m2)")
  expect.succeeded(simulation.rollback())
  expect.equal(label.get "m2", { own = "yes" })
  expect.equal(stack.services("m2", "da"), {})
  expect.succeeded(run_of "rollout.free(run, host.m1)")
  expect.equal(simulation.calls "m1", {})
end)

for _, asked in ipairs { "host.m1", "run.inventory.managers" } do
  test("a host joins in its role, asked of " .. asked .. "; rolled back, nothing of it is left in the swarm", function()
    simulation.world { world = { start = "none" }, inventory = inventory {
      m1 = appliance(1, "manager", { "admin", "policy" }), m2 = appliance(2, "manager", { "accesspoint" }),
    } }
    swarm.init("m1")
    expect.succeeded(run_of(("rollout.join(run, host.m2, %s)"):format(asked)))
    expect.equal(node.inspect("m1", "m2").role, "manager")
    expect.equal(swarm.info("m1").quorum.reachable, 2)
    expect.succeeded(simulation.rollback())
    expect.equal(swarm.info("m2").state, "inactive")
    expect.equal(#node.list "m1", 1)
    expect.equal(swarm.info("m1").quorum.managers, 1)
  end)
end

test("a host gets the labels that the inventory adds; one without such labels gets no step", function()
  one_swarm { w1 = { ["da-accesspoint"] = "true" } }
  local result = run_of [[
    for _, one in ipairs(run.inventory.hosts) do
      scope(one.name, function() rollout.add_other_labels(one, host.m1) end)
    end
  ]]
  expect.succeeded(result)
  expect.equal(label.get("w1", { on = "m1" }), { ["da-accesspoint"] = "true", rack = "c" })
  expect.equal(result.order, { "w1/add its other labels" })
end)

local carry_out = 'rollout.carry_out(host.m1, moves.of(run, layout(), { "admin", "policy" }), "1m")'

test("a service that runs nowhere gets its label and is waited for; rolled back, it runs nowhere again", function()
  one_swarm { m1 = { ["da-admin"] = "true" }, m2 = {}, w1 = { ["da-accesspoint"] = "true", rack = "c" } }
  label.remove("m2", { "da-policy" }, { on = "m1" })
  expect.equal(places "policy", {})
  local result = run_of(carry_out)
  expect.succeeded(result)
  expect.equal(places "policy", { "m2" })
  expect.equal(result.order,
    { "read the layout", "services/policy/add its label to m2", "services/policy/wait until it runs on m2" })
  expect.succeeded(simulation.rollback())
  expect.equal(places "policy", {})
  expect.equal(label.get("m2", { on = "m1" }), {})
end)

test("the administration service that runs nowhere gets its label alone; rolled back, it runs nowhere again", function()
  one_swarm { m2 = { ["da-policy"] = "true" } }
  label.remove("m1", { "da-admin" })
  local result = run_of(carry_out)
  expect.succeeded(result)
  expect.equal(places "admin", { "m1" })
  expect.equal(result.order[2], "services/admin/add its label to m1")
  expect.succeeded(simulation.rollback())
  expect.equal(places "admin", {})
end)

test("a service that runs on one host too many loses that label, and keeps the other", function()
  one_swarm { m2 = { ["da-policy"] = "true" }, w1 = { ["da-accesspoint"] = "true", ["da-policy"] = "true" } }
  local result = run_of(carry_out)
  expect.succeeded(result)
  expect.equal(places "policy", { "m2" })
  expect.equal(label.get("w1", { on = "m1" })["da-policy"], nil)
  expect.equal(result.steps["services/policy/add its label to m2"], nil)
end)

for _, case in ipairs {
  { service = "policy", before = "w1", after = "m2" }, { service = "admin", before = "m2", after = "m1" },
} do
  test(case.service .. " moves to where the inventory puts it, and by a rollback back to where it was", function()
    local labels = { m1 = {}, m2 = {}, w1 = { ["da-accesspoint"] = "true", rack = "c" } }
    labels[case.before]["da-" .. case.service] = "true"
    one_swarm(labels)
    label.remove(case.after, { "da-" .. case.service }, { on = "m1" })
    expect.equal(places(case.service), { case.before })
    local moved = ('rollout.carry_out(host.m1, moves.of(run, layout(), { "%s" }), "1m")'):format(case.service)
    expect.succeeded(run_of(moved))
    expect.equal(places(case.service), { case.after })
    expect.succeeded(simulation.rollback())
    expect.equal(places(case.service), { case.before })
    expect.equal(label.get(case.after, { on = "m1" })["da-" .. case.service], nil)
  end)
end

-- What is waited for: a part that runs on each of its hosts, and one with a fixed number of tasks.
for _, case in ipairs {
  { part = "is_global = true", from = '"w1"', waits = { "on m2, off -, settled nil", "on m2, off w1, settled nil" } },
  { part = "is_global = false", from = '"w1"', waits = { "on m2, off w1, settled nil" } },
  { part = "is_global = true", from = "", waits = { "on m2, off -, settled nil" } },
  { part = "is_global = false", from = "", waits = { "on -, off -, settled nil" } },
  {
    service = "admin", part = "is_global = false", from = '"w1"',
    waits = { "on -, off w1, settled false", "on m2, off -, settled nil" },
  },
} do
  local name = case.service or "policy"
  test(("what is waited for when %s moves, with %s, from %s"):format(name, case.part, case.from), function()
    one_swarm()
    local result = run_of(([[rollout.carry_out(host.m1, { {
      name = "%s", label = "da-%s", to = { "m2" }, from = { %s }, hosts = { "m2" },
      parts = { { name = "da_%s", %s } },
    } }, "1m")]]):format(name, name, case.from, name, case.part), [[
      _G.stack = setmetatable({ wait_service = function(_, _, where)
        log.info(("on %s, off %s, settled %s"):format(table.concat(where.on or { "-" }, " "),
          table.concat(where.off or { "-" }, " "), where.settled))
      end }, { __index = stack })
    ]])
    expect.succeeded(result)
    expect.equal(result.messages, case.waits)
  end)
end

--- A swarm that once makes no task for a service although it could run, as after labels were put back (moby#31014).
local makes_no_task = [[
  local real, refused = stack, false
  _G.stack = setmetatable({ wait_service = function(...)
    if not refused then
      refused = true
      error { code = "%s", message = "no task is made for da_policy" }
    end
    return real.wait_service(...)
  end }, { __index = real })
]]

test("a service for which the swarm makes no task is restarted, and then waited for", function()
  one_swarm { w1 = { ["da-policy"] = "true" } }
  label.remove("m2", { "da-policy" }, { on = "m1" })
  local result = run_of(carry_out, makes_no_task:format "service.not_scheduled")
  expect.succeeded(result)
  expect.equal(places "policy", { "m2" })
  expect.contains(result.messages, "no task is made for da_policy: it is restarted")
  local restarts = 0
  for _, call in ipairs(simulation.calls "m1") do
    if call:find("POST /services/", 1, true) then restarts = restarts + 1 end
  end
  expect.equal(restarts, 1)
end)

test("a service that does not run for another reason is not restarted, and fails the run", function()
  one_swarm { w1 = { ["da-policy"] = "true" } }
  label.remove("m2", { "da-policy" }, { on = "m1" })
  local result = run_of(carry_out, makes_no_task:format "service.not_converged")
  expect.equal(result.status, "failed")
  expect.tells(result, "no task is made for da_policy")
  for _, message in ipairs(result.messages) do expect.lacks(message, "restarted") end
end)

test("whether the layout is reached: as the inventory says, and not after a label was removed", function()
  one_swarm()
  label.set("w1", { rack = "c" }, { on = "m1" })
  local compare = "log.info(tostring(rollout.is_reached(run)))"
  expect.equal(run_of(compare).messages, { "true" })
  label.remove("w1", { "rack" }, { on = "m1" })
  expect.equal(run_of(compare).messages, { "false" })
end)

test("the end fails with what differs from the inventory, and says what to read", function()
  one_swarm()
  label.remove("w1", { "rack" }, { on = "m1" })
  local result = run_of "rollout.finish(run)"
  expect.equal(result.failure.step, "verify that every service runs where the inventory says")
  expect.equal(result.failure.message, "the swarm is not as the inventory says: w1: it lacks the label rack=c")
  expect.contains(result.failure.hint, "docker stack ps da")
  label.set("w1", { rack = "c" }, { on = "m1" })
  local resumed = simulation.resume()
  expect.succeeded(resumed)
  expect.equal(resumed.notes[1].items,
    { "access point on w1: 192.0.2.3", "policy on m2: 192.0.2.2 in place of 127.0.0.1" })
end)
