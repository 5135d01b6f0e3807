--- The vocabulary of a swarm's own safety: how many managers, who joins how, what every node must show.
local checks = require "checks"
local layout = require "layout"
local lifetime = require "certificate_lifetime"

local secure = {}

--- Why that many managers are a bad choice, or nil: an even number survives no more failures than one less, and each
--- manager beyond seven makes every change slower.
function secure.problem_with_count(count)
  if count == 2 then return "two managers survive no failure: when one is gone, the other has no majority" end
  if count % 2 == 0 then
    return ("%d managers survive no more failures than %d do: use an odd number"):format(count, count - 1)
  end
  if count > 7 then
    return ("%d managers make every change slower and nothing safer: seven are enough"):format(count)
  end
end

--- What is wrong with a host's present swarm: a message and a hint, or nothing. `own`: what the first manager said,
--- `entry`: the host's node in that manager's swarm, if it is there.
local function problem_with_swarm(host, info, first, own, entry)
  if info.is_locked then return "its swarm is locked", "unlock it: docker swarm unlock" end
  if info.state == "inactive" then return nil end
  if info.state ~= "active" then
    return ("its swarm is in state %s (%s)"):format(info.state, info.error), "read the engine's log, and fix it"
  end
  if host.name == first.name then
    if not info.is_manager then
      return "it is a worker of another swarm, but should be the first manager",
        "docker swarm leave, or name another manager first"
    end
  elseif not entry or not own or entry.id ~= info.node_id then
    return ("it is in a swarm that is not that of %s"):format(first.name),
      "if you no longer need that swarm: docker swarm leave --force"
  elseif entry.role ~= host.role then
    return ("it is a %s of this swarm, but should be a %s"):format(entry.role, host.role),
      ("docker node %s %s"):format(host.role == "manager" and "promote" or "demote", entry.id)
  end
end

--- The nodes that a manager knows. If a host left and joined again, this waits until its old node is down: until then
--- the old node can't be distinguished from a machine outside of the inventory.
local function settled_nodes(run, manager)
  local nodes, is_waited = node.list(manager), false
  local members = layout.members(run, nodes)
  for _, entry in ipairs(nodes) do
    if not entry.host and entry.state == "ready" and layout.rejoined(members, entry) then
      -- One that stays is what node.list then says of it.
      pcall(node.wait, manager, entry.id, { state = "down", timeout = "40s" })
      is_waited = true
    end
  end
  return is_waited and node.list(manager) or nodes
end

