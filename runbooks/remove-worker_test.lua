--- Tests of remove-worker.lua, in a simulated world.
local each_crash_point = require "each_crash_point"
local expect = require "expect"

--- Two appliances; `first` and `second` are their services, `services` are those of the compose files.
local function inventory(first, second, services)
  return {
    stack = { name = "da", directory = "/opt/da", files = { "docker-compose.yml", "network.yml" } },
    services = services or { "admin", "policy", "accesspoint" },
    hosts = {
      da1 = { address = "192.0.2.1", role = "manager", services = first },
      da2 = { address = "192.0.2.2", role = "worker", services = second, labels = { rack = "b" } },
    },
  }
end

--- da2 runs policy and accesspoint; the inventory puts all on da1.
local function da2_is_to_go()
  simulation.world {
    inventory = inventory({ "admin", "policy", "accesspoint" }, {}),
    world = { start = "joined", hosts = {
      da1 = { labels = { ["da-admin"] = "true" } },
      da2 = { labels = { ["da-policy"] = "true", ["da-accesspoint"] = "true", rack = "b" } },
    } },
  }
end

local function places(service)
  local found = {}
  for _, task in ipairs(stack.tasks("da1", "da")) do
    if task.service == "da_" .. service and task.state == "running" then found[#found + 1] = task.host end
  end
  return found
end

--- Who is in the swarm of da1, and where the services run.
local function expect_joined()
  expect.equal(#node.list("da1"), 2)
  expect.truthy(swarm.is_member("da2", "da1"))
  expect.equal(places "policy", { "da2" })
  expect.equal(label.get("da2", { on = "da1" }), { ["da-policy"] = "true", ["da-accesspoint"] = "true", rack = "b" })
  expect.equal(label.get("da1"), { ["da-admin"] = "true" })
end
local function expect_gone()
  expect.equal(#node.list("da1"), 1)
  expect.equal(places "policy", { "da1" })
  expect.equal(places "accesspoint", { "da1" })
end

local da2 = { params = { host = "da2" } }

test("the services run elsewhere, and the host is in no swarm", function()
  da2_is_to_go()
  local result = simulation.run("remove-worker.lua", da2)
  expect.succeeded(result)
  expect_gone()
  expect.equal(swarm.info("da2").state, "inactive")
  expect.before(result.order, "services/policy/wait until it runs on da1", "da2/drain it")
end)

test("a second time nothing is changed", function()
  da2_is_to_go()
  expect.succeeded(simulation.run("remove-worker.lua", da2))
  local before = { #simulation.calls("da1"), #simulation.calls("da2") }
  local again = simulation.run("remove-worker.lua", da2)
  expect.succeeded(again)
  expect.contains(again.messages, "da2 is not in the swarm, and its services run elsewhere: nothing is changed.")
  expect.equal({ #simulation.calls("da1"), #simulation.calls("da2") }, before)
end)

test("a host that was removed becomes an appliance by itself later, with the swarm left as it is", function()
  da2_is_to_go()
  expect.succeeded(simulation.run("remove-worker.lua", da2))
  local before = #simulation.calls("da1")
  expect.succeeded(simulation.run("remove-worker.lua", { params = { host = "da2", standalone = true } }))
  expect.equal(#simulation.calls("da1"), before)
  expect.equal(#stack.services("da2", "da"), 3)
  expect_gone()
end)

test("with standalone, the host runs everything by itself", function()
  da2_is_to_go()
  expect.succeeded(simulation.run("remove-worker.lua", { params = { host = "da2", standalone = true } }))
  expect_gone()
  expect.truthy(swarm.info("da2").is_manager)
  expect.equal(label.get("da2"),
    { ["da-admin"] = "true", ["da-policy"] = "true", ["da-accesspoint"] = "true", rack = "b" })
  expect.equal(#stack.services("da2", "da"), 3)
  local again = simulation.run("remove-worker.lua", { params = { host = "da2", standalone = true } })
  expect.succeeded(again)
  expect.equal(again.steps["wait until every service runs"], nil)
end)

test("rolled back, the host is in the swarm with its labels and services", function()
  da2_is_to_go()
  expect.succeeded(simulation.run("remove-worker.lua", { params = { host = "da2", standalone = true } }))
  expect.succeeded(simulation.rollback())
  expect_joined()
end)

for _, case in ipairs {
  {
    name = "the inventory still gives it services", inventory = inventory({ "admin" }, { "policy", "accesspoint" }),
    finding = "the inventory still gives it policy, accesspoint",
  },
  { name = "it is a manager", host = "da1", finding = "it is a manager, and only a worker is removed here" },
  {
    name = "it became a manager of the swarm", act = function() node.promote("da1", "da2") end,
    finding = "it is a manager, and only a worker is removed here",
  },
  {
    name = "one of its services would have no host", labels = { ["da-policy"] = "true" },
    inventory = inventory({ "admin", "accesspoint" }, {}, { "admin", "accesspoint" }),
    finding = "policy runs here, and would have no host afterwards",
  },
  {
    name = "it is off, and a dead host can't leave", act = function() simulation.power("da2", false) end,
    finding = "the host can't be reached",
  },
  {
    name = "it is to run by itself, and lacks a compose file", standalone = true,
    act = function() file.remove("da2", "/opt/da/network.yml") end, finding = "there is no /opt/da/network.yml",
  },
} do
  test("no host is removed: " .. case.name, function()
    da2_is_to_go()
    if case.inventory then
      local hosts = case.labels and { da2 = { labels = case.labels } }
      simulation.world { inventory = case.inventory, world = { start = "joined", hosts = hosts } }
    end
    if case.act then case.act() end
    local before = #simulation.calls("da1")
    local result = simulation.run("remove-worker.lua",
      { params = { host = case.host or "da2", standalone = case.standalone } })
    expect.equal(result.status, "refused")
    expect.tells(result, case.finding)
    expect.equal(#simulation.calls("da1"), before)
  end)
end

test("a node that can't be drained fails the run; resumed, it goes", function()
  da2_is_to_go()
  local result = simulation.run("remove-worker.lua", {
    params = da2.params, faults = { { primitive = "node.drain", message = "no leader", times = 3 } },
  })
  expect.failed(result, "test.injected")
  expect.truthy(swarm.is_member("da2", "da1"))
  expect.succeeded(simulation.resume())
  expect_gone()
end)

test("a host that can't leave fails the run; rolled back, it takes its tasks again", function()
  da2_is_to_go()
  local result = simulation.run("remove-worker.lua", {
    params = da2.params, faults = { { primitive = "swarm.leave", message = "the engine hangs", times = 3 } },
  })
  expect.failed(result, "test.injected")
  expect.equal(result.failure.step, "da2/leave the swarm")
  expect.equal(node.inspect("da1", "da2").availability, "drain")
  expect.succeeded(simulation.rollback())
  expect.equal(node.inspect("da1", "da2").availability, "active")
  expect_joined()
end)

test("killed around each of its changes and resumed, nothing of the host is left in the swarm", function()
  each_crash_point({ world = da2_is_to_go, runbook = "remove-worker.lua", run = da2 }, function(result)
    expect.succeeded(result)
    expect_gone()
    expect.equal(swarm.info("da2").state, "inactive")
  end)
end)

test("killed around each of its changes and resumed, it runs by itself once, with all labels and services", function()
  local options = { params = { host = "da2", standalone = true } }
  each_crash_point({ world = da2_is_to_go, runbook = "remove-worker.lua", run = options }, function(result)
    expect.succeeded(result)
    expect_gone()
    expect.equal(#node.list("da2"), 1)
    expect.equal(#stack.services("da2", "da"), 3)
    expect.equal(label.get("da2")["da-admin"], "true")
  end)
end)
