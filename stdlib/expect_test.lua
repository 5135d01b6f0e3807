--- Tests of expect.lua: each holds, or raises an error with both sides.
local expect = require "expect"

local nested = { a = 1, b = { c = { "x", "y" } } }
local ran = { status = "succeeded" }
local failed = { status = "failed", failure = {
  code = "docker.refused", message = "it was refused", step = "s", host = "web-1", cause = "busy", hint = "wait",
  related = { { code = "x.y", message = "part of it", related = {} } },
} }

for name, holds in pairs {
  ["equal values"] = function() expect.equal(1, 1) end,
  ["equal tables"] = function() expect.equal(nested, { b = { c = { "x", "y" } }, a = 1 }) end,
  ["an element"] = function() expect.contains({ "a", { 1 } }, { 1 }) end,
  ["a part of a text"] = function() expect.contains("abc", "bc") end,
  ["no such part"] = function() expect.lacks({ "a" }, "b") end,
  ["a pattern"] = function() expect.matches("abc", "^a.c$") end,
  ["true and false"] = function()
    expect.truthy(0)
    expect.falsy(nil)
  end,
  ["an end"] = function() expect.succeeded(ran) end,
  ["a failure by its code"] = function() expect.failed(failed, "docker.refused") end,
  ["words of a failure, its hint, its cause, its host, its parts"] = function()
    for _, text in ipairs { "was refused", "wait", "busy", "web-1", "part of it" } do expect.tells(failed, text) end
  end,
  ["an order"] = function() expect.before({ "a", "b" }, "a", "b") end,
  ["an error"] = function() expect.error(function() error("no") end, "no") end,
} do
  test("holds: " .. name, holds)
end

for number, case in ipairs {
  { told = 'expected 2\nbut got  1', function() expect.equal(1, 2) end },
  { told = "first difference: b.c.2", function() expect.equal(nested, { a = 1, b = { c = { "x", "z" } } }) end },
  { told = "first difference: b", function() expect.equal({ a = 1, b = 2 }, { a = 1 }) end },
  { told = "labels: expected 2", function() expect.equal(1, 2, "labels") end },
  { told = 'expected "c" in {\n  "a",\n  "b"\n}', function() expect.contains({ "a", "b" }, "c") end },
  { told = 'did not expect "b" in "abc"', function() expect.lacks("abc", "b") end },
  { told = 'expected a list or a text to look for "x" in, but got nil', function() expect.contains(nil, "x") end },
  { told = 'expected a list or a text to look for "x" in, but got nil', function() expect.lacks(nil, "x") end },
  { told = 'expected text like "^b", but got "abc"', function() expect.matches("abc", "^b") end },
  { told = "expected something true, but got false", function() expect.truthy(false) end },
  { told = 'expected nil or false, but got "x"', function() expect.falsy("x") end },
  {
    told = 'the run failed: web-1: it was refused in the step "s" (busy)\n  part of it',
    function() expect.succeeded(failed) end,
  },
  { told = "expected the run to fail, but it succeeded", function() expect.failed(ran) end },
  { told = "expected the failure x.z, but it is docker.refused", function() expect.failed(failed, "x.z") end },
  { told = "expected the run to fail, but it succeeded", function() expect.tells(ran, "x") end },
  { told = 'expected "away" in what went wrong: failed', function() expect.tells(failed, "away") end },
  { told = '"a" began after "b"', function() expect.before({ "b", "a" }, "a", "b") end },
  { told = 'there is no step "c" among', function() expect.before({ "b", "a" }, "a", "c") end },
  { told = "expected an error, but there was none", function() expect.error(function() end) end },
  { told = 'expected an error with "yes"', function() expect.error(function() error("no") end, "yes") end },
} do
  test(("reports, %d: %s"):format(number, case.told:match("[^\n]+")), function()
    local holds, problem = pcall(case[1])
    expect.falsy(holds)
    expect.contains(tostring(problem), case.told)
  end)
end
