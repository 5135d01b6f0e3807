--- Rotate the join tokens of a swarm: no host can join with the old ones any more, the nodes that have joined stay.
---
--- Parameters: `role`, which token: worker, manager or both.
---
--- Changes: the tokens. It can't be undone, and need not be: give the new token to whoever may join. A run that is
--- resumed does not rotate them twice.
return runbook {
  summary = "Rotate the join tokens",
  inventory = { stack = false, managers = "several" },
  params = { role = { default = "both", choices = { "worker", "manager", "both" }, help = "which token" } },

  function(run)
    local managers = run.inventory.managers
    local roles = run.params.role == "both" and { "worker", "manager" } or { run.params.role }
    for _, role in ipairs(roles) do
      scope(role, function()
        local old = step("read the present token", function() return swarm.join_token(managers, role) end)
        local new = step("rotate it", function() return swarm.rotate_join_token(managers, role, old) end)
        step("verify that the new token is for this swarm", function()
          local told, settings = pki.parse_token(new).root_digest, swarm.settings(managers)
          if type(told) == "string" and type(settings.root_digest) == "string" and told ~= settings.root_digest then
            fail {
              message = "the new token is not for the root certificate that the swarm shows",
              hint = settings.is_rotating and "wait until the root certificate is changed, then resume the run"
                or "read `docker swarm ca` and `docker swarm join-token " .. role .. "`",
              retryable = true,
            }
          end
          return told
        end)
      end)
    end

    local commands = {}
    for _, role in ipairs(roles) do
      commands[#commands + 1] = ("docker swarm join-token %s, on a manager"):format(role)
    end
    note("The old tokens are invalid; to read a new one when you need it", commands)
  end,
}
