--- Tests of per_run.lua: how often the function is called, and what callers get.
local expect = require "expect"
local per_run = require "per_run"

for _, value in ipairs { "a text", false, {} } do
  test("it is worked out once for a run, and each caller gets the same: " .. type(value), function()
    local calls, run = 0, { id = "r" }
    local found = per_run(function()
      calls = calls + 1
      return value
    end)
    for _ = 1, 3 do expect.truthy(rawequal(found(run), value)) end
    expect.equal(calls, 1)
  end)
end

test("each run has its own, and two functions of one run do not share theirs", function()
  local name = per_run(function(run) return run.id end)
  local length = per_run(function(run) return #run.id end)
  local one, other = { id = "one" }, { id = "other" }
  expect.equal({ name(one), name(other), name(one) }, { "one", "other", "one" })
  expect.equal({ length(one), length(other) }, { 3, 5 })
end)

test("after a failure it is worked out again", function()
  local calls, run = 0, {}
  local found = per_run(function()
    calls = calls + 1
    if calls == 1 then error("not yet") end
    return calls
  end)
  expect.error(function() found(run) end, "not yet")
  expect.equal(found(run), 2)
end)
