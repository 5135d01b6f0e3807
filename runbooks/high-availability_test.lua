--- Tests of high-availability.lua, in a simulated world.
local each_crash_point = require "each_crash_point"
local expect = require "expect"

local function host(number, role, ...)
  return { address = "192.0.2." .. number, role = role, services = { ... } }
end

local inventory = {
  stack = { name = "da", directory = "/opt/da", files = { "docker-compose.yml", "network.yml" } },
  managers = 3,
  services = { "admin", "policy", "accesspoint" },
  hosts = {
    da1 = host(1, "manager", "admin", "policy"), da2 = host(2, "manager", "policy"), da3 = host(3, "manager", "policy"),
    da4 = host(4, "worker", "accesspoint"),
  },
}

local function appliances() simulation.world { inventory = inventory } end

--- da1 has begun already with da2 as its worker; da3 is a manager.
local function half_done()
  local labels = { ["da-admin"] = "true", ["da-policy"] = "true", ["da-accesspoint"] = "true" }
  simulation.world { inventory = inventory, world = { start = "joined", hosts = { da1 = { labels = labels } } } }
  node.demote("da1", "da2")
end

local function expect_available()
  local roles = {}
  for _, one in ipairs(node.list("da1")) do roles[one.host or one.id] = one.role end
  expect.equal(roles, { da1 = "manager", da2 = "manager", da3 = "manager", da4 = "worker" })
  expect.equal(swarm.info("da1").quorum.tolerated, 1)
  local places = {}
  for _, task in ipairs(stack.tasks("da1", "da")) do
    if task.state == "running" then places[#places + 1] = task.service .. " " .. task.host end
  end
  table.sort(places)
  expect.equal(places, { "da_accesspoint da4", "da_admin da1", "da_policy da1", "da_policy da2", "da_policy da3" })
end

test("three managers, each service on its hosts, and a second time nothing is changed", function()
  appliances()
  local result = simulation.run("high-availability.lua")
  expect.succeeded(result)
  expect_available()
  expect.contains(result.messages, "accesspoint runs on da4 only: nothing replaces it when that host fails")
  local before = #simulation.calls("da1")
  expect.succeeded(simulation.run("high-availability.lua"))
  expect.equal(#simulation.calls("da1"), before)
end)

test("rolled back, each host is an appliance by itself again", function()
  appliances()
  expect.succeeded(simulation.run("high-availability.lua"))
  expect.succeeded(simulation.rollback())
  for name in pairs(inventory.hosts) do
    expect.equal(#node.list(name), 1, name)
    for _, service in ipairs(stack.services(name, "da")) do expect.equal(service.running, 1, name) end
  end
end)

test("a worker that becomes a manager is promoted, and a rollback makes it a worker again", function()
  half_done()
  local result = simulation.run("high-availability.lua")
  expect.succeeded(result)
  expect.equal(result.steps["managers/da2/make it a manager"].status, "succeeded")
  expect_available()
  expect.succeeded(simulation.rollback())
  expect.equal(node.inspect("da1", "da2").role, "worker")
end)

for _, case in ipairs {
  {
    name = "two managers", finding = "two managers survive no failure",
    inventory = { managers = 2, hosts = { da1 = host(1, "manager", "admin"), da2 = host(2, "manager", "policy") } },
  },
  {
    name = "one manager", finding = "one manager survives no failure",
    inventory = { hosts = { da1 = host(1, "manager", "admin"), da2 = host(2, "worker", "policy") } },
  },
  {
    name = "a database that is multiplied", finding = "postgres is given to 2 hosts",
    inventory = { managers = 3, hosts = {
      da1 = host(1, "manager", "admin", "postgres"), da2 = host(2, "manager", "postgres"), da3 = host(3, "manager"),
    } },
  },
  {
    name = "an access point with others", finding = "its access point shares it with other services",
    inventory = { managers = 3, hosts = {
      da1 = host(1, "manager", "admin"), da2 = host(2, "manager", "accesspoint", "policy"), da3 = host(3, "manager"),
    } },
  },
} do
  test("refused before any host is asked: " .. case.name, function()
    local services = {}
    for _, one in pairs(case.inventory.hosts) do
      for _, service in ipairs(one.services) do services[service] = true end
    end
    case.inventory.services = {}
    for service in pairs(services) do table.insert(case.inventory.services, service) end
    case.inventory.stack = inventory.stack
    simulation.world { inventory = case.inventory }
    local result = simulation.run("high-availability.lua")
    expect.equal(result.status, "refused")
    expect.tells(result, case.finding)
    expect.equal(simulation.calls("da1"), {})
  end)
end

test("a manager that is one too many is not made a worker here", function()
  local wanted = { stack = inventory.stack, services = inventory.services, managers = 3, hosts = {
    da1 = inventory.hosts.da1, da2 = inventory.hosts.da2, da3 = inventory.hosts.da3, da4 = inventory.hosts.da4,
  } }
  simulation.world { inventory = wanted, world = { start = "joined" } }
  node.promote("da1", "da4")
  local result = simulation.run("high-availability.lua")
  expect.equal(result.status, "refused")
  expect.tells(result, "it is a manager, and a worker in the inventory")
end)

test("a manager that can't join fails the run; resumed, the others do not join twice", function()
  appliances()
  local result = simulation.run("high-availability.lua", {
    faults = { { step = "managers/da3/join the swarm", message = "no route", times = 5 } },
  })
  expect.failed(result, "test.injected")
  local resumed = simulation.resume()
  expect.succeeded(resumed)
  expect.equal(resumed.steps["managers/da2/join the swarm"].attempts, 1)
  expect_available()
end)

test("killed around each of its changes and resumed, all is as described", function()
  each_crash_point({ world = half_done, runbook = "high-availability.lua" }, function(result)
    expect.succeeded(result)
    expect_available()
  end)
end)
