--- Carry out every check of distribute.lua, without changing anything: go or no-go?
---
--- Shows one table at the end, check by check and host by host: ok, finding, or not possible if a host could not be
--- asked. All findings are reported at once, each with its fix.
---
--- Changes: nothing. It can be run at any time, beside a stack that works.
--- Exit code: 0 is go. 2 is no-go: there are findings, and distribute.lua would be refused for the same reasons.
local checklist = require "checklist"
local da = require "digital_access"

return runbook {
  summary = "Carry out every check of distributed mode, and change nothing",

  function(run)
    local findings, _, results = checklist.look(da.checks, run)
    checklist.show("The checks of distributed mode", da.checks, run, results)
    refuse(findings)                                   -- without findings it does nothing
    log.info("Go: distribute.lua can run.")
  end,
}
