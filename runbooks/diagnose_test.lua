--- Tests of diagnose.lua, in a simulated world.
local expect = require "expect"

local inventory = {
  stack = { name = "da", directory = "/opt/da", files = { "docker-compose.yml", "network.yml" } },
  services = { "admin", "accesspoint", "policy" },
  hosts = {
    da1 = { address = "192.0.2.1", role = "manager", services = { "admin" } },
    da2 = { address = "192.0.2.2", role = "worker", services = { "accesspoint", "policy" } },
  },
}

local function one_swarm() simulation.world { inventory = inventory, world = { start = "joined" } } end

--- What was sent to the hosts so far, but for reading the engine's log: to see that looking changes nothing.
local function sent()
  local all = {}
  for _, host in ipairs { "da1", "da2" } do
    for _, call in ipairs(simulation.calls(host)) do
      if not call:find("^journalctl") then all[#all + 1] = host .. " " .. call end
    end
  end
  return all
end

local quick = { params = { timeout = "1s" } }

test("if nothing is wrong, nothing is found", function()
  one_swarm()
  local result = simulation.run("diagnose.lua", quick)
  expect.succeeded(result)
  expect.equal(result.notes, {})
  expect.matches(result.messages[#result.messages], "^Nothing was found: 2 hosts")
end)

test("a certificate that was just issued is valid, for however long", function()
  simulation.world { inventory = inventory, world = { start = "joined", hosts = { da2 = { certificate_days = 91 } } } }
  expect.succeeded(simulation.run("diagnose.lua", quick))
end)

for _, case in ipairs {
  {
    name = "a host that is off", finding = "it can't be asked",
    act = function()
      simulation.power("da2", false)
      simulation.jump("2m")
    end,
  },
  {
    name = "an engine that is not running", act = function() simulation.engine("da2", false) end,
    finding = "its Docker engine does not answer",
  },
  {
    name = "a host in no swarm", act = function() swarm.leave("da2") end,
    finding = "is in no swarm",
  },
  {
    name = "a service that finds no node", act = function() label.remove("da2", { "da-policy" }, { on = "da1" }) end,
    finding = "da_policy does not run as it should",
  },
  {
    name = "a manager that is locked", finding = "its manager is locked",
    act = function()
      swarm.update("da1", { autolock = true })
      docker.stop("da1")
      docker.start("da1")
    end,
  },
  {
    name = "managers that are mostly away", finding = "the swarm has lost its quorum", managers = { "da1", "da2", "da3" },
    act = function()
      simulation.power("da2", false)
      simulation.power("da3", false)
      simulation.jump("2m")
    end,
  },
  {
    name = "one manager of three that is away", finding = "the manager da3 is not reached by the others",
    managers = { "da1", "da2", "da3" },
    act = function()
      simulation.power("da3", false)
      simulation.jump("2m")
    end,
  },
  { name = "two managers", finding = "the swarm has two managers", managers = { "da1", "da2" } },
  {
    name = "the entry of a node that has left", finding = "(da2) is down",
    act = function()
      swarm.leave("da2")
      swarm.join("da2", { manager = "da1", token = swarm.join_token("da1", "worker") })
      simulation.jump("2m")
    end,
  },
  { name = "a disk that is full", world = { da2 = { free = 1000 } }, finding = "its disk is nearly full" },
  { name = "a clock that is wrong", world = { da2 = { clock = 4000 } }, finding = "it is 4000 s ahead of that of da1" },
  {
    name = "a certificate that has expired", world = { da2 = { certificate_days = -1 } },
    finding = "its swarm certificate has expired",
  },
  {
    name = "a certificate that should have been renewed", world = { da2 = { certificate_days = 5 } },
    finding = "its swarm certificate should have been renewed",
  },
  {
    name = "a port that is closed", world = { da1 = { closed_ports = { 7946 } } },
    finding = "da1's port 7946 is not reached",
  },
} do
  test("diagnosed, and nothing is changed: " .. case.name, function()
    local given = inventory
    if case.managers then
      given = { managers = #case.managers, hosts = {} }
      for number, name in ipairs(case.managers) do
        given.hosts[name] = { address = "192.0.2." .. number, role = "manager" }
      end
    end
    simulation.world { inventory = given, world = { start = "joined", hosts = case.world } }
    if case.act then case.act() end
    local before = sent()
    local result = simulation.run("diagnose.lua", quick)
    expect.equal(result.status, "findings")
    expect.tells(result, case.finding)
    expect.equal(sent(), before)
  end)
end

test("what a removed stack left behind in the swarm is found, with the command that removes it", function()
  local labels = { ["com.docker.stack.namespace"] = "old" }
  simulation.world { inventory = inventory, world = { swarms = { {
    nodes = { { host = "da1", role = "manager", leads = true }, { host = "da2" } },
    networks = { old_net = { labels = labels } }, secrets = { old_key = { labels = labels } },
  } } } }
  local result = simulation.run("diagnose.lua", quick)
  expect.equal(result.failure.message, "2 things are wrong")
  for _, text in ipairs {
    "the network old_net was left behind", "docker network rm old_net", "the secret old_key was left behind",
    "docker secret rm old_key",
  } do
    expect.tells(result, text)
  end
end)

test("a problem that was fixed is not found again", function()
  one_swarm()
  simulation.engine("da2", false)
  expect.equal(simulation.run("diagnose.lua", quick).status, "findings")
  simulation.engine("da2", true)
  expect.succeeded(simulation.run("diagnose.lua", quick))
end)
