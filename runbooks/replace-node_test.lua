--- Tests of replace-node.lua, in a simulated world.
local each_crash_point = require "each_crash_point"
local expect = require "expect"

local inventory = {
  stack = { name = "da", directory = "/opt/da", files = { "docker-compose.yml", "network.yml" } },
  services = { "admin", "policy", "accesspoint" },
  hosts = {
    da1 = { address = "192.0.2.1", role = "manager", services = { "admin", "policy" } },
    da2 = { address = "192.0.2.2", role = "worker", services = { "accesspoint" } },
  },
}

--- The node that da2 was is dead: its appliance was installed again, with the same name, and is in no swarm.
local dead
local function da2_was_installed_anew()
  simulation.world { inventory = inventory, world = { start = "joined" } }
  dead = swarm.leave("da2")
  simulation.jump("2m")
end

local function options() return { params = { old = dead, host = "da2" } } end

local function expect_replaced()
  local nodes = node.list("da1")
  expect.equal(#nodes, 2)
  for _, one in ipairs(nodes) do expect.truthy(one.id ~= dead and one.state == "ready", one.hostname) end
  local places = {}
  for _, task in ipairs(stack.tasks("da1", "da")) do
    if task.state == "running" then places[#places + 1] = task.service .. " " .. task.host end
  end
  table.sort(places)
  expect.equal(places, { "da_accesspoint da2", "da_admin da1", "da_policy da1" })
end

test("the new appliance has the dead one's services, and the dead node is not part of the swarm", function()
  da2_was_installed_anew()
  local result = simulation.run("replace-node.lua", options())
  expect.succeeded(result)
  expect_replaced()
  expect.before(result.order, "services/accesspoint/wait until it runs on da2", "remove the entry of the dead node")
end)

test("a second time nothing is changed", function()
  da2_was_installed_anew()
  expect.succeeded(simulation.run("replace-node.lua", options()))
  local before = #simulation.calls("da1")
  expect.succeeded(simulation.run("replace-node.lua", options()))
  expect.equal(#simulation.calls("da1"), before)
end)

test("the dead one may be named by its host name, if no other node has it", function()
  da2_was_installed_anew()
  expect.succeeded(simulation.run("replace-node.lua", { params = { old = "da2", host = "da2" } }))
  expect_replaced()
end)

test("rolled back, the new appliance runs by itself, and the dead entry stays gone", function()
  da2_was_installed_anew()
  swarm.init("da2")
  label.set("da2", { ["da-admin"] = "true", ["da-policy"] = "true", ["da-accesspoint"] = "true" })
  stack.deploy("da2", { name = "da", directory = "/opt/da", files = { "docker-compose.yml", "network.yml" } })
  expect.succeeded(simulation.run("replace-node.lua", options()))
  expect_replaced()
  expect.succeeded(simulation.rollback())
  expect.equal(#node.list("da1"), 1)
  expect.truthy(swarm.info("da2").is_manager)
  expect.equal(#stack.services("da2", "da"), 3)
end)

for _, case in ipairs {
  { name = "an unknown node", old = "unknown", finding = "no node of the swarm has the ID or host name unknown" },
  { name = "a node that lives", old = "da1", finding = "only a node that is down is replaced" },
} do
  test("refused before anything is changed: " .. case.name, function()
    da2_was_installed_anew()
    local before = #simulation.calls("da1")
    local result = simulation.run("replace-node.lua", { params = { old = case.old, host = "da2" } })
    expect.equal(result.status, "refused")
    expect.tells(result, case.finding)
    expect.equal(#simulation.calls("da1"), before)
  end)
end

test("a rejection of the question ends the run before anything was changed", function()
  da2_was_installed_anew()
  local before = #simulation.calls("da2")
  expect.failed(simulation.run("replace-node.lua", { params = options().params, approve = false }))
  expect.equal(#simulation.calls("da2"), before)
end)

test("an appliance that can't join fails the run, with the dead entry in its place; resumed, it is replaced", function()
  da2_was_installed_anew()
  local given = options()
  given.faults = { { step = "da2/join the swarm", message = "no route", times = 5 } }
  expect.failed(simulation.run("replace-node.lua", given), "test.injected")
  expect.equal(#node.list("da1"), 2)
  expect.succeeded(simulation.resume())
  expect_replaced()
end)

test("a dead manager is made a worker before the new one joins", function()
  local three = { stack = inventory.stack, services = inventory.services, managers = 3, hosts = {
    da1 = inventory.hosts.da1, da2 = { address = "192.0.2.2", role = "manager", services = { "accesspoint" } },
    da3 = { address = "192.0.2.3", role = "manager", services = {} },
  } }
  simulation.world { inventory = three, world = { start = "joined" } }
  -- It forgets its swarm while the others are away, so that no manager makes it a worker.
  for _, name in ipairs { "da1", "da3" } do simulation.engine(name, false) end
  dead = swarm.leave("da2", { force = true })
  for _, name in ipairs { "da1", "da3" } do simulation.engine(name, true) end
  simulation.jump("2m")
  expect.equal(node.inspect("da1", dead).role, "manager")
  local result = simulation.run("replace-node.lua", options())
  expect.succeeded(result)
  expect.before(result.order, "make the dead manager a worker", "da2/join the swarm")
  expect.equal(#node.list("da1"), 3)
  expect.equal(swarm.info("da1").quorum.reachable, 3)
end)

test("killed around each of its changes and resumed, the dead node is replaced", function()
  local given = {}
  local function world()
    da2_was_installed_anew()
    given.params = options().params
  end
  each_crash_point({ world = world, runbook = "replace-node.lua", run = given }, function(result)
    expect.succeeded(result)
    expect_replaced()
  end)
end)
