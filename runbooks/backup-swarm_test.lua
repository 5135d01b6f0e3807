--- Tests of backup-swarm.lua, in a simulated world.
local each_crash_point = require "each_crash_point"
local expect = require "expect"

local inventory = { hosts = {
  m1 = { address = "192.0.2.1", role = "manager" }, w1 = { address = "192.0.2.2", role = "worker" },
} }

local function one_swarm()
  simulation.world { inventory = inventory, world = { start = "joined" } }
  label.set("m1", { kept = "yes" })
end

local function three_managers()
  simulation.world { world = { start = "joined" }, inventory = { managers = 3, hosts = {
    m1 = { address = "192.0.2.1", role = "manager" }, m2 = { address = "192.0.2.2", role = "manager" },
    m3 = { address = "192.0.2.3", role = "manager" },
  } } }
end

local function folder() return (simulation.local_file("none"):match("^(.*)/")) end

local function backup(more)
  local params = { to = folder(), downtime = true }
  for name, value in pairs(more or {}) do params[name] = value end
  return { params = params }
end

--- What the run showed of its archive.
local function told(result)
  local found = {}
  for _, row in ipairs(result.tables[1].rows) do found[row[1]] = row[2] end
  return found
end

test("the archive is here, holds this manager's swarm, and nothing of it is left on the host", function()
  one_swarm()
  local result = simulation.run("backup-swarm.lua", backup())
  expect.succeeded(result)
  local archive = swarm.read_archive(told(result).archive)
  expect.equal(archive.swarm, swarm.info("m1").cluster_id)
  expect.equal(archive.role, "manager")
  expect.equal(archive.digest, told(result)["SHA-256"])
  expect.equal(swarm.info("m1").state, "active")
  expect.lacks(table.concat(simulation.calls("w1"), "\n"), "tar")
end)

test("of three managers one that does not lead is stopped, without `downtime`", function()
  three_managers()
  local result = simulation.run("backup-swarm.lua", backup { downtime = false })
  expect.succeeded(result)
  local leader
  for _, one in ipairs(node.list("m1")) do leader = one.is_leader and one.host or leader end
  expect.truthy(result.steps["choose the manager"].result ~= leader)
  expect.equal(swarm.info("m1").quorum.reachable, 3)
end)

for _, case in ipairs {
  { name = "the only manager, without `downtime`", downtime = false, finding = "it is the only manager" },
  { name = "a relative folder", to = "backups", finding = "is not an absolute path" },
  { name = "a host that manages nothing", host = "w1", finding = "it is not a manager that the others reach" },
  {
    name = "managers that lock, several of which are needed", world = three_managers,
    act = function() swarm.update("m1", { autolock = true }) end,
    finding = "Docker can't begin a new cluster from one locked manager",
  },
} do
  test("no backup, and no engine is stopped: " .. case.name, function()
    (case.world or one_swarm)()
    if case.act then case.act() end
    local before = #simulation.calls("m1")
    local result = simulation.run("backup-swarm.lua",
      backup { downtime = case.downtime, to = case.to, host = case.host })
    expect.equal(result.status, "refused")
    expect.tells(result, case.finding)
    expect.equal(#simulation.calls("m1"), before)
  end)
end

test("a copy that fails leaves the engine running; resumed, it is made", function()
  one_swarm()
  local options = backup()
  options.faults = { {
    step = "m1/copy the state while the engine is stopped", primitive = "ssh.run", message = "the disk is full", times = 3,
  } }
  expect.failed(simulation.run("backup-swarm.lua", options), "test.injected")
  expect.equal(swarm.info("m1").state, "active")
  expect.succeeded(simulation.resume())
end)

test("killed around each of its changes and resumed, the archive is whole and the engine runs", function()
  local options = {}
  local function world()
    one_swarm()
    options.params = backup().params
  end
  each_crash_point({ world = world, runbook = "backup-swarm.lua", run = options }, function(result)
    expect.succeeded(result)
    expect.equal(swarm.read_archive(told(result).archive).swarm, swarm.info("m1").cluster_id)
    expect.equal(swarm.info("m1").state, "active")
  end)
end)
