--- Tests of secure-swarm.lua, in a simulated world.
local each_crash_point = require "each_crash_point"
local expect = require "expect"

local inventory = { managers = 2, hosts = {
  m1 = { address = "192.0.2.1", role = "manager" }, m2 = { address = "192.0.2.2", role = "manager" },
  w1 = { address = "192.0.2.4", role = "worker" },
} }
local two = { hosts = { m1 = inventory.hosts.m1, w1 = inventory.hosts.w1 } }

local function two_hosts() simulation.world { inventory = two, world = { start = "none" } } end

local function unlock_key() return simulation.reveal(swarm.unlock_key("m1")) end

local function secured(name) return { params = { unlock_key_file = simulation.local_file(name or "key") } } end

--- A swarm of both, without a lock.
local function swarm_of_two()
  simulation.world { inventory = two, world = { start = "joined" } }
end

test("a running swarm gets its lock and hands the key over, and a rollback takes the lock away", function()
  swarm_of_two()
  local options = secured()
  local result = simulation.run("secure-swarm.lua", options)
  expect.succeeded(result)
  expect.equal(swarm.settings("m1").autolock, true)
  expect.equal(file.read_local(options.params.unlock_key_file), unlock_key() .. "\n")
  expect.equal(result.steps["rotate the worker join token"], nil)
  expect.succeeded(simulation.rollback())
  expect.equal(swarm.settings("m1").autolock, false)
  expect.equal(#node.list("m1"), 2)
  expect.truthy(file.exists_local(options.params.unlock_key_file))
end)

test("hosts in no swarm join the manager's, having seen whose swarm answers; rolled back, they are in none", function()
  simulation.world {
    world = { start = "none" },
    inventory = { managers = 3, hosts = {
      m1 = inventory.hosts.m1, m2 = inventory.hosts.m2, m3 = { address = "192.0.2.3", role = "manager" },
      w1 = inventory.hosts.w1,
    } },
  }
  local result = simulation.run("secure-swarm.lua", secured())
  expect.succeeded(result)
  local roles = {}
  for _, one in ipairs(node.list("m1")) do roles[one.hostname] = one.role end
  expect.equal(roles, { m1 = "manager", m2 = "manager", m3 = "manager", w1 = "worker" })
  expect.succeeded(simulation.rollback())
  for _, host in ipairs { "m1", "m2", "m3", "w1" } do expect.equal(swarm.info(host).state, "inactive", host) end
end)

for _, restart in ipairs { false, true } do
  test("a new swarm gets another lifetime than 90 days: " .. (restart and "its leader takes it up" or "this is reported"),
    function()
      two_hosts()
      local options = secured()
      options.params.certificate_expiry, options.params.restart_leader = "720h", restart
      local result = simulation.run("secure-swarm.lua", options)
      expect.succeeded(result)
      local shown = pki.certificate("w1")
      expect.equal(math.floor((shown.not_after - shown.not_before - 3600) / 3600 + 0.5), restart and 720 or 2160)
      expect.equal(result.notes[1].title,
        restart and "Put the unlock key away" or "The lifetime of certificates is set, but not in force yet")
      expect.equal(swarm.info("m1").state, "active")
    end)
end

for _, restart in ipairs { false, true } do
  test("an existing swarm gets another lifetime: " .. (restart and "its leader takes it up" or "this is reported"),
    function()
      simulation.world {
        inventory = { hosts = {
          m1 = inventory.hosts.m1, w1 = inventory.hosts.w1, w2 = { address = "192.0.2.5", role = "worker" },
        } },
        world = { start = "none" },
      }
      swarm.init("m1")
      swarm.join("w1", { manager = "m1", token = swarm.join_token("m1", "worker") })
      local result = simulation.run("secure-swarm.lua",
        { params = { autolock = false, certificate_expiry = "720h", restart_leader = restart } })
      expect.succeeded(result)
      expect.equal(swarm.settings("m1").certificate_expiry, 720 * 3600)
      local shown = pki.certificate("w2")
      local hours = math.floor((shown.not_after - shown.not_before - 3600) / 3600 + 0.5)
      expect.equal(hours, restart and 720 or 2160)
      expect.equal(#result.notes, restart and 0 or 1)
      local told = false
      for _, message in ipairs(result.messages) do
        told = told or message:find("those of w2 are not valid for 720h", 1, true) ~= nil
      end
      expect.equal(told, not restart)
    end)
end

test("a host that can't reach the manager's swarm port does not join; resumed when it can, it does", function()
  two_hosts()
  local options = secured()
  options.faults = { { primitive = "pki.presented_root", message = "the port can't be reached" } }
  local result = simulation.run("secure-swarm.lua", options)
  expect.failed(result, "test.injected")
  expect.equal(swarm.info("w1").state, "inactive")
  expect.succeeded(simulation.resume())
  expect.equal(#node.list("m1"), 2)
end)

test("the root that a manager's swarm port shows is that of its join tokens, and of no others", function()
  simulation.world { inventory = two }
  local shown = pki.presented_root("w1", "192.0.2.1", { token = swarm.join_token("m1", "worker") })
  expect.truthy(shown.matches)
  expect.truthy(shown.is_trusted, shown.trouble)
  expect.equal(shown.node_id, swarm.info("m1").node_id)
  expect.falsy(pki.presented_root("w1", "192.0.2.1", { token = swarm.join_token("w1", "worker") }).matches)
end)

for _, case in ipairs {
  { name = "that is closed", world = { hosts = { m1 = { closed_ports = { 2377 } } } } },
  { name = "of a host in no swarm", world = { start = "none" } },
} do
  test("a swarm port can't be reached: one " .. case.name, function()
    simulation.world { inventory = two, world = case.world }
    local ok, problem = pcall(pki.presented_root, "w1", "192.0.2.1")
    expect.falsy(ok)
    expect.equal(problem.code, "swarm.port_unreachable")
  end)
end

test("a host that left and joined again a moment ago is not unknown, and is in the swarm once in the end", function()
  swarm_of_two()
  local options = { params = { autolock = false } }
  expect.succeeded(simulation.run("secure-swarm.lua", options))
  local before = swarm.info("w1").node_id
  swarm.leave("w1", { force = true })
  swarm.join("w1", { manager = "m1", token = swarm.join_token("m1", "worker") })
  expect.equal(#node.list("m1"), 3)
  local again = simulation.run("secure-swarm.lua", options)
  expect.succeeded(again)
  expect.contains(again.messages, "The swarm is already as the inventory says: nothing in it is changed.")
  local now = swarm.info("w1")
  expect.equal(now.state, "active")
  expect.truthy(now.node_id ~= before)
end)

test("a second time nothing in the swarm is changed", function()
  swarm_of_two()
  local options = secured()
  expect.succeeded(simulation.run("secure-swarm.lua", options))
  local before = #simulation.calls("m1")
  local again = simulation.run("secure-swarm.lua", options)
  expect.succeeded(again)
  expect.contains(again.messages, "The swarm is already as the inventory says: nothing in it is changed.")
  expect.equal(#simulation.calls("m1"), before)
end)

test("one host by itself begins a swarm that locks, and ends it in a rollback", function()
  simulation.world { inventory = { hosts = { m1 = inventory.hosts.m1 } }, world = { start = "none" } }
  local options = secured()
  local result = simulation.run("secure-swarm.lua", options)
  expect.succeeded(result)
  expect.before(result.order, "begin the swarm", "hand over the unlock key")
  expect.equal(file.read_local(options.params.unlock_key_file), unlock_key() .. "\n")
  expect.succeeded(simulation.rollback())
  expect.equal(swarm.info("m1").state, "inactive")
end)

for _, case in ipairs {
  { name = "no file for the key", params = {}, finding = "autolock needs a file for the unlock key" },
  { name = "a relative path", params = { unlock_key_file = "key" }, finding = "is not an absolute path" },
  {
    name = "a host of another swarm", params = { autolock = false }, act = function() swarm.init("w1") end,
    finding = "it is in a swarm that is not that of m1",
  },
  {
    name = "two managers", params = { autolock = false }, finding = "two managers survive no failure",
    inventory = inventory,
  },
} do
  test("refused before anything is changed: " .. case.name, function()
    two_hosts()
    if case.inventory then simulation.world { inventory = case.inventory, world = { start = "none" } } end
    if case.act then case.act() end
    local result = simulation.run("secure-swarm.lua", { params = case.params })
    expect.equal(result.status, "refused")
    expect.tells(result, case.finding)
    expect.equal(swarm.info("m1").state, "inactive")
  end)
end

test("a manager that refuses the settings fails the run; resumed, it continues", function()
  swarm_of_two()
  local options = secured()
  options.faults = { { primitive = "swarm.update", message = "no leader", times = 3 } }
  expect.failed(simulation.run("secure-swarm.lua", options), "test.injected")
  expect.falsy(file.exists_local(options.params.unlock_key_file))
  expect.succeeded(simulation.resume())
  expect.equal(file.read_local(options.params.unlock_key_file), unlock_key() .. "\n")
end)

test("killed around each of its changes and resumed, the swarm is as described, and its key the one handed over",
  function()
    local number = 0
    local options = {}
    local function world()
      two_hosts()
      number = number + 1
      options.params = secured("key" .. number).params
    end
    each_crash_point({ world = world, runbook = "secure-swarm.lua", run = options }, function(result)
      expect.succeeded(result)
      expect.equal(#node.list("m1"), 2)
      expect.equal(file.read_local(options.params.unlock_key_file), unlock_key() .. "\n")
    end)
  end)
