--- Tests of swarm_state.lua: what becomes of a manager's state and its engine when it is archived and put in place.
local each_crash_point = require "each_crash_point"
local expect = require "expect"
local state = require "swarm_state"

local root = "/var/lib/docker"
local archive, former = root .. "/saved.tar.gz", root .. "/former"

local function one_manager()
  simulation.world {
    inventory = { hosts = { m1 = { address = "192.0.2.1", role = "manager" } } }, world = { start = "joined" },
  }
  label.set("m1", { saved = "yes" })
end

--- An archive was made, and the swarm has changed since then.
local function changed_since()
  one_manager()
  state.archive("m1", root, archive)
  label.set("m1", { saved = "no" })
end

local function has(path) return file.exists("m1", path) end

test("whether an engine answers", function()
  one_manager()
  expect.truthy(state.is_up "m1")
  simulation.engine("m1", false)
  expect.falsy(state.is_up "m1")
  simulation.power("m1", false)
  expect.falsy(state.is_up "m1")
end)

test("whether an engine answers: a mistake of the caller is an error", function()
  one_manager()
  local real = docker.info
  _G.docker = { info = function(host) return real(host) + 1 end }
  expect.error(function() state.is_up "m1" end, "arithmetic")
end)

test("what is done while the engine is stopped finds it stopped, and its result is returned", function()
  one_manager()
  local result = state.while_stopped("m1", function() return { was_up = state.is_up "m1" } end)
  expect.equal(result, { was_up = false })
  expect.truthy(state.is_up "m1")
end)

test("the engine is started again when what is done meanwhile fails, and the failure stays one", function()
  one_manager()
  local ok, problem = pcall(state.while_stopped, "m1", function()
    fail { message = "the disk is full", host = "m1" }
  end)
  expect.falsy(ok)
  expect.equal({ problem.message, problem.host }, { "the disk is full", "m1" })
  expect.truthy(state.is_up "m1")
end)

test("an archive is there as a whole, with nothing beside it, and the swarm is what it was", function()
  one_manager()
  local before = swarm.info("m1").cluster_id
  state.archive("m1", root, archive)
  expect.truthy(has(archive))
  expect.falsy(has(archive .. ".part"))
  expect.equal(swarm.info("m1").cluster_id, before)
  expect.equal(label.get("m1").saved, "yes")
end)

test("an archive is made for root alone before anything is in it", function()
  one_manager()
  state.archive("m1", root, archive)
  local order, calls = {}, simulation.calls("m1")
  for number, call in ipairs(calls) do
    if call:find("install -m 600 /dev/null " .. archive .. ".part", 1, true) then order.made = number end
    if call:find("tar ", 1, true) then order.filled = number end
  end
  expect.truthy(order.made < order.filled)
end)

test("an archive that could not be made is not there, and the engine runs", function()
  simulation.world {
    inventory = { hosts = { m1 = { address = "192.0.2.1", role = "manager" } } },
    world = { start = "joined", commands = { { match = { "tar" }, status = 2, stderr = "No space left on device" } } },
  }
  local ok, problem = pcall(state.archive, "m1", root, archive)
  expect.falsy(ok)
  expect.contains(problem.cause, "No space left on device")
  expect.falsy(has(archive))
  expect.truthy(state.is_up "m1")
end)

test("a state that is put in place is what the manager then knows; the one before it is kept", function()
  changed_since()
  local before = swarm.info("m1").cluster_id
  state.unpack("m1", root, archive, former)
  expect.equal(label.get("m1").saved, "yes")
  expect.equal(swarm.info("m1").cluster_id, before)
  expect.truthy(has(former))
  expect.falsy(has(archive .. ".unpacked"))
end)

test("put in place a second time, the state from before the first time is what stays kept", function()
  changed_since()
  state.unpack("m1", root, archive, former)
  local kept = file.digest("m1", former .. "/raft/state.json")
  label.set("m1", { saved = "again" })
  state.unpack("m1", root, archive, former)
  expect.equal(file.digest("m1", former .. "/raft/state.json"), kept)
  expect.equal(label.get("m1").saved, "yes")
end)

test("what an attempt before left of the archive is not part of the state", function()
  changed_since()
  ssh.run("m1", { "mkdir", archive .. ".unpacked" })
  ssh.run("m1", { "touch", archive .. ".unpacked/half" })
  state.unpack("m1", root, archive, former)
  expect.falsy(has(archive .. ".unpacked"))
  expect.equal(label.get("m1").saved, "yes")
end)

test("where there was no state, none is kept", function()
  changed_since()
  swarm.leave("m1", { force = true })
  state.unpack("m1", root, archive, former)
  expect.falsy(has(former))
  expect.equal(label.get("m1").saved, "yes")
end)

test("an archive that is not there leaves the state and the engine as they were", function()
  one_manager()
  local ok = pcall(state.unpack, "m1", root, root .. "/none.tar.gz", former)
  expect.falsy(ok)
  expect.truthy(state.is_up "m1")
  expect.equal(label.get("m1").saved, "yes")
  expect.falsy(has(former))
end)

test("an archive without a state leaves the present one in its place", function()
  one_manager()
  ssh.run("m1", { "mkdir", "/tmp/other" })
  ssh.run("m1", { "touch", "/tmp/other/file" })
  ssh.run("m1", { "tar", "-C", "/tmp", "-czf", archive, "other" })
  local ok, problem = pcall(state.unpack, "m1", root, archive, former)
  expect.falsy(ok)
  expect.equal(problem.message, archive .. " holds no swarm state")
  expect.equal(label.get("m1").saved, "yes")
end)

test("a folder that can't be looked at is a failure, and the state stays in its place", function()
  changed_since()
  local real = ssh
  _G.ssh = setmetatable({ run = function(host, words, options)
    if words[1] == "test" then return { status = 2, stderr = "test: Input/output error", stdout = "" } end
    return real.run(host, words, options)
  end }, { __index = real })
  local ok, problem = pcall(state.unpack, "m1", root, archive, former)
  expect.falsy(ok)
  expect.equal(problem.message, "test: Input/output error")
  expect.equal(label.get("m1").saved, "no")
end)

for _, case in ipairs {
  { name = "archived", code = "state.archive(host, root, root .. '/second.tar.gz')", saved = "no" },
  {
    name = "put in place", saved = "yes",
    code = "state.unpack(host, root, root .. '/saved.tar.gz', root .. '/former')",
  },
} do
  test("killed around each of its changes and resumed, it is " .. case.name .. ", and the engine runs", function()
    local path = simulation.local_file("made.lua", ([[
      local state = require "swarm_state"
      return runbook { summary = "Change it", inventory = { stack = false }, function(run)
        local host, root = run.inventory.manager, "/var/lib/docker"
        step("do it", { idempotent = true }, function() %s end)
      end }
    ]]):format(case.code))
    local count = each_crash_point({ world = changed_since, runbook = path }, function(result)
      expect.succeeded(result)
      expect.equal(swarm.info("m1").state, "active")
      expect.equal(label.get("m1").saved, case.saved)
      expect.equal(has(former), case.saved == "yes")
      expect.equal(has(root .. "/second.tar.gz"), case.saved == "no")
    end)
    expect.truthy(count > 8)
  end)
end
