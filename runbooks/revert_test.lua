--- Tests of revert.lua, in a simulated world.
local each_crash_point = require "each_crash_point"
local expect = require "expect"

local inventory = {
  stack = { name = "da", directory = "/opt/da", files = { "docker-compose.yml", "network.yml" } },
  services = { "admin", "accesspoint" },
  hosts = {
    da1 = { address = "192.0.2.1", role = "manager", services = { "admin" }, labels = { rack = "a" } },
    da2 = { address = "192.0.2.2", role = "worker", services = { "accesspoint" } },
  },
}
local hosts = { "da1", "da2" }

local function one_swarm() simulation.world { inventory = inventory, world = { start = "joined" } } end

local function expect_standalone()
  for _, host in ipairs(hosts) do
    expect.equal(#node.list(host), 1, host)
    expect.equal(label.get(host),
      { ["da-admin"] = "true", ["da-accesspoint"] = "true", rack = host == "da1" and "a" or nil }, host)
    for _, service in ipairs(stack.services(host, "da")) do expect.equal(service.running, 1, host) end
  end
end

local function expect_distributed()
  expect.equal(#node.list("da1"), 2)
  expect.equal(label.get("da2", { on = "da1" }), { ["da-accesspoint"] = "true" })
  expect.equal(label.get("da1"), { ["da-admin"] = "true", rack = "a" })
end

test("every appliance is a swarm of its own again, with all labels and its stack", function()
  one_swarm()
  local result = simulation.run("revert.lua")
  expect.succeeded(result)
  expect_standalone()
  expect.equal(#result.notes[1].items, 2)
end)

test("appliances that run by themselves are left as they are", function()
  simulation.world { inventory = inventory }
  label.set("da1", { rack = "a" })
  local before = #simulation.calls("da1")
  local result = simulation.run("revert.lua")
  expect.succeeded(result)
  expect.contains(result.messages, "Every appliance already runs by itself: nothing is changed.")
  expect.equal(#simulation.calls("da1"), before)
  expect.equal(simulation.calls("da2"), {})
end)

test("a rejection of the question about a backup ends the run before anything was changed", function()
  one_swarm()
  expect.failed(simulation.run("revert.lua", { approve = false }))
  for _, host in ipairs(hosts) do expect.equal(simulation.calls(host), {}, host) end
end)

for _, case in ipairs {
  { name = "a host that is off", act = function() simulation.power("da2", false) end, finding = "da2" },
  {
    name = "compose files that a worker does not have", act = function() file.remove("da2", "/opt/da/network.yml") end,
    finding = "there is no /opt/da/network.yml",
  },
} do
  test("refused before anything is changed: " .. case.name, function()
    one_swarm()
    case.act()
    local result = simulation.run("revert.lua")
    expect.equal(result.status, "refused")
    expect.tells(result, case.finding)
    expect.equal(simulation.calls("da1"), {})
  end)
end

test("what was distributed by the other runbook is reverted, and rolled back is distributed again", function()
  simulation.world { inventory = inventory }
  expect.succeeded(simulation.run("distribute.lua"))
  expect_distributed()
  expect.succeeded(simulation.run("revert.lua"))
  expect_standalone()
  expect.succeeded(simulation.rollback())
  expect_distributed()
end)

test("a worker that can't leave fails the run; resumed, nothing that was done is repeated", function()
  one_swarm()
  local leave = "workers/da2/leave the manager's swarm"
  local result = simulation.run("revert.lua", { faults = { { step = leave, message = "the engine hangs", times = 3 } } })
  expect.failed(result, "test.injected")
  expect.equal(result.failure.step, leave)
  local resumed = simulation.resume()
  expect.succeeded(resumed)
  expect.equal(resumed.steps["stop the services"].attempts, 1)
  expect_standalone()
end)

test("killed around each of its changes and resumed, every appliance runs by itself", function()
  each_crash_point({ world = one_swarm, runbook = "revert.lua" }, function(result)
    expect.succeeded(result)
    expect_standalone()
  end)
end)
