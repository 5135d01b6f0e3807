--- Show every node's certificate: whose it is, its role, until when it is valid, when it is renewed. Sets the
--- lifetime.
---
--- Parameters: `expiry`, the lifetime of certificates that are issued from now on, at least 1h; without it nothing is
--- changed. `restart_leader`, whether the leader's engine is restarted then, so that it takes up the new lifetime; the
--- tasks on that host restart. `warn_days`, below how many days left the run warns of a certificate.
---
--- Changes: nothing, or that setting of the swarm. Certificates stay as they are until they are renewed, which each
--- node does by itself. The leader takes up a new lifetime only when its engine is restarted or the root certificate is
--- rotated. A certificate that was issued since the setting was made and is not valid for that long is reported.
--- `runbook rollback` sets the lifetime back, which the leader takes up in the same way.
--- Exit code: 0 all is well, or the lifetime was set; 1 a certificate needs attention.

local lifetime = require "certificate_lifetime"

--- What a host's certificate says, or `trouble` if it can't be read, so that the others are shown all the same.
local function read(host)
  local ok, found = pcall(pki.certificate, host)
  if ok then return found end
  if type(found) == "string" or found.code:find("^lua%.") then error(found, 0) end
  local cause = found.cause and found.cause ~= "" and (" (%s)"):format(found.cause) or ""
  return { trouble = found.message .. cause, hint = found.hint }
end

--- What is wrong with a certificate, and what to do; or nothing.
local function problem_with(shown, host, warn_days)
  if not shown.role then return "can't be read: " .. shown.trouble, shown.hint end
  if shown.is_expired == true then return "HAS EXPIRED", "let the node leave the swarm and join again" end
  if shown.is_trusted == false then
    return "is not trusted: " .. shown.trouble, "compare it with `docker swarm ca`; the node may have to join again"
  end
  if shown.role ~= host.role then
    return ("says %s, the inventory says %s"):format(shown.role, host.role),
      "run docker node promote or demote, or correct the inventory"
  end
  if shown.is_renewal_overdue == true then
    return "should have been renewed", "check whether the node reaches TCP 2377 of the managers: diagnose.lua"
  end
  if shown.days_left < warn_days then
    return ("ends soon: in %.0f days"):format(math.max(shown.days_left // 1, 0)),
      "wait: the node renews it by itself in the time that the table shows; then look again"
  end
end

--- A moment, to the minute.
local function moment(seconds) return time.text(seconds):sub(1, 16):gsub("T", " ") .. "Z" end

--- One line of the table.
local function row(host, shown)
  if not shown.role then return { host.name, "can't be read", "-", "-", "-", "-", "-" } end
  local left = shown.days_left >= 3 and ("%.0f days"):format(shown.days_left // 1)
    or ("%.1f hours"):format(math.max(shown.days_left, 0) * 24)
  return { host.name, shown.role, moment(shown.not_after), left, moment(shown.renews_from), moment(shown.renews_until),
    shown.node_id }
end

return runbook {
  summary = "Show every node's certificate",
  inventory = { stack = false, managers = "several" },
  params = {
    expiry = { type = "duration", help = "how long certificates are valid that are issued from now on: 2160h" },
    restart_leader = { default = false, help = "whether the leader's engine is restarted to take up a new lifetime" },
    warn_days = { default = 14, help = "below how many days left the run warns of a certificate" },
  },

  function(run)
    local hosts, managers, params = run.inventory.hosts, run.inventory.managers, run.params
    local shown = parallel("certificates", hosts,
      function(host) return step("read its certificate", function() return read(host) end) end)

    if params.expiry then
      local before = step("note the lifetime of certificates",
        function() return swarm.settings(managers).certificate_expiry end)
      step("set the lifetime of certificates", {
        undo = function() swarm.update(managers, { certificate_expiry = before }) end,
      }, function() swarm.update(managers, { certificate_expiry = params.expiry }) end)
      if params.restart_leader then
        lifetime.restart_leader(managers)
      else
        lifetime.tell(before, lifetime.seconds(params.expiry))
      end
    end
    local settings = step("read the swarm's settings", function()
      local ok, found = pcall(swarm.settings, managers)
      if not ok and (type(found) == "string" or found.code:find("^lua%.")) then error(found, 0) end
      return ok and { certificate_expiry = found.certificate_expiry, changed_at = found.changed_at } or {}
    end)

    local rows, findings = {}, {}
    for index, host in ipairs(hosts) do
      if type(shown[index].trouble) ~= "string" then return end       -- in a plan nothing was read
      rows[#rows + 1] = row(host, shown[index])
      local problem, hint = problem_with(shown[index], host, params.warn_days)
      local trouble = not problem and lifetime.trouble(shown[index], settings)
      if trouble then problem, hint = trouble, lifetime.hint end
      if problem then
        findings[#findings + 1] = { host = host.name, message = "its certificate " .. problem, hint = hint }
      end
    end
    show_table("Certificates of the nodes",
      { "host", "role", "valid until", "left", "renewed from", "at the latest", "node ID" }, rows)

    -- A run that has changed something does not fail for what else it saw.
    if params.expiry then
      for _, finding in ipairs(findings) do log.warn(("%s: %s"):format(finding.host, finding.message)) end
    else
      conclude(#findings == 1 and "a certificate needs attention"
        or ("%d certificates need attention"):format(#findings), findings)
    end
  end,
}
