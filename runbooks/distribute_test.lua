--- Tests of distribute.lua and revert.lua, in a simulated world: runbook test runbooks/distribute_test.lua
local each_crash_point = require "each_crash_point"
local expect = require "expect"

local inventory = {
  stack = { name = "da", directory = "/opt/da", files = { "docker-compose.yml", "network.yml" } },
  hosts = {
    da1 = { address = "192.0.2.1", role = "manager", services = { "admin", "distribution", "postgres" } },
    da2 = { address = "192.0.2.2", role = "worker", services = { "policy", "authentication" } },
    da3 = { address = "192.0.2.3", role = "worker", services = { "accesspoint" } },
  },
}

local function three_appliances() simulation.world { inventory = inventory } end

--- The roles of the nodes of da1's swarm, by host.
local function roles()
  local found = {}
  for _, one in ipairs(node.list("da1")) do found[one.hostname] = one.role end
  return found
end

local function expect_distributed()
  expect.equal(roles(), { da1 = "manager", da2 = "worker", da3 = "worker" })
  expect.equal(node.stale("da1"), {})
end

test("joins the workers and runs each service where the inventory says", function()
  three_appliances()
  local result = simulation.run("distribute.lua")
  expect.succeeded(result)
  expect_distributed()
  expect.contains(simulation.calls("da2"), "POST /swarm/join")
end)

test("changes nothing a second time", function()
  three_appliances()
  expect.succeeded(simulation.run("distribute.lua"))
  local before = #simulation.calls("da2")
  local again = simulation.run("distribute.lua")
  expect.succeeded(again)
  expect.equal(again.steps["deploy the stack"], nil)
  expect.equal(#simulation.calls("da2"), before)
end)

test("a rejection of the question about a backup ends the run before anything was changed", function()
  three_appliances()
  local result = simulation.run("distribute.lua", { approve = false })
  expect.failed(result)
  expect.equal(simulation.calls("da2"), {})
end)

test("a worker that can't join fails the run; resumed, nothing that was done is repeated", function()
  three_appliances()
  local join = "workers/da2/join the manager's swarm"
  local result = simulation.run("distribute.lua", {
    faults = { { step = join, primitive = "swarm.join", message = "the manager can't be reached", times = 5 } },
  })
  expect.failed(result, "test.injected")
  expect.equal(result.failure.step, join)
  expect.equal(result.steps["manager/stop the services"].status, "succeeded")
  local resumed = simulation.resume()
  expect.succeeded(resumed)
  expect.equal(resumed.steps["workers/da2/leave its own swarm"].attempts, 1)
  expect_distributed()
end)

test("rolled back, every appliance is a swarm of its own again", function()
  three_appliances()
  expect.succeeded(simulation.run("distribute.lua"))
  expect.succeeded(simulation.rollback())
  for _, host in ipairs { "da1", "da2", "da3" } do
    expect.equal(#node.list(host), 1, host)
    expect.truthy(swarm.info(host).is_manager, host)
  end
end)

test("killed around each of its steps and resumed, it ends in the same layout", function()
  each_crash_point({ world = three_appliances, runbook = "distribute.lua" }, function(result)
    expect.succeeded(result)
    expect_distributed()
  end)
end)
