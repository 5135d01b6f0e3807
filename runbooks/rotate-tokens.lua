--- Make the join tokens of a swarm anew: the old ones let nobody in any more, the nodes that are in stay.
---
--- Parameters: `role`, which token: worker, manager or both.
---
--- Changes: the tokens. It can't be undone, and needs not be: whoever may join is given the new one. A run that is
--- resumed does not make them anew twice.
return runbook {
  summary = "Make the join tokens anew",
  inventory = { stack = false, managers = "several" },
  params = { role = { default = "both", choices = { "worker", "manager", "both" }, help = "which token" } },

  function(run)
    local managers = run.inventory.managers
    local roles = run.params.role == "both" and { "worker", "manager" } or { run.params.role }
    for _, role in ipairs(roles) do
      scope(role, function()
        local old = step("read the present token", function() return swarm.join_token(managers, role) end)
        local new = step("make it anew", function() return swarm.rotate_join_token(managers, role, old) end)
        step("verify that the new token is for this swarm", function()
          local told, settings = pki.parse_token(new).root_digest, swarm.settings(managers)
          if type(told) == "string" and type(settings.root_digest) == "string" and told ~= settings.root_digest then
            fail {
              message = "the new token is not for the root certificate that the swarm shows",
              hint = settings.is_rotating and "the root certificate is being changed: wait for it, then resume"
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
    note("What was written down of the old tokens is of no use any more; to read a new one when it is needed", commands)
  end,
}
