--- Tests of each_crash_point.lua, by a runbook that is made here: at which moments it dies, and what is reported.
local each_crash_point = require "each_crash_point"
local expect = require "expect"

local function one_host()
  simulation.world {
    inventory = { hosts = { h1 = { address = "192.0.2.1", role = "manager" } } }, world = { start = "none" },
  }
end

--- A runbook that reads, then writes the parameter `word` and, in another step, how often it was written.
local function runbook_of(more)
  return simulation.local_file("made.lua", ([[
    return runbook {
      summary = "Write twice",
      inventory = { stack = false },
      params = { word = { default = "hello", help = "what is written" } },
      function(run)
        local h = run.inventory.manager
        step("read it", function() return file.exists(h, "/tmp/first") end)
        step("first", function() file.write(h, "/tmp/first", run.params.word) end)
        step("second", function() file.write(h, "/tmp/second", run.params.word) end)
        %s
      end,
    }
  ]]):format(more or ""))
end

test("it dies just before and just after each change, each time in a new world", function()
  local worlds, died = 0, {}
  local function world()
    worlds = worlds + 1
    one_host()
    expect.falsy(file.exists("h1", "/tmp/first"))
  end
  local options = { world = world, runbook = runbook_of(), run = { params = { word = "given" } } }
  local count = each_crash_point(options, function(result, moment)
    expect.succeeded(result)
    expect.equal(file.read("h1", "/tmp/first") .. file.read("h1", "/tmp/second"), "givengiven")
    died[#died + 1] = moment
  end)
  expect.equal(died, {
    "before file.write first", "after file.write first", "before file.write second", "after file.write second",
  })
  expect.equal(count, 4)
  expect.equal(worlds, 5)
end)

test("with `all` it dies around each record of the journal, too", function()
  local recorded = 0
  local count = each_crash_point({ world = one_host, runbook = runbook_of(), all = true }, function(result, moment)
    expect.succeeded(result)
    if not moment:find("file.write", 1, true) then recorded = recorded + 1 end
  end)
  expect.truthy(recorded > 8, "moments around the records of the run and its steps")
  expect.equal(count, recorded + 4)
end)

test("a check that fails is reported with the moment of the death", function()
  expect.error(function()
    each_crash_point({ world = one_host, runbook = runbook_of() }, function(_, moment)
      expect.lacks(moment, "second")
    end)
  end, 'after a death at "before file.write second": ')
end)

test("a runbook that fails undisturbed is an error, and is not killed at all", function()
  local checked = 0
  local options = { world = one_host, runbook = runbook_of('step("last", function() fail "no licence" end)') }
  expect.error(function() each_crash_point(options, function() checked = checked + 1 end) end,
    "undisturbed, the run failed: no licence")
  expect.equal(checked, 0)
end)

test("faults of the run do not strike the resumed one", function()
  local options = { world = one_host, runbook = runbook_of(), run = {
    faults = { { step = "second", message = "busy", retryable = true, times = 2 } },
  } }
  local attempts = {}
  each_crash_point(options, function(result, moment)
    expect.succeeded(result)
    attempts[moment] = result.steps.second.attempts
  end)
  expect.equal(attempts["after file.write first"], 1)
end)
