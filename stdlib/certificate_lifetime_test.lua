--- Tests of certificate_lifetime.lua: spans, and what a certificate proves. No host is asked.
local expect = require "expect"
local lifetime = require "certificate_lifetime"

for _, case in ipairs {
  { "2160h", 7776000 }, { "90s", 90 }, { "1.5m", 90 }, { "500ms", 0.5 }, { "2d", 172800 }, { "90", 90 }, { 90, 90 },
} do
  test(("the seconds of the %s %s"):format(math.type(case[1]) or "text", case[1]), function()
    expect.equal(lifetime.seconds(case[1]), case[2])
  end)
end

--- A certificate that was issued at a moment for so many seconds, as an engine dates it.
local function issued(at, seconds) return { not_before = at - 3600, not_after = at + seconds } end

local settings = { certificate_expiry = 7200, changed_at = 1000000 }

for _, case in ipairs {
  { name = "as the setting says", shown = issued(1000600, 7200) },
  { name = "rounded to a minute", shown = issued(1000600, 7230) },
  { name = "for longer, before the setting was made", shown = issued(999000, 86400) },
  { name = "for longer, about when the setting was made", shown = issued(1000060, 86400) },
  { name = "for an hour more", shown = issued(1000600, 10800), told = "was issued for 3 hours, not for 2 hours" },
  { name = "for an hour less", shown = issued(1000600, 3600), told = "was issued for 1 hours, not for 2 hours" },
  { name = "one that can't be read", shown = { trouble = "away" } },
} do
  test("a certificate that was issued " .. case.name, function()
    local told = lifetime.trouble(case.shown, settings)
    if case.told then expect.contains(told, case.told) else expect.equal(told, nil) end
  end)
end

test("without the moment of the setting a certificate proves nothing", function()
  expect.equal(lifetime.trouble(issued(1000600, 86400), { certificate_expiry = 7200 }), nil)
end)
