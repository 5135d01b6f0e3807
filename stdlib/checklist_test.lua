--- Tests of checklist.lua, by runbooks that are made here: what becomes of the findings, and of what was seen.
local expect = require "expect"

local function three_hosts()
  simulation.world { world = { start = "joined" }, inventory = { hosts = {
    m1 = { address = "192.0.2.1", role = "manager" }, w1 = { address = "192.0.2.2", role = "worker" },
    w2 = { address = "192.0.2.3", role = "worker" },
  } } }
end

--- Runs a runbook whose checks are written in `checks`; `finish` is what it does with them.
local function run_of(checks, finish)
  return simulation.run(simulation.local_file("made.lua", ([[
    local checklist = require "checklist"
    local checks = { %s }
    return runbook {
      summary = "Carry out checks",
      inventory = { stack = false },
      function(run) %s end,
    }
  ]]):format(checks, finish or "checklist.preflight(checks, run)")))
end

--- The findings as `host: message`.
local function reported(result)
  local lines = {}
  for _, found in ipairs(result.failure and result.failure.related or {}) do
    lines[#lines + 1] = ("%s: %s"):format(found.host or "-", found.message)
  end
  return lines
end

-- Where a check is carried out: each case is the value of its `on`.
for _, case in ipairs {
  { on = "nil", hosts = { "m1: seen", "w1: seen", "w2: seen" } },
  { on = '"every host"', hosts = { "m1: seen", "w1: seen", "w2: seen" } },
  { on = '"manager"', hosts = { "m1: seen" } },
  { on = '"workers"', hosts = { "w1: seen", "w2: seen" } },
  { on = 'function(host) return host.name ~= "w1" end', hosts = { "m1: seen", "w2: seen" } },
} do
  test("a check on " .. case.on .. " finds something on each of its hosts, and refuses the run", function()
    three_hosts()
    local result = run_of(('{ name = "a", on = %s, function() return { { message = "seen" } } end }'):format(case.on))
    expect.equal(result.status, "refused")
    expect.equal(reported(result), case.hosts)
  end)
end

test("without findings the run continues, with what was seen, by host and check", function()
  three_hosts()
  local result = run_of([[
    { name = "first", function(host) return {}, host.name .. "!" end },
    { name = "second", function(_, _, seen) return nil, seen.first .. "?" end },
    { name = "all", across = true, function(_, hosts)
      if hosts.w2.second ~= "w2!?" then return { { message = "not seen" } } end
    end },
  ]], "log.info(checklist.preflight(checks, run).w1.second)")
  expect.succeeded(result)
  expect.contains(result.messages, "w1!?")
end)

test("two checks that find the same on one host report it once, and on two hosts twice", function()
  three_hosts()
  local check = 'on = "workers", function() return { { message = "the same" } } end'
  local result = run_of(('{ name = "a", %s }, { name = "b", %s }'):format(check, check))
  expect.equal(reported(result), { "w1: the same", "w2: the same" })
end)

test("a finding keeps the host, the hint and the cause that the check gives", function()
  three_hosts()
  local result = run_of([[ { name = "a", on = "manager", function()
    return { { host = "w2", message = "too old", hint = "renew it", cause = "it said so" } }
  end } ]])
  expect.equal(reported(result), { "w2: too old" })
  expect.equal(result.failure.related[1].hint, "renew it")
  expect.equal(result.failure.related[1].cause, "it said so")
end)

test("a host that can't be asked is a finding; only its own further checks are left out", function()
  three_hosts()
  simulation.power("w1", false)
  local result = run_of([[
    { name = "ask", function(host) return {}, ssh.facts(host).hostname end },
    { name = "then", function() return { { message = "further" } } end },
    { name = "all", across = true, function(_, hosts)
      return { { message = ("w1 %s, w2 %s"):format(hosts.w1 == nil, hosts.w2.ask) } }
    end },
  ]])
  expect.equal(reported(result),
    { "m1: further", "w1: the host can't be reached", "w2: further", "-: w1 true, w2 w2" })
end)

test("of several things that fail at once on a host, each is a finding", function()
  three_hosts()
  local result = run_of([[ { name = "a", on = "manager", function()
    return parallel {
      one = function() fail { message = "the first", host = "w1" } end,
      two = function() fail { message = "the second" } end,
      three = function() return 1 end,
    }
  end } ]])
  expect.equal(result.status, "refused")
  local lines = reported(result)
  table.sort(lines)
  expect.equal(lines, { "m1: the second", "w1: the first" })
end)

test("what fails on a machine that is not a host of the inventory is a finding with its name", function()
  three_hosts()
  local result = run_of([[ { name = "a", across = true, function()
    return swarm.read_archive("/none/archive.tar.gz") and {}
  end } ]])
  expect.equal(result.status, "refused")
  expect.matches(reported(result)[1], "^%-: this machine: could not read /none/archive.tar.gz")
end)

for _, case in ipairs {
  { name = "an error of Lua", body = "return nil + 1", code = "runbook.raised", text = "arithmetic" },
  { name = "a call with a wrong argument", body = "return swarm.info(5)", code = "runbook.argument", text = "swarm.info" },
} do
  test("a mistake of a check is not a finding but the failure of the run: " .. case.name, function()
    three_hosts()
    local result = run_of(('{ name = "a", on = "manager", function() %s end }'):format(case.body))
    expect.failed(result, case.code)
    expect.tells(result, case.text)
  end)
end

test("the table shows each check on each host", function()
  three_hosts()
  simulation.power("w2", false)
  local result = run_of([[
    { name = "ask", function(host) return {}, ssh.facts(host).hostname end },
    { name = "of the workers", on = "workers", function() return { { message = "bad" } } end },
    { name = "of the swarm", across = true, function() return { { message = "no host is named" } } end },
    { name = "of one host", across = true, function() return { { message = "slow", host = "w1" } } end },
    { name = "in part", across = true, function() return {}, { not_possible = { w1 = true } } end },
    { name = "not at all", across = true, function() return false end },
  ]], [[
    local findings, _, results = checklist.look(checks, run)
    checklist.show("What was checked", checks, run, results)
    log.info(tostring(#findings))
  ]])
  expect.succeeded(result)
  expect.equal(result.tables[1].title, "What was checked")
  expect.equal(result.tables[1].headings, { "check", "m1", "w1", "w2" })
  expect.equal(result.tables[1].rows, {
    { "ask", "ok", "ok", "not possible" },
    { "of the workers", "-", "finding", "not possible" },
    { "of the swarm", "finding", "ok", "not possible" },
    { "of one host", "ok", "finding", "not possible" },
    { "in part", "ok", "not possible", "not possible" },
    { "not at all", "not possible", "not possible", "not possible" },
  })
  expect.contains(result.messages, "4")
end)

test("a resumed run does not look again: what was seen is recorded", function()
  three_hosts()
  local path = simulation.local_file("made.lua", [[
    local checklist = require "checklist"
    return runbook {
      summary = "Look, then write",
      inventory = { stack = false },
      function(run)
        local seen = checklist.preflight({ { name = "read it", on = "manager", function(host)
          return {}, file.read(host, "/tmp/it")
        end } }, run)
        step("write it", function() file.write("w1", "/tmp/it", seen.m1["read it"]) end)
      end,
    }
  ]])
  file.write("m1", "/tmp/it", "before")
  local result = simulation.run(path, { faults = { { step = "write it", message = "the disk is full" } } })
  expect.failed(result, "test.injected")
  file.write("m1", "/tmp/it", "after")
  expect.succeeded(simulation.resume())
  expect.equal(file.read("w1", "/tmp/it"), "before")
end)
