--- Look for known problems of a swarm.
---
--- For each problem it says what was seen, what it means and what to do: hosts and engines that do not answer,
--- blocked ports (2377, 7946, 4789), wrong clocks, full disks, expired certificates, failed joins, locked managers,
--- lost quorum, stale nodes, hosts that are not part of the swarm, services that find no node or whose tasks fail,
--- networks and secrets that stacks left behind.
---
--- Works when hosts, engines and managers are down, in the middle of a change, and before and after the procedure.
---
--- Changes: nothing, so there is nothing to undo. A second run looks again.
--- Exit code: 0 no problem was found; 1 a problem was found.
local diagnosis = require "diagnosis"

return runbook {
  summary = "Look for known problems of a swarm",
  inventory = { stack = false, managers = "several" },
  params = {
    timeout = { default = "10s", type = "duration", help = "how long services may take to reach each other" },
  },

  function(run)
    diagnosis.conclude(run, diagnosis.of(run, run.params.timeout))
  end,
}
