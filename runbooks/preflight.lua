--- Carry out every check of distribute.lua, without changing anything: go or no-go?
---
--- Shows one table at the end, check by check and host by host: ok, finding, or not possible where a host could not be
--- asked. Every finding is told with what mends it, all at once.
---
--- Changes: nothing. It can be run at any time, beside a stack that works.
--- Exit code: 0 is go. 2 is no-go: findings stand in the way, and distribute.lua would be refused for the same reasons.
local checklist = require "checklist"
local da = require "digital_access"

return runbook {
  summary = "Carry out every check of distributed mode, and change nothing",

  function(run)
    local findings, _, results = checklist.look(da.checks, run)
    checklist.show("The checks of distributed mode", da.checks, run, results)
    refuse(findings)                                   -- nothing where there is none
    log.info("Go: nothing stands in the way of distribute.lua.")
  end,
}
