--- Tests of restore-swarm.lua, in a simulated world.
local each_crash_point = require "each_crash_point"
local expect = require "expect"
local state = require "swarm_state"

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
  expect.equal(result.tables[1].rows[1], { "m1", swarm.info("m1").node_id, "manager", "ready" })
end)

test("another host may continue the saved swarm, and the manager of before is left as it is", function()
  local saved = lost()
  swarm.init("w1")
  local before = #simulation.calls("m1")
  local result = simulation.run("restore-swarm.lua", { params = { archive = saved.archive, host = "w1" } })
  expect.succeeded(result)
  expect.equal(swarm.info("w1").cluster_id, saved.swarm)
  expect.equal(swarm.info("w1").quorum.managers, 1)
  expect.equal(swarm.info("m1").state, "inactive")
  expect.equal(#simulation.calls("m1"), before)
end)

test("nothing of the archive is left on the host", function()
  local saved = lost()
  expect.succeeded(simulation.run("restore-swarm.lua", { params = { archive = saved.archive } }))
  local uploaded
  for _, call in ipairs(simulation.calls("m1")) do
    uploaded = call:match("%S+/swarm%-restore%-%w+%.tar%.gz") or uploaded
  end
  expect.truthy(uploaded)
  for _, path in ipairs { uploaded, uploaded .. ".unpacked" } do expect.falsy(file.exists("m1", path), path) end
end)

--- An archive of a host's state as it is now, made without backup-swarm.lua.
local function archive_of(host)
  local root, path = docker.info(host).data_root, folder() .. "/made.tar.gz"
  state.archive(host, root, root .. "/made.tar.gz")
  ssh.download(host, root .. "/made.tar.gz", path)
  return path
end

--- A manager that locked, and gave up its swarm. Gives an archive of it, and its unlock key.
local function locked_archive()
  one_swarm()
  swarm.leave("w1")
  swarm.update("m1", { autolock = true })
  local key = simulation.reveal(swarm.unlock_key("m1"))
  local archive = archive_of("m1")
  swarm.leave("m1", { force = true })
  return archive, key
end

test("a swarm whose manager locked is restored with the unlock key of that day", function()
  local archive, key = locked_archive()
  local key_file = simulation.local_file("key", key)
  local result = simulation.run("restore-swarm.lua", { params = { archive = archive, unlock_key = "@" .. key_file } })
  expect.succeeded(result)
  expect.before(result.order, "unlock it", "begin a new cluster of that state")
  expect.equal(swarm.info("m1").state, "active")
  expect.equal(label.get("m1").kept, "yes")
  expect.equal(simulation.reveal(swarm.unlock_key("m1")), key)
end)

-- What is wrong with the archive, or with using it now.
for _, case in ipairs {
  { name = "one that does not exist", finding = "this machine: could not read /", archive = function()
    lost()
    return folder() .. "/none.tar.gz"
  end },
  { name = "one that is of a worker", finding = "the archive is of a worker, which holds no state", archive = function()
    one_swarm()
    return archive_of("w1")
  end },
  { name = "one of a manager that locked, without the key", finding = "the archive is locked", archive = locked_archive },
  { name = "one of several locked managers", finding = "is of one locked manager of 3", archive = function()
    simulation.world { world = { start = "joined" }, inventory = { managers = 3, hosts = {
      m1 = { address = "192.0.2.1", role = "manager" }, m2 = { address = "192.0.2.2", role = "manager" },
      m3 = { address = "192.0.2.3", role = "manager" },
    } } }
    swarm.update("m1", { autolock = true })
    local key = swarm.unlock_key("m1")
    local archive = archive_of("m1")
    swarm.unlock("m1", key)
    swarm.leave("m1", { force = true })
    return archive
  end },
  { name = "one whose certificate has ended", finding = "the manager's certificate in the archive ended on",
    archive = function()
    simulation.world {
      inventory = inventory, world = { start = "joined", hosts = { m1 = { certificate_days = -1 } } },
    }
    expect.truthy(pki.certificate("m1").is_expired)
    local archive = archive_of("m1")
    swarm.leave("m1", { force = true })
    return archive
  end },
  { name = "one of a swarm that another host still manages", host = "w1",
    finding = "it still manages the saved swarm, which would then exist twice", archive = function()
    local saved = lost()
    expect.succeeded(simulation.run("restore-swarm.lua", { params = { archive = saved.archive } }))
    return saved.archive
  end },
} do
  test("no archive is restored: " .. case.name, function()
    local archive = case.archive()
    local before = { #simulation.calls("m1"), swarm.info("m1").cluster_id }
    local result = simulation.run("restore-swarm.lua", { params = { archive = archive, host = case.host } })
    expect.equal(result.status, "refused")
    expect.tells(result, case.finding)
    expect.equal({ #simulation.calls("m1"), swarm.info("m1").cluster_id }, before)
  end)
end

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
  {
    name = "a manager that others would lose", params = {}, finding = "it is in a swarm of 2 nodes, which would lose it",
    act = function()
      swarm.init("m1")
      swarm.join("w1", { manager = "m1", token = swarm.join_token("m1", "worker") })
    end,
  },
  {
    name = "a manager that is locked", params = {}, finding = "it is a locked manager of a swarm",
    act = function()
      swarm.init("m1", { autolock = true })
      docker.stop("m1")
      docker.start("m1")
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
