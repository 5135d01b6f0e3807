--- Tests of move-service.lua, in a simulated world.
local each_crash_point = require "each_crash_point"
local expect = require "expect"

--- Three appliances in one swarm; `second` and `third` are the services of the workers.
local function inventory(second, third)
  return {
    stack = { name = "da", directory = "/opt/da", files = { "docker-compose.yml", "network.yml" } },
    services = { "admin", "distribution", "policy", "accesspoint" },
    hosts = {
      da1 = { address = "192.0.2.1", role = "manager", services = { "admin", "distribution" } },
      da2 = { address = "192.0.2.2", role = "worker", services = second },
      da3 = { address = "192.0.2.3", role = "worker", services = third },
    },
  }
end

--- The swarm still runs policy on da2; the inventory puts it on da3.
local function policy_is_to_move()
  simulation.world {
    inventory = inventory({}, { "accesspoint", "policy" }),
    world = { start = "joined", hosts = {
      da2 = { labels = { ["da-policy"] = "true" } }, da3 = { labels = { ["da-accesspoint"] = "true" } },
    } },
  }
end

--- The hosts on which a service of the stack runs.
local function places(service)
  local found = {}
  for _, task in ipairs(stack.tasks("da1", "da")) do
    if task.service == "da_" .. service and task.state == "running" then found[#found + 1] = task.host end
  end
  table.sort(found)
  return found
end

local policy = { params = { service = "policy" } }

test("the service runs at its new place, and then no longer at the old one", function()
  policy_is_to_move()
  expect.equal(places("policy"), { "da2" })
  local result = simulation.run("move-service.lua", policy)
  expect.succeeded(result)
  expect.equal(places("policy"), { "da3" })
  expect.equal(places("accesspoint"), { "da3" })
  expect.before(result.order, "services/policy/wait until it runs on da3",
    "services/policy/remove its label from da2")
  for _, host in ipairs { "da2", "da3" } do expect.equal(simulation.calls(host), {}, host) end
end)

test("a second time nothing is changed", function()
  policy_is_to_move()
  expect.succeeded(simulation.run("move-service.lua", policy))
  local before = #simulation.calls("da1")
  local again = simulation.run("move-service.lua", policy)
  expect.succeeded(again)
  expect.contains(again.messages, "policy already runs where the inventory says: nothing is changed.")
  expect.equal(#simulation.calls("da1"), before)
end)

test("rolled back, the old host has the service again", function()
  policy_is_to_move()
  expect.succeeded(simulation.run("move-service.lua", policy))
  expect.succeeded(simulation.rollback())
  expect.equal(places("policy"), { "da2" })
end)

test("a manager that refuses the label fails the run with the old place intact; resumed, it continues", function()
  policy_is_to_move()
  local failing = "services/policy/add its label to da3"
  local result = simulation.run("move-service.lua", {
    params = policy.params, faults = { { step = failing, primitive = "label.set", message = "the manager is busy" } },
  })
  expect.failed(result, "test.injected")
  expect.equal(result.failure.step, failing)
  expect.equal(places("policy"), { "da2" })
  expect.succeeded(simulation.resume())
  expect.equal(places("policy"), { "da3" })
end)

for _, case in ipairs {
  {
    name = "a service that no host has", service = "radius",
    finding = "no host of the inventory has a service radius",
  },
  {
    name = "the database, whose data would stay", service = "postgres", third = { "accesspoint", "policy", "postgres" },
    finding = "postgres would move to da3, and its data would stay where they are",
  },
  {
    name = "one whose old host no longer has the inventory's role",
    service = "policy", finding = "da2 is a manager in the swarm, and a worker in the inventory",
    act = function() node.promote("da1", "da2") end,
  },
  {
    name = "one while another host lacks a label", service = "policy",
    finding = "accesspoint has no label on da3, to which the inventory gives it",
    act = function() label.remove("da3", { "da-accesspoint" }, { on = "da1" }) end,
  },
  {
    name = "one while its old host is off", service = "policy", finding = "da2 is not part of the swarm, or does not answer",
    act = function()
      simulation.power("da2", false)
      simulation.jump("2m")
    end,
  },
  {
    name = "while the stack is not deployed", service = "policy", finding = "the stack da is not deployed in the swarm",
    act = function() stack.remove("da1", "da") end,
  },
  {
    name = "one beside which another would move, too", service = "accesspoint",
    finding = "policy runs on da2, and the inventory gives it to da3",
  },
} do
  test("refused before anything is changed: " .. case.name, function()
    simulation.world {
      inventory = inventory({}, case.third or { "accesspoint", "policy" }),
      world = { start = "joined", hosts = {
        da1 = { labels = { ["da-admin"] = "true", ["da-distribution"] = "true", postgres = "true" } },
        da2 = { labels = { ["da-policy"] = "true" } }, da3 = { labels = { ["da-accesspoint"] = "true" } },
      } },
    }
    if case.act then case.act() end
    local before = #simulation.calls("da1")
    local result = simulation.run("move-service.lua", { params = { service = case.service } })
    expect.equal(result.status, "refused")
    expect.tells(result, case.finding)
    expect.equal(#simulation.calls("da1"), before)
  end)
end

test("the administration service stops before it starts elsewhere: there is never more than one", function()
  local wanted = inventory({ "policy" }, { "accesspoint" })
  wanted.managers = 2
  wanted.hosts.da1.services = { "distribution" }
  wanted.hosts.da2 = { address = "192.0.2.2", role = "manager", services = { "admin", "policy" } }
  simulation.world { inventory = wanted, world = { start = "joined", hosts = {
    da1 = { labels = { ["da-admin"] = "true", ["da-distribution"] = "true" } },
    da2 = { labels = { ["da-policy"] = "true" } },
  } } }
  local result = simulation.run("move-service.lua", { params = { service = "admin" } })
  expect.succeeded(result)
  expect.before(result.order, "services/admin/wait until it has ended there", "services/admin/add its label to da2")
  expect.equal(places("admin"), { "da2" })
  expect.succeeded(simulation.rollback())
  expect.equal(places("admin"), { "da1" })
end)

test("killed around each of its changes and resumed, the service ends at its new place", function()
  each_crash_point({ world = policy_is_to_move, runbook = "move-service.lua", run = policy }, function(result)
    expect.succeeded(result)
    expect.equal(places("policy"), { "da3" })
  end)
end)
