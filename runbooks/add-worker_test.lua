--- Tests of add-worker.lua, in a simulated world.
local each_crash_point = require "each_crash_point"
local expect = require "expect"

--- Two appliances; `first` and `second` are their services.
local function inventory(first, second)
  return {
    stack = { name = "da", directory = "/opt/da", files = { "docker-compose.yml", "network.yml" } },
    services = { "admin", "policy", "accesspoint" },
    hosts = {
      da1 = { address = "192.0.2.1", role = "manager", services = first },
      da2 = { address = "192.0.2.2", role = "worker", services = second, labels = { rack = "b" } },
    },
  }
end

--- da1 runs everything, and da2 is an appliance by itself; the inventory puts policy and accesspoint on da2.
local function da2_is_to_join()
  simulation.world {
    inventory = inventory({ "admin" }, { "policy", "accesspoint" }), world = { start = "standalone" },
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

test("the host joins, and its services run there and no longer at their old place", function()
  da2_is_to_join()
  local result = simulation.run("add-worker.lua", da2)
  expect.succeeded(result)
  expect_joined()
  expect.before(result.order, "services/policy/wait until it runs on da2",
    "services/policy/remove its label from da1")
  expect.contains(simulation.calls("da2"), "POST /swarm/join")
end)

test("a second time nothing is changed", function()
  da2_is_to_join()
  expect.succeeded(simulation.run("add-worker.lua", da2))
  local before = #simulation.calls("da1")
  local again = simulation.run("add-worker.lua", da2)
  expect.succeeded(again)
  expect.equal(#simulation.calls("da1"), before)
end)

test("a rejection of the question about a backup ends the run before anything was changed", function()
  da2_is_to_join()
  expect.failed(simulation.run("add-worker.lua", { params = da2.params, approve = false }))
  expect.equal(simulation.calls("da2"), {})
end)

test("rolled back, the host is an appliance by itself again", function()
  da2_is_to_join()
  expect.succeeded(simulation.run("add-worker.lua", da2))
  expect.succeeded(simulation.rollback())
  expect_gone()
  expect.truthy(swarm.info("da2").is_manager)
  expect.equal(#stack.services("da2", "da"), 3)
end)

for _, case in ipairs {
  { name = "a manager in the inventory", host = "da1", finding = "da1 has the role manager in the inventory" },
  {
    name = "a worker of another swarm", host = "da2", finding = "it is a worker of a swarm that is not that of da1",
    world = { inventory = { services = {}, stack = inventory({}, {}).stack, hosts = {
      da1 = { address = "192.0.2.1", role = "manager" }, da2 = { address = "192.0.2.2", role = "worker" },
      da3 = { address = "192.0.2.3", role = "worker" },
    } } },
    act = function()
      swarm.leave("da2", { force = true })
      swarm.join("da2", { manager = "da3", token = swarm.join_token("da3", "worker") })
    end,
  },
  {
    name = "another stack that would be lost", host = "da2", finding = "its own swarm runs the stack other",
    act = function()
      file.write("da2", "/opt/da/other.yml", 'version: "3.8"\nservices:\n  one: { image: "nexus/one:1" }\n')
      stack.deploy("da2", { name = "other", directory = "/opt/da", files = { "other.yml" } })
    end,
  },
} do
  test("no host is added: " .. case.name, function()
    da2_is_to_join()
    if case.world then simulation.world(case.world) end
    if case.act then case.act() end
    local calls = #simulation.calls("da2")
    local result = simulation.run("add-worker.lua", { params = { host = case.host } })
    expect.equal(result.status, "refused")
    expect.tells(result, case.finding)
    expect.equal(#simulation.calls("da2"), calls)
  end)
end

test("a host that can't join fails the run, with the services where they were; resumed, it joins", function()
  da2_is_to_join()
  local result = simulation.run("add-worker.lua", {
    params = da2.params, faults = { { primitive = "swarm.join", message = "no route", times = 5 } },
  })
  expect.failed(result, "test.injected")
  expect.equal(result.failure.step, "da2/join the swarm")
  expect.equal(places "policy", { "da1" })
  expect.succeeded(simulation.resume())
  expect_joined()
end)

test("killed around each of its changes and resumed, the host is a worker with its services", function()
  each_crash_point({ world = da2_is_to_join, runbook = "add-worker.lua", run = da2 }, function(result)
    expect.succeeded(result)
    expect_joined()
  end)
end)
