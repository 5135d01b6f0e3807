--- Make a secure swarm from hosts that are in no swarm: managers, workers, autolock, lifetime of certificates.
---
--- The inventory names the hosts and their roles: 1, 3, 5 or 7 managers, of which the first begins the swarm, and any
--- number of workers. It needs no stack.
---
--- Parameters: `unlock_key_file`, the file on this machine that the unlock key is written to, for its owner only;
--- `autolock`; `certificate_expiry`, how long certificates are valid; `restart_leader`, whether the leader's engine is
--- restarted: only then it takes up another lifetime than 90 days, or than the swarm had. The tasks there restart.
---
--- Changes: begins a swarm on the first manager, lets the others join after each has asked whose swarm answers, turns
--- on autolock, sets the lifetime of node certificates, and rotates the join tokens after a host has joined with them.
--- If everything is already as described, the swarm is not changed; the key is handed over again if it was moved.
--- `runbook rollback` removes every host that this run let join, and ends the swarm if this run began it. The file with
--- the unlock key stays.
local checklist = require "checklist"
local lifetime = require "certificate_lifetime"
local secure = require "secure_swarm"

--- What is wrong with the inventory and the parameters, whatever the hosts may say.
local function problems(run)
  local params, found = run.params, {}
  local reason = secure.problem_with_count(#run.inventory.managers)
  if reason then
    found[#found + 1] = {
      message = reason,
      hint = "give 3, 5 or 7 hosts the role manager in the inventory (1 survives no failure either)",
    }
  end
  local path = params.unlock_key_file
  if params.autolock and (not path or path:sub(1, 1) ~= "/") then
    found[#found + 1] = {
      message = path and ("the unlock key file %s is not an absolute path"):format(path)
        or "autolock needs a file for the unlock key",
      hint = "add --param unlock_key_file=/root/unlock-key, or --param autolock=false",
    }
  end
  return found
end

return runbook {
  summary = "Make a secure swarm",
  inventory = { stack = false, managers = "several" },
  params = {
    unlock_key_file = { type = "string", help = "a new file on this machine for the unlock key: /root/unlock-key" },
    autolock = { default = true, help = "whether a manager needs the unlock key after its engine was restarted" },
    certificate_expiry = { default = "2160h", type = "duration", help = "how long certificates are valid, from 1h" },
    restart_leader = { default = false, help = "whether the leader's engine is restarted to take up a new lifetime" },
  },

  function(run)
    local managers, first, params = run.inventory.managers, run.inventory.manager, run.params
    local settings = { autolock = params.autolock, certificate_expiry = params.certificate_expiry }
    local wrong = problems(run)
    if #wrong > 0 then refuse(wrong) end
    checklist.preflight(secure.checks, run)

    local function hand_over_key()
      if not params.autolock then return end
      local key = step("read the unlock key", function() return swarm.unlock_key(first) end)
      step("hand over the unlock key", function() file.create_local(params.unlock_key_file, key) end)
    end

    local differences = step("compare with the inventory", function() return secure.differences(run, settings) end)
    if #differences == 0 then
      log.info("The swarm is already as the inventory says: nothing in it is changed.")
      hand_over_key()
      return secure.verify_certificates(run)
    end

    -- 1. Begin the swarm, locked from its first moment, and hand over its key before another host joins.
    local former_lifetime = lifetime.of_new_swarm
    local was_active = step("note whether there is a swarm", function() return swarm.is_active(first) end)
    if was_active == false then
      step("begin the swarm", { undo = function() swarm.leave(first, { force = true }) end },
        function() return swarm.init(first, settings) end)
    else
      local before = step("note the swarm's settings", function()
        local all = swarm.settings(first)
        return { autolock = all.autolock, certificate_expiry = all.certificate_expiry }
      end)
      step("set autolock and the lifetime of certificates", { undo = function() swarm.update(first, before) end },
        function() swarm.update(first, settings) end)
      former_lifetime = before.certificate_expiry
    end
    hand_over_key()
    local wanted_lifetime = lifetime.seconds(params.certificate_expiry)
    if params.restart_leader then
      lifetime.restart_leader(first)
    else
      lifetime.tell(former_lifetime, wanted_lifetime)
    end

    -- 2. The other managers, one after the other, because each changes the majority; then the workers, in parallel.
    local joined = step("find the hosts that have joined already", function()
      local names = {}
      for _, entry in ipairs(node.list(first)) do
        if entry.host then names[entry.host] = true end
      end
      return names
    end)
    local joining = { manager = {}, worker = {} }
    for _, host in ipairs(run.inventory.hosts) do
      if host.name ~= first.name and joined[host.name] ~= true then table.insert(joining[host.role], host) end
    end
    local tokens = {}
    for _, role in ipairs { "manager", "worker" } do
      tokens[role] = step(("get the %s join token"):format(role), function() return swarm.join_token(first, role) end)
    end
    parallel("managers", joining.manager, { serial = 1 }, function(host)
      secure.join(host, first, tokens.manager, "manager")
      step("wait until the other managers reach it",
        function() node.wait(first, host.name, { state = "ready", role = "manager" }) end)
    end)
    parallel("workers", joining.worker, function(host) secure.join(host, first, tokens.worker, "worker") end)

    -- 3. No host can join with the used tokens any more.
    for _, role in ipairs { "manager", "worker" } do
      if #joining[role] > 0 then
        step(("rotate the %s join token"):format(role),
          function() return swarm.rotate_join_token(managers, role, tokens[role]) end)
      end
    end

    -- 4. Verify.
    step("verify that every host is in the swarm in its role", {
      retry = { attempts = 20, initial = "1s", max = "5s" },
    }, function() secure.verify(run, settings) end)
    secure.verify_certificates(run)
    local new = {}
    for _, role in ipairs { "manager", "worker" } do
      for _, host in ipairs(joining[role]) do new[#new + 1] = host end
    end
    if #new > 0 then secure.verify_lifetime(new, params.certificate_expiry) end
    if params.autolock then
      secure.note_unlock_key(params.unlock_key_file,
        "without it, a manager whose engine was restarted stays locked (docker swarm unlock asks for it)")
    end
  end,
}
