--- Tests of rotate-unlock-key.lua, in a simulated world.
local each_crash_point = require "each_crash_point"
local expect = require "expect"

local inventory = { hosts = {
  m1 = { address = "192.0.2.1", role = "manager" }, w1 = { address = "192.0.2.4", role = "worker" },
} }

local function two_hosts() simulation.world { inventory = inventory, world = { start = "none" } } end

local function unlock_key() return simulation.reveal(swarm.unlock_key("m1")) end

local function secured(name) return { params = { unlock_key_file = simulation.local_file(name) } } end

local function locked_swarm()
  two_hosts()
  swarm.init("m1", { autolock = true })
end

test("the unlock key is rotated and handed over", function()
  locked_swarm()
  local before = unlock_key()
  local options = secured("key.2")
  expect.succeeded(simulation.run("rotate-unlock-key.lua", options))
  expect.truthy(unlock_key() ~= before)
  expect.equal(file.read_local(options.params.unlock_key_file), unlock_key() .. "\n")
end)

for _, case in ipairs {
  { name = "a swarm that does not lock", begin = {}, finding = "there is no unlock key" },
  { name = "a relative path", path = "key", begin = { autolock = true }, finding = "not an absolute path" },
} do
  test("refused before the key is rotated: " .. case.name, function()
    two_hosts()
    swarm.init("m1", case.begin)
    local before = #simulation.calls("m1")
    local result = simulation.run("rotate-unlock-key.lua",
      { params = { unlock_key_file = case.path or simulation.local_file("key") } })
    expect.equal(result.status, "refused")
    expect.tells(result, case.finding)
    expect.equal(#simulation.calls("m1"), before)
  end)
end

test("an existing file is not overwritten: it may be the only copy of an older key", function()
  locked_swarm()
  local path = simulation.local_file("key", "an older key")
  local result = simulation.run("rotate-unlock-key.lua", { params = { unlock_key_file = path } })
  expect.equal(result.status, "failed")
  expect.equal(result.failure.step, "hand over the unlock key")
  expect.equal(file.read_local(path), "an older key")
end)

test("a key that could not be written is not lost: resumed, the same key is handed over", function()
  locked_swarm()
  local options = secured("key.2")
  options.faults = { { primitive = "file.create_local", message = "the disk is full", times = 3 } }
  local result = simulation.run("rotate-unlock-key.lua", options)
  expect.equal(result.failure.step, "hand over the unlock key")
  expect.falsy(file.exists_local(options.params.unlock_key_file))
  local rotated = unlock_key()
  expect.succeeded(simulation.resume())
  expect.equal(file.read_local(options.params.unlock_key_file), rotated .. "\n")
  expect.equal(unlock_key(), rotated)
end)

test("neither key is in what the run records or shows", function()
  locked_swarm()
  local old = unlock_key()
  local result = simulation.run("rotate-unlock-key.lua", secured("key.2"))
  expect.succeeded(result)
  local shown = json.encode { result.messages, result.notes, result.tables, result.order }
  for path, one in pairs(result.steps) do
    shown = shown .. tostring(one.result) .. table.concat(one.commands, "\n") .. table.concat(one.output, "\n")
    expect.truthy(type(one.result) ~= "string", path)
  end
  for _, key in ipairs { old, unlock_key() } do expect.lacks(shown, key) end
  expect.contains(result.notes[1].items[1], "key.2")
end)

local function three_managers()
  simulation.world { world = { start = "joined" }, inventory = { managers = 3, hosts = {
    m1 = inventory.hosts.m1, m2 = { address = "192.0.2.2", role = "manager" },
    m3 = { address = "192.0.2.3", role = "manager" },
  } } }
  swarm.update("m1", { autolock = true })
end

local function power(host, on)
  simulation.power(host, on)
  simulation.jump("2m")
end

test("refused before the key is rotated: a manager that would keep the old key", function()
  three_managers()
  power("m3", false)
  local before = unlock_key()
  local result = simulation.run("rotate-unlock-key.lua", secured("key"))
  expect.equal(result.status, "refused")
  expect.tells(result, "the manager m3 (")
  expect.tells(result, ") is not reached by the others")
  expect.equal(unlock_key(), before)
end)

test("a manager that was lost during the rotation is reported, with the new key handed over", function()
  three_managers()
  local options = secured("key")
  options.die_at = "after file.create_local hand over the unlock key"
  expect.equal(simulation.run("rotate-unlock-key.lua", options).status, "died")
  power("m3", false)
  local resumed = simulation.resume()
  expect.equal(resumed.status, "failed")
  expect.tells(resumed, ") is not reached by the others")
  expect.tells(resumed, "keep the old key")
  expect.equal(file.read_local(options.params.unlock_key_file), unlock_key() .. "\n")
  power("m3", true)
  swarm.unlock("m3", swarm.unlock_key("m1"))
  expect.succeeded(simulation.resume())
end)

test("killed around each change and resumed, the key handed over is the swarm's, and was rotated once", function()
  local number, options = 0, {}
  local function world()
    locked_swarm()
    number = number + 1
    options.params = secured("key.2." .. number).params
  end
  each_crash_point({ world = world, runbook = "rotate-unlock-key.lua", run = options }, function(result)
    expect.succeeded(result)
    expect.equal(file.read_local(options.params.unlock_key_file), unlock_key() .. "\n")
    local rotations = 0
    for _, call in ipairs(simulation.calls("m1")) do
      if call:find("/swarm/update", 1, true) then rotations = rotations + 1 end
    end
    expect.equal(rotations, 1)
  end)
end)
