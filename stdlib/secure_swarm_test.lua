--- Tests of secure_swarm.lua: how many managers, and what prevents a swarm.
local expect = require "expect"
local secure = require "secure_swarm"

for count, told in pairs {
  [1] = false, [2] = "two managers survive no failure", [3] = false, [4] = "no more failures than 3 do", [5] = false,
  [6] = "no more failures than 5 do", [7] = false, [9] = "seven are enough",
} do
  test(("%d managers are %s"):format(count, told and "reported" or "fine"), function()
    local reason = secure.problem_with_count(count)
    if told then expect.contains(reason, told) else expect.equal(reason, nil) end
  end)
end
