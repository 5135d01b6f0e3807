--- Tests of diagnosis.lua: which findings there are of a whole swarm, in which order, and how a run ends with them.
local diagnosis = require "diagnosis"
local expect = require "expect"

local function host(number, role) return { address = "192.0.2." .. number, role = role } end

local two = { hosts = { a1 = host(1, "manager"), b2 = host(2, "worker") } }
local three = { managers = 3, hosts = { m1 = host(1, "manager"), m2 = host(2, "manager"), m3 = host(3, "manager") } }

local function world(inventory, more)
  local wanted = { start = "joined" }
  for key, value in pairs(more or {}) do wanted[key] = value end
  simulation.world { inventory = inventory, world = wanted }
end

--- Looks for problems, and concludes.
local function look()
  return simulation.run(simulation.local_file("made.lua", [[
    local diagnosis = require "diagnosis"
    return runbook { summary = "Look", inventory = { stack = false, managers = "several" }, function(run)
      diagnosis.conclude(run, diagnosis.of(run, "1s"))
    end }
  ]]))
end

--- The findings as `host: what`.
local function found(result)
  local lines = {}
  for _, one in ipairs(result.failure and result.failure.related or {}) do
    lines[#lines + 1] = ("%s: %s"):format(one.host or "-", one.message)
  end
  return lines
end

--- The finding with these words.
local function finding(result, text)
  for _, one in ipairs(result.failure and result.failure.related or {}) do
    if one.message:find(text, 1, true) then return one end
  end
  error("there is no finding with \"" .. text .. "\" among " .. table.concat(found(result), "; "), 2)
end

test("findings are in the order of the inventory, whichever host or check found them first", function()
  world(two, { hosts = { a1 = { free = 1000, closed_ports = { 7946 } }, b2 = { free = 1000, clock = 300 } } })
  local result = look()
  expect.equal(found(result), {
    "a1: its disk is nearly full", "b2: its disk is nearly full", "b2: its clock is wrong",
    "b2: a1's port 7946 is not reached",
  })
  expect.equal(result.failure.message, "4 things are wrong")
end)

test("each finding says what was seen, what it means, and what to do", function()
  world(two, { hosts = { b2 = { free = 1000 } } })
  local result = look()
  expect.equal(result.failure.message, "1 thing is wrong")
  local one = finding(result, "its disk is nearly full")
  expect.matches(one.cause, "^saw: 0 MiB are free for Docker's data\nmeans: containers can't write")
  expect.contains(one.hint, "docker system df")
end)

-- The disk is compared with a limit; the world file gives it in units of 1024 bytes.
for _, case in ipairs { { free = 1024 * 1024, finds = 0 }, { free = 1024 * 1024 - 1, finds = 1 } } do
  test(("%d KiB of free disk are %s"):format(case.free, case.finds == 0 and "enough" or "too little"), function()
    expect.equal(diagnosis.least_disk, 1024 * 1024 * 1024)
    world(two, { hosts = { a1 = { free = case.free } } })
    expect.equal(#found(look()), case.finds)
  end)
end

-- Clocks are compared with that of the manager, or of the first host that answers.
for _, case in ipairs {
  { name = "the manager's is the one that is right", off = nil, finds = { "b2: its clock is wrong" } },
  { name = "without the manager, that of another host is", off = "a1", finds = { "c3: its clock is wrong" } },
} do
  test("clocks: " .. case.name, function()
    world({ hosts = { a1 = host(1, "manager"), b2 = host(2, "worker"), c3 = host(3, "worker") } }, {
      start = "none", hosts = { b2 = { clock = 300 }, c3 = { clock = case.off and 0 or 5 } },
    })
    if case.off then simulation.power(case.off, false) end
    local clocks = {}
    for _, line in ipairs(found(look())) do
      if line:find("clock", 1, true) then clocks[#clocks + 1] = line end
    end
    expect.equal(clocks, case.finds)
  end)
end

test("hosts that are each alone, as before the procedure, are as they should be", function()
  world(two, { start = "standalone" })
  local result = look()
  expect.succeeded(result)
  expect.matches(result.messages[#result.messages], "^Nothing was found: 2 hosts")
end)

test("a host that did not join while others did is found, in no swarm or in one of its own", function()
  local inventory = { hosts = {
    a1 = host(1, "manager"), b2 = host(2, "worker"), c3 = host(3, "worker"), d4 = host(4, "worker"),
  } }
  world(inventory, { hosts = { c3 = { start = "none" }, d4 = { start = "standalone" } } })
  local result = look()
  expect.equal(found(result),
    { "c3: it is not part of the swarm of a1", "d4: it is not part of the swarm of a1" })
  expect.contains(result.failure.related[1].cause, "it is in no swarm")
  expect.contains(result.failure.related[2].cause, "it is in another swarm")
end)

test("a swarm is asked once, of whichever manager answers", function()
  world(three)
  simulation.power("m1", false)
  simulation.jump("2m")
  local result = look()
  local asked = {}
  for _, path in ipairs(result.order) do asked[#asked + 1] = path:match("^(swarm of %w+)/ask for the managers$") end
  expect.equal(asked, { "swarm of m2" })
  expect.equal(found(result), {
    "m1: it can't be asked", "m1: its node is down", "m2: the manager m1 is not reached by the others",
  })
end)

test("a dead node of a host that does not answer is that host's; one of no host is the manager's to remove", function()
  world(two, { swarms = { { nodes = {
    { host = "a1", role = "manager", leads = true }, { host = "b2" },
    { hostname = "old", address = "192.0.2.9", state = "down" },
  } } } })
  simulation.power("b2", false)
  simulation.jump("2m")
  local result = look()
  expect.equal(#found(result), 3)
  local stale = finding(result, "(old) is down")
  expect.equal(stale.host, "a1")
  expect.contains(stale.cause, "or it is of a host that does not answer (b2)")
  expect.equal(finding(result, "its node is down").host, "b2")
end)

test("without a swarm engine's own words, the newest known line of its log says why", function()
  world(two, { commands = { {
    match = { "journalctl" }, host = "b2",
    stdout = "error while dialing: i/o timeout\nremote CA does not match fingerprint. Expected: ab\nall is well\n",
  } } })
  swarm.leave("b2")
  local one = finding(look(), "it reached a manager of another swarm")
  expect.equal(one.host, "b2")
  expect.contains(one.cause, "its engine's log: remote CA does not match fingerprint. Expected: ab\n")
end)

test("the log of an engine that is part of its swarm is not read", function()
  world(two)
  expect.succeeded(look())
  for _, name in ipairs { "a1", "b2" } do
    for _, call in ipairs(simulation.calls(name)) do expect.lacks(call, "journalctl") end
  end
end)

test("the node of a locked manager is down because it is locked, and is not found a second time", function()
  world(three)
  swarm.update("m1", { autolock = true })
  docker.stop("m3")
  simulation.jump("2m")
  docker.start("m3")
  local result = look()
  expect.equal(finding(result, "its manager is locked").host, "m3")
  for _, line in ipairs(found(result)) do expect.lacks(line, "its node is down") end
end)

test("what the manager refuses to say is a finding, and the rest is checked", function()
  world(two, {
    hosts = { b2 = { free = 1000 } },
    faults = { { ["do"] = "refuse", host = "a1", call = "GET /nodes", words = "rpc error: the store is broken" } },
  })
  local result = look()
  local refused = finding(result, "its swarm is not answering")
  expect.equal(refused.host, "a1")
  expect.contains(refused.cause, "the store is broken")
  expect.equal(finding(result, "its disk is nearly full").host, "b2")
end)

test("an engine with an expired certificate is found, and one whose renewal is overdue with its end", function()
  world(two, { hosts = { a1 = { certificate_days = 5 }, b2 = { certificate_days = -1 } } })
  local result = look()
  expect.equal(finding(result, "its swarm certificate has expired").host, "b2")
  local overdue = finding(result, "its swarm certificate should have been renewed")
  expect.equal(overdue.host, "a1")
  expect.matches(overdue.cause, "^saw: it is valid until %d%d%d%d%-%d%d%-%d%d")
end)

test("a finding about a machine that is not in the inventory is shown with its name, and last", function()
  local result
  world(two)
  result = simulation.run(simulation.local_file("made.lua", [[
    local diagnosis = require "diagnosis"
    return runbook { summary = "Conclude", inventory = { stack = false }, function(run)
      diagnosis.conclude(run, {
        { host = "b2", what = "it is slow", saw = "9 s", means = "load", act = "wait" },
        { host = "elsewhere", what = "it is slow", saw = "8 s", means = "load", act = "wait" },
      })
    end }
  ]]))
  expect.equal(result.status, "findings")
  expect.equal(found(result), { "b2: it is slow", "-: elsewhere: it is slow" })
  expect.equal(result.failure.related[2].cause, "saw: 8 s\nmeans: load")
end)
