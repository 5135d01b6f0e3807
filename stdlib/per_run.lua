--- What follows from a run's inventory and is needed for each host: computed once for each run.
---
---     local per_run = require "per_run"
---     local place_of = per_run(function(run) … return places end)
---     place_of(run)[host.name]
---
--- The function must decide only by the run's inventory and parameters, because a replay computes it again. All callers
--- share what it returned, and must not change it.
return function(work_out)
  local known = setmetatable({}, { __mode = "k" })
  return function(run)
    local found = known[run]
    if found == nil then
      found = work_out(run)
      known[run] = found
    end
    return found
  end
end
