--- How long node certificates are valid, and whether the leader issues them so.
---
--- A new lifetime is stored and shown at once, but the leader continues to issue certificates for the time that it had
--- when it began to lead, until its engine is restarted or the root certificate is rotated (Docker 20.10, 26.1, 28.5).
--- The leader of a new swarm issues them for 90 days, whatever the swarm was begun with (20.10).
local lifetime = {}

--- For how long the leader of a new swarm issues certificates, in seconds.
lifetime.of_new_swarm = 90 * 86400

local units = { ms = 0.001, s = 1, m = 60, h = 3600, d = 86400 }

--- The seconds of a duration as it is given to a parameter: "2160h", "90s", or a number of seconds.
function lifetime.seconds(duration)
  local number, unit = tostring(duration):match("^([%d.]+)(%a*)$")
  return number and tonumber(number) * (unit == "" and 1 or units[unit])
end

--- A span for people: "90 days", "36 hours".
local function span(seconds)
  if seconds >= 172800 then return ("%.0f days"):format(seconds / 86400) end
  return (("%.1f hours"):format(seconds / 3600):gsub("%.0 ", " "))
end

--- How far equal times may be apart: engines round them to minutes.
local slack = 120
--- Engines date a certificate back by this, in seconds.
local backdated = 3600

--- For how many seconds after its issue a certificate is valid.
local function duration(shown) return shown.not_after - shown.not_before - backdated end

--- Whether a certificate is valid for as long as it should be.
function lifetime.lasts(shown, seconds) return math.abs(duration(shown) - seconds) <= slack end

--- What a certificate proves about the leader, or nothing: one that was issued after the settings were last changed, and
--- is not valid for as long as they say. `settings`: see swarm.settings.
function lifetime.trouble(shown, settings)
  if type(shown.not_before) ~= "number" or type(settings.changed_at) ~= "number" then return nil end
  local wanted = settings.certificate_expiry
  if shown.not_before + backdated <= settings.changed_at + slack or lifetime.lasts(shown, wanted) then return nil end
  return ("was issued for %s, not for %s as the swarm's setting says: the leader does not use the setting yet"):format(
    span(duration(shown)), span(wanted))
end

--- What to do if the leader has not taken up the lifetime.
lifetime.hint = "restart the engine of the leader (certificates.lua with expiry and restart_leader), or rotate the "
  .. "root certificate (rotate-ca.lua)"

--- Says that a new lifetime is not in force yet. `before`, `wanted`: the old and the new one, in seconds.
function lifetime.tell(before, wanted)
  if type(before) ~= "number" or before == wanted then return end
  note("The lifetime of certificates is set, but not in force yet", {
    ("the leader still issues certificates for %s until its engine is restarted or the root certificate is rotated")
      :format(span(before)),
    "to let it take up the new one: " .. lifetime.hint,
    "look at a certificate that was issued afterwards: certificates.lua reports one with the wrong lifetime",
  })
end

--- Restarts the engine of the swarm's leader, so that it takes up the lifetime, in steps of its own. If the swarm
--- locks, it is unlocked again. The tasks on that host restart. `managers`: one that can be asked, or several.
function lifetime.restart_leader(managers)
  local leader = step("find the leader", function()
    for _, entry in ipairs(node.list(managers)) do
      if entry.is_leader == true then
        if entry.host then return entry.host end
        fail { message = ("the leader %s (%s) is not a host of the inventory"):format(entry.hostname, entry.id),
          hint = "add it to the inventory, or restart its engine there: systemctl restart docker" }
      end
    end
    fail { message = "the swarm has no leader", hint = "read `docker node ls`, then resume the run", retryable = true }
  end)
  local key = step("note the key that the restart needs", function()
    if swarm.settings(managers).autolock == true then return swarm.unlock_key(managers) end
    return ""
  end)
  step("restart the leader's engine", { idempotent = true }, function()
    docker.stop(leader)
    docker.start(leader)
  end)
  step("unlock the leader", function()
    if swarm.info(leader).is_locked == true then swarm.unlock(leader, key) end
  end)
  step("wait until the other managers reach it",
    function() node.wait(leader, leader, { state = "ready", role = "manager" }) end)
end

return lifetime