--- Each host is in no swarm, or in its role in that of the first manager, which has no other nodes.
secure.hosts_are_free = {
  name = "hosts are in no other swarm",
  across = true,
  function(run, hosts)
    local findings, first, entries = {}, run.inventory.manager, {}
    local function info_of(host) return hosts[host.name] and hosts[host.name]["it answers"].swarm end
    local own = info_of(first)
    if own and own.is_manager then
      for _, entry in ipairs(settled_nodes(run, first)) do
        if entry.host then
          entries[entry.host] = entry
        elseif entry.state == "ready" then
          findings[#findings + 1] = {
            host = first.name,
            message = ("its swarm has a node that is not a host of the inventory: %s (%s)"):format(
              entry.id, entry.hostname),
            hint = ("find that machine: docker node inspect %s; then add it to the inventory, or let it leave: "
              .. "docker swarm leave, on that machine"):format(entry.id),
          }
        end
      end
    end
    for _, host in ipairs(run.inventory.hosts) do
      local info = info_of(host)
      if info then                                     -- a host that could not be asked is a finding already
        local message, hint = problem_with_swarm(host, info, first, own, entries[host.name])
        if message then findings[#findings + 1] = { host = host.name, message = message, hint = hint } end
      end
    end
    return findings
  end,
}

--- What must hold before a swarm is made; see checklist.lua.
secure.checks = { checks.it_answers, checks.address_is_named, secure.hosts_are_free, checks.clocks_agree }

--- Every manager is reached by the others, so that each of them hears of a change.
secure.every_manager_takes_part = {
  name = "every manager takes part",
  across = true,
  function(run)
    local findings = {}
    for _, entry in ipairs(node.list(run.inventory.managers)) do
      if entry.is_manager == true and entry.is_reachable == false then
        findings[#findings + 1] = {
          host = entry.host,
          message = ("the manager %s (%s) is not reached by the others"):format(entry.hostname, entry.id),
          hint = "bring it back, or demote it: docker node demote " .. entry.id,
        }
      end
    end
    return findings
  end,
}

--- Lets a host join, after it has seen that what answers at the manager's port is the swarm that the token is for.
--- Steps of their own, to be called in the host's scope.
function secure.join(host, manager, token, role)
  step("ask whose swarm answers at " .. manager.name, function()
    local address = layout.swarm_address(manager)
    local shown = pki.presented_root(host, address, { token = token })
    if shown.matches == false then
      fail {
        message = ("what answers at %s:2377 is not the swarm that the join token is for"):format(address),
        host = host,
        hint = "check the address in the inventory, and what else answers there",
      }
    end
    return shown.root_digest
  end)
  return step("join as " .. role, {
    retry = { attempts = 5, initial = "1s", backoff = 2 },
    undo = function(id) secure.take_out(host, manager, id) end,
  }, function() return swarm.join(host, { manager = manager, token = token }) end)
end

--- Takes a host out of the manager's swarm, with nothing of it left behind. `id`: its node ID there, where known.
function secure.take_out(host, manager, id)
  local left = swarm.leave(host, { force = true })
  if not id and left ~= "" then id = left end
  if id then node.remove(manager, id, { force = true }) end
end

--- How the swarm differs from the inventory and the wanted settings, as sentences. `wanted`: { autolock=,
--- certificate_expiry= }, or nil if any settings are fine.
function secure.differences(run, wanted)
  local first, found, by_host = run.inventory.manager, {}, {}
  local function add(text, ...) found[#found + 1] = text:format(...) end
  if swarm.info(first).is_manager == false then return { first.name .. " manages no swarm" } end
  for _, entry in ipairs(settled_nodes(run, first)) do
    if entry.host then
      by_host[entry.host] = entry
    elseif entry.state == "ready" then
      add("the node %s (%s) is not a host of the inventory", entry.hostname, entry.id)
    end
  end
  for _, host in ipairs(run.inventory.hosts) do
    local entry = by_host[host.name]
    if not entry then
      add("%s is not in the swarm", host.name)
    else
      if entry.role ~= host.role then add("%s is a %s, not a %s", host.name, entry.role, host.role) end
      if entry.state ~= "ready" then add("%s is %s", host.name, entry.state) end
      if entry.is_manager and not entry.is_reachable then add("the other managers do not reach %s", host.name) end
    end
  end
  local settings = wanted and swarm.settings(first)
  if settings and settings.autolock ~= wanted.autolock then
    add("autolock is %s", settings.autolock and "on" or "off")
  end
  if settings and settings.certificate_expiry ~= lifetime.seconds(wanted.certificate_expiry) then
    add("certificates are valid for %.0f s, not %s", settings.certificate_expiry, wanted.certificate_expiry)
  end
  return found
end

--- Fails unless every host is in the swarm in its role, with the wanted settings.
function secure.verify(run, wanted)
  local found = secure.differences(run, wanted)
  if #found > 0 then
    fail {
      message = "the swarm is not as it should be: " .. table.concat(found, "; "),
      hint = "read `docker node ls` on " .. run.inventory.manager.name .. ", then resume the run",
      retryable = true,
    }
  end
end

--- Fails unless the host's certificate names its role, is valid now and is trusted.
function secure.verify_certificate(host)
  local shown = pki.certificate(host)
  if shown.role ~= host.role then
    fail {
      message = ("its certificate says %s, not %s"):format(shown.role, host.role),
      host = host,
      hint = "wait: a node renews its certificate some seconds after its role was changed",
      retryable = true,
    }
  end
  if shown.is_trusted == false then
    fail {
      message = "its certificate is not trusted: " .. shown.trouble,
      host = host,
      hint = "compare openssl x509 -text -in /var/lib/docker/swarm/certificates/swarm-node.crt with `docker swarm ca`",
    }
  end
  return { node_id = shown.node_id, not_after = shown.not_after }
end

--- Verifies each host's certificate, in steps of their own.
function secure.verify_certificates(run)
  parallel("certificates", run.inventory.hosts, function(host)
    step("verify its certificate", { retry = { attempts = 10, initial = "1s", max = "5s" } },
      function() return secure.verify_certificate(host) end)
  end)
end

--- Warns of hosts whose certificates are not valid for as long as the swarm's setting says, although they were just
--- issued: this proves what the leader issues now. `hosts`: those that have just joined.
function secure.verify_lifetime(hosts, expiry)
  local short = step("look at the lifetime of the new certificates", function()
    local found = {}
    for _, host in ipairs(hosts) do
      if not lifetime.lasts(pki.certificate(host), lifetime.seconds(expiry)) then found[#found + 1] = host.name end
    end
    return found
  end)
  if type(short) ~= "table" or #short == 0 then return end
  log.warn(("the leader does not use the lifetime of certificates yet: those of %s are not valid for %s; %s"):format(
    table.concat(short, ", "), expiry, lifetime.hint))
end

--- Says where an unlock key was handed over, and what to do with it.
function secure.note_unlock_key(path, ...)
  note("Put the unlock key away", {
    ("it is in %s on this machine: copy it to where your team keeps such keys, then delete the file"):format(path),
    ...,
  })
end

return secure
