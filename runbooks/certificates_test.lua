--- Tests of certificates.lua, in a simulated world.
local each_crash_point = require "each_crash_point"
local expect = require "expect"

local function one_swarm()
  simulation.world {
    inventory = { hosts = {
      m1 = { address = "192.0.2.1", role = "manager" }, w1 = { address = "192.0.2.2", role = "worker" },
    } },
    world = { start = "joined" },
  }
end

local function expiry() return swarm.settings("m1").certificate_expiry end

local new_expiry = { params = { expiry = "720h" } }

test("nothing is changed if no lifetime is given", function()
  one_swarm()
  local result = simulation.run("certificates.lua")
  expect.succeeded(result)
  expect.equal(result.steps["certificates/w1/read its certificate"].result.role, "worker")
  expect.equal(#result.tables[1].rows, 2)
  expect.equal(simulation.calls("m1"), {})
  expect.equal(simulation.calls("w1"), {})
end)

for _, case in ipairs {
  { name = "one that ends within the days asked for", params = { warn_days = 200 }, finding = "ends soon: in" },
  { name = "one of another role than the inventory's", role = "manager", finding = "says worker, the inventory says" },
  { name = "one that can't be read", act = function() simulation.power("w1", false) end, finding = "can't be read" },
} do
  test("a finding for " .. case.name, function()
    one_swarm()
    if case.role then
      simulation.world {
        inventory = { managers = 2, hosts = {
          m1 = { address = "192.0.2.1", role = "manager" }, w1 = { address = "192.0.2.2", role = "manager" },
        } },
        world = { start = "joined" },
      }
      node.demote("m1", "w1")
    end
    if case.act then case.act() end
    local result = simulation.run("certificates.lua", { params = case.params })
    expect.failed(result, "runbook.findings")
    expect.tells(result, case.finding)
    expect.equal(simulation.calls("w1"), {})
  end)
end

test("the lifetime is set, and set back by a rollback", function()
  one_swarm()
  local before = expiry()
  expect.succeeded(simulation.run("certificates.lua", new_expiry))
  expect.equal(expiry(), 720 * 3600)
  expect.succeeded(simulation.rollback())
  expect.equal(expiry(), before)
end)

--- A certificate that is issued from now on, in a swarm whose settings were last changed a while ago.
local function issue_one()
  simulation.jump("10m")
  node.promote("m1", "w1")
  node.demote("m1", "w1")
  node.wait("m1", "w1", { role = "worker" })
end

test("a leader that has not taken up the new lifetime is reported, and a certificate issued since proves it", function()
  one_swarm()
  local set = simulation.run("certificates.lua", new_expiry)
  expect.succeeded(set)
  expect.equal(set.notes[1].title, "The lifetime of certificates is set, but not in force yet")
  expect.succeeded(simulation.run("certificates.lua"))
  issue_one()
  local found = simulation.run("certificates.lua")
  expect.failed(found, "runbook.findings")
  expect.tells(found, "was issued for 90 days, not for 30 days as the swarm's setting says")
end)

test("a leader whose engine is restarted takes the new lifetime up, also if the swarm locks", function()
  for _, autolock in ipairs { false, true } do
    one_swarm()
    swarm.update("m1", { autolock = autolock })
    local set = simulation.run("certificates.lua", { params = { expiry = "720h", restart_leader = true } })
    expect.succeeded(set)
    expect.equal(set.notes, {})
    expect.equal(swarm.info("m1").state, "active")
    issue_one()
    expect.succeeded(simulation.run("certificates.lua"))
    local shown = pki.certificate("w1")
    expect.equal(math.floor((shown.not_after - shown.not_before - 3600) / 3600 + 0.5), 720)
  end
end)

test("killed around each change of a restart and resumed, the lifetime is set and the leader is there", function()
  local options = { params = { expiry = "720h", restart_leader = true } }
  each_crash_point({ world = one_swarm, runbook = "certificates.lua", run = options }, function(result)
    expect.succeeded(result)
    expect.equal(expiry(), 720 * 3600)
    expect.equal(swarm.info("m1").state, "active")
  end)
end)

test("a root certificate that is rotated brings the new lifetime", function()
  one_swarm()
  swarm.update("m1", { certificate_expiry = "720h" })
  expect.succeeded(simulation.run("rotate-ca.lua"))
  local shown = pki.certificate("w1")
  expect.equal(math.floor((shown.not_after - shown.not_before - 3600) / 3600 + 0.5), 720)
end)

test("a manager that refuses fails the run, with the lifetime as it was", function()
  one_swarm()
  local before = expiry()
  local result = simulation.run("certificates.lua", {
    params = new_expiry.params, faults = { { primitive = "swarm.update", message = "no leader" } },
  })
  expect.failed(result, "test.injected")
  expect.equal(expiry(), before)
  expect.succeeded(simulation.resume())
  expect.equal(expiry(), 720 * 3600)
end)

test("killed around the change and resumed, the lifetime is set", function()
  each_crash_point({ world = one_swarm, runbook = "certificates.lua", run = new_expiry }, function(result)
    expect.succeeded(result)
    expect.equal(expiry(), 720 * 3600)
  end)
end)
