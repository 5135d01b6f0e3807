--- Compare a running deployment with the inventory and the compose files.
---
--- Checks the nodes (each host of the inventory is one, ready, in its role, and there are no others), their labels,
--- the one administration service, the services and their tasks (as the compose files say, where the inventory says),
--- whether the services reach each other between hosts (tried from inside a task of each host, as root), the node
--- certificates (node, swarm, role, expiry), the root certificates that the nodes trust.
---
--- Parameters: `certificate_days`, how many more days each certificate must be valid; `network_timeout`, how long the
--- services may take to reach each other.
--- Shows one table at the end, and every difference with its fix.
---
--- Changes: nothing. It can be run at any time.
--- Exit code: 0 everything is as described; 1 there are differences.
local checklist = require "checklist"
local deployment = require "deployment"

return runbook {
  summary = "Compare what runs with the inventory, and change nothing",
  inventory = { managers = "several" },
  params = {
    certificate_days = { default = 10, type = "number", help = "how many more days each certificate must be valid" },
    network_timeout = { default = "20s", type = "duration", help = "how long the services may take to reach each other" },
  },

  function(run)
    local checks = deployment.checks {
      certificate_days = run.params.certificate_days, network_timeout = run.params.network_timeout,
    }
    local findings, _, results = checklist.look(checks, run)
    checklist.show("What runs, compared with the inventory", checks, run, results)
    local count = #findings == 1 and "1 difference" or ("%d differences"):format(#findings)
    conclude(("what runs is not as the inventory says: %s"):format(count), findings)
    log.info("Everything is as the inventory and the compose files say.")
  end,
}
