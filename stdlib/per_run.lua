--- What follows from a run's inventory, and is asked for again for each host: worked out once for each run.
---
---     local per_run = require "per_run"
---     local place_of = per_run(function(run) … return places end)
---     place_of(run)[host.name]
---
--- The function must decide by the run's inventory and parameters alone, because a replay works it out anew. What it
--- returned is shared by all who ask, and is not to be changed.
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
