--- Tests of restore-swarm.lua, in a simulated world.
local each_crash_point = require "each_crash_point"
local expect = require "expect"

local inventory = { hosts = {
  m1 = { address = "192.0.2.1", role = "manager" }, w1 = { address = "192.0.2.2", role = "worker" },
} }

local function one_swarm()
  simulation.world { inventory = inventory, world = { start = "joined" } }
  label.set("m1", { kept = "yes" })
end

local function folder() return (simulation.local_file("none"):match("^(.*)/")) end

local function backup() return { params = { to = folder(), downtime = true } } end

--- What the run showed of its archive.
local function told(result)
  local found = {}
  for _, row in ipairs(result.tables[1].rows) do found[row[1]] = row[2] end
  return found
end

--- A backup was made, then the manager lost its swarm. Gives the archive, and the swarm that is in it.
local function lost()
  one_swarm()
  local result = simulation.run("backup-swarm.lua", backup())
  expect.succeeded(result)
  swarm.leave("w1", { force = true })
  swarm.leave("m1", { force = true })
  return told(result)
end

test("the manager manages the saved swarm again, with what it knew", function()
  local saved = lost()
  expect.equal(swarm.info("m1").state, "inactive")
  local result = simulation.run("restore-swarm.lua", {
    params = { archive = saved.archive, digest = saved["SHA-256"] },
  })
  expect.succeeded(result)
  expect.equal(swarm.info("m1").cluster_id, saved.swarm)
  expect.equal(label.get("m1").kept, "yes")
  expect.before(result.order, "leave its own swarm", "put the saved state in its place")
end)

for _, case in ipairs {
  {
    name = "another archive than the one that was made", params = { digest = ("0"):rep(64) },
    finding = "the archive is not the one that was made",
  },
  {
    name = "a host that is a worker", params = { host = "w1" }, finding = "it is a worker of a swarm",
    act = function()
      swarm.init("m1")
      swarm.join("w1", { manager = "m1", token = swarm.join_token("m1", "worker") })
    end,
  },
} do
  test("nothing is restored: " .. case.name, function()
    local params = { archive = lost().archive }
    for name, value in pairs(case.params) do params[name] = value end
    if case.act then case.act() end
    local before = #simulation.calls("m1")
    local result = simulation.run("restore-swarm.lua", { params = params })
    expect.equal(result.status, "refused")
    expect.tells(result, case.finding)
    expect.equal(#simulation.calls("m1"), before)
  end)
end

test("a rejection of the question gives nothing up", function()
  local saved = lost()
  swarm.init("m1")
  local own = swarm.info("m1").cluster_id
  expect.failed(simulation.run("restore-swarm.lua", { params = { archive = saved.archive }, approve = false }))
  expect.equal(swarm.info("m1").cluster_id, own)
end)

test("killed around each of its changes and resumed, the saved swarm is back", function()
  local saved
  local options = {}
  local function world()
    saved = lost()
    options.params = { archive = saved.archive }
  end
  each_crash_point({ world = world, runbook = "restore-swarm.lua", run = options }, function(result)
    expect.succeeded(result)
    expect.equal(swarm.info("m1").cluster_id, saved.swarm)
  end)
end)
