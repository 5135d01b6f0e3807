--- Tests of certificates.lua, in a simulated world.
local each_crash_point = require "each_crash_point"
local expect = require "expect"

local function one_swarm()
  rehearsal.world {
    inventory = { hosts = {
      m1 = { address = "192.0.2.1", role = "manager" }, w1 = { address = "192.0.2.2", role = "worker" },
    } },
    world = { start = "joined" },
  }
end

local function expiry() return swarm.settings("m1").certificate_expiry end

local new_expiry = { params = { expiry = "720h" } }

test("nothing is changed where no lifetime is given", function()
  one_swarm()
  local result = rehearsal.run("certificates.lua")
  expect.succeeded(result)
  expect.equal(result.steps["certificates/w1/read its certificate"].result.role, "worker")
  expect.equal(#result.tables[1].rows, 2)
  expect.equal(rehearsal.calls("m1"), {})
  expect.equal(rehearsal.calls("w1"), {})
end)

for _, case in ipairs {
  { name = "one that ends within the days asked for", params = { warn_days = 200 }, finding = "ends soon: in" },
  { name = "one of another role than the inventory's", role = "manager", finding = "says worker, the inventory says" },
  { name = "one that can't be read", act = function() rehearsal.power("w1", false) end, finding = "can't be read" },
} do
  test("a finding for " .. case.name, function()
    one_swarm()
    if case.role then
      rehearsal.world {
        inventory = { managers = 2, hosts = {
          m1 = { address = "192.0.2.1", role = "manager" }, w1 = { address = "192.0.2.2", role = "manager" },
        } },
        world = { start = "joined" },
      }
      node.demote("m1", "w1")
    end
    if case.act then case.act() end
    local result = rehearsal.run("certificates.lua", { params = case.params })
    expect.failed(result, "runbook.findings")
    expect.tells(result, case.finding)
    expect.equal(rehearsal.calls("w1"), {})
  end)
end

test("the lifetime is set, and set back by a rollback", function()
  one_swarm()
  local before = expiry()
  expect.succeeded(rehearsal.run("certificates.lua", new_expiry))
  expect.equal(expiry(), 720 * 3600)
  expect.succeeded(rehearsal.rollback())
  expect.equal(expiry(), before)
end)

test("a manager that refuses fails the run, with the lifetime as it was", function()
  one_swarm()
  local before = expiry()
  local result = rehearsal.run("certificates.lua", {
    params = new_expiry.params, faults = { { primitive = "swarm.update", message = "no leader" } },
  })
  expect.failed(result, "test.injected")
  expect.equal(expiry(), before)
  expect.succeeded(rehearsal.resume())
  expect.equal(expiry(), 720 * 3600)
end)

test("killed around the change and resumed, the lifetime is set", function()
  each_crash_point({ world = one_swarm, runbook = "certificates.lua", run = new_expiry }, function(result)
    expect.succeeded(result)
    expect.equal(expiry(), 720 * 3600)
  end)
end)
