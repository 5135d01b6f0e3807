--- Rotate the unlock key of a swarm, and hand it over.
---
--- Parameters: `unlock_key_file`, a new file on this machine that the new key is written to, for its owner only.
---
--- Changes: the key. A manager that is not connected at this moment keeps the old key until it has received the new
--- one, so every manager must be reached by the others. It can't be undone. A run that is resumed does not rotate the
--- key twice.
local checklist = require "checklist"
local secure = require "secure_swarm"

--- The managers lock, so that there is a key.
local autolock_is_on = {
  name = "autolock is on",
  across = true,
  function(run)
    if swarm.settings(run.inventory.managers).autolock ~= false then return {} end
    return { {
      message = "the managers of this swarm do not lock: there is no unlock key",
      hint = "turn autolock on with secure-swarm.lua, or with docker swarm update --autolock=true",
    } }
  end,
}

return runbook {
  summary = "Rotate the unlock key",
  inventory = { stack = false, managers = "several" },
  params = {
    unlock_key_file = { type = "string", required = true, help = "a new file on this machine: /root/unlock-key.2" },
  },

  function(run)
    local managers, path = run.inventory.managers, run.params.unlock_key_file
    if path:sub(1, 1) ~= "/" then
      refuse { { message = ("the file %s is not an absolute path"):format(path), hint = "write it from the root: /…" } }
    end
    checklist.preflight({ autolock_is_on, secure.every_manager_takes_part }, run)

    local old = step("read the present unlock key", function() return swarm.unlock_key(managers) end)
    local new = step("rotate the unlock key", function() return swarm.rotate_unlock_key(managers, old) end)
    step("hand over the unlock key", function() file.create_local(path, new) end)
    step("verify that every manager is still reached", function()
      for _, entry in ipairs(node.list(managers)) do
        if entry.is_manager and not entry.is_reachable then
          fail {
            message = ("the manager %s (%s) is not reached by the others"):format(entry.hostname, entry.id),
            hint = "keep the old key: that manager may not have the new one",
            retryable = true,
          }
        end
      end
    end)
    secure.note_unlock_key(path,
      "keep the old key for some minutes: a manager that restarts before it has the new one asks for the old one")
  end,
}
