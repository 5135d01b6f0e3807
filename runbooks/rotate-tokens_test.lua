--- Tests of rotate-tokens.lua, in a simulated world.
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

local function token(role) return simulation.reveal(swarm.join_token("m1", role)) end
local function tokens() return { worker = token "worker", manager = token "manager" } end

for _, case in ipairs {
  { role = "both", changed = { worker = true, manager = true } },
  { role = "worker", changed = { worker = true, manager = false } },
  { role = "manager", changed = { worker = false, manager = true } },
} do
  test("rotates the requested tokens: " .. case.role, function()
    one_swarm()
    local before = tokens()
    local result = simulation.run("rotate-tokens.lua", { params = { role = case.role } })
    expect.succeeded(result)
    local now = tokens()
    for role, changed in pairs(case.changed) do expect.equal(now[role] ~= before[role], changed, role) end
    expect.equal(#result.notes[1].items, case.role == "both" and 2 or 1)
    expect.equal(swarm.info("m1").nodes, 2)
    expect.equal(simulation.calls("w1"), {})
  end)
end

test("no host can join with the old token any more, but with the new one", function()
  one_swarm()
  local old = swarm.join_token("m1", "worker")
  expect.succeeded(simulation.run("rotate-tokens.lua", { params = { role = "worker" } }))
  swarm.leave("w1")
  expect.error(function() swarm.join("w1", { manager = "m1", token = old }) end)
  swarm.join("w1", { manager = "m1", token = swarm.join_token("m1", "worker") })
  expect.truthy(swarm.is_member("w1", "m1"))
end)

test("a manager that fails after it was done leaves a doubt, and the token is not rotated twice", function()
  one_swarm()
  local result = simulation.run("rotate-tokens.lua", {
    faults = {
      { step = "worker/rotate it", primitive = "swarm.rotate_join_token", message = "lost", after = true },
    },
  })
  expect.failed(result, "test.injected")
  local made = token "worker"
  expect.succeeded(simulation.resume())
  expect.equal(token "worker", made)
end)

test("killed around each change and resumed, each token is rotated once", function()
  local before
  local function world()
    one_swarm()
    before = tokens()
  end
  each_crash_point({ world = world, runbook = "rotate-tokens.lua" }, function(result)
    expect.succeeded(result)
    local rotations = 0
    for _, call in ipairs(simulation.calls("m1")) do
      if call:find("/swarm/update", 1, true) then rotations = rotations + 1 end
    end
    expect.equal(rotations, 2)
    for role, now in pairs(tokens()) do expect.truthy(now ~= before[role], role) end
  end)
end)
