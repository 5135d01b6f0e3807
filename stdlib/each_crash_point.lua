--- Makes a run die at each of its steps that change something, each time in a new world, and resumes it.
--
-- `options.world` makes the world, `options.runbook` names the runbook, `options.run` has the options of `simulation.run`.
-- The moments are those just before and just after each change, so that nothing was done or nothing is recorded of it;
-- with `options.all` also those before and after each write to the journal, but the last: after it the run is over.
-- Only test files have `simulation`.
-- `check(result, moment)` checks the outcome of the resumed run. Returns the number of moments.

local function copy(options, more)
  local result = {}
  for key, value in pairs(options or {}) do result[key] = value end
  for key, value in pairs(more) do result[key] = value end
  return result
end

--- Resumes; a run that has died once does not die again. One that died when it was recorded begins from the start:
-- it has no ID yet by which it could be resumed.
local function go_on(options, moment)
  local again = copy(options.run, {})
  again.die_at, again.faults = nil, nil
  -- check: ignore unknown-global
  if moment:find("^%l+ create$") then return simulation.run(options.runbook, again) end
  again.params = nil
  again.settle = again.settle or "retry"
  -- check: ignore unknown-global
  return simulation.resume(again)
end

return function(options, check)
  options.world()
  -- check: ignore unknown-global
  local undisturbed = simulation.run(options.runbook, options.run)
  if undisturbed.status ~= "succeeded" then
    local failure = undisturbed.failure or {}
    error("undisturbed, the run " .. undisturbed.status .. ": " .. tostring(failure.message), 2)
  end
  local moments = options.all and undisturbed.moments or undisturbed.effects
  if options.all and moments[#moments] == "after run.succeeded" then table.remove(moments) end
  for _, moment in ipairs(moments) do
    options.world()
    -- check: ignore unknown-global
    local died = simulation.run(options.runbook, copy(options.run, { die_at = moment }))
    if died.status ~= "died" then error("it did not die at \"" .. moment .. "\" but " .. died.status, 2) end
    local is_fine, problem = pcall(check, go_on(options, moment), moment)
    if not is_fine then error("after a death at \"" .. moment .. "\": " .. tostring(problem), 0) end
  end
  return #moments
end
