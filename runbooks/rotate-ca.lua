--- Rotate the root certificate of a swarm, and wait until every node trusts it and has a certificate of it.
---
--- The managers wait for every node that they list, also for those that are down, so a node that is down is named
--- before anything is changed. With `prune` its entry is removed first.
---
--- Parameters: `prune`, whether nodes that are down are removed from the swarm: such a host must leave
--- (docker swarm leave --force) and join again when it is back. `certificate`, the file of a root certificate of your
--- own, in place of one that the swarm makes; with it `key`, the file of its key, or `external_ca`, the server that
--- signs with it. `timeout`, how long the nodes may take.
---
--- Changes: the root certificate, every node's certificate, both join tokens; with `prune`, the list of nodes. Services
--- keep running. It can't be undone. A run that is resumed waits for the change that it began, and begins no other; if
--- the swarm already has your own certificate, nothing is changed.
local checklist = require "checklist"
local secure = require "secure_swarm"

--- What is wrong with the parameters, whatever the hosts may say.
local function problems(params)
  local found = {}
  local function add(message, hint) found[#found + 1] = { message = message, hint = hint } end
  if params.certificate and not params.key and not params.external_ca then
    add("the swarm could not sign with the certificate: neither its key nor a server that has the key is given",
      "add --param key=@FILE, or --param external_ca=https://HOST:PORT/api/v1/cfssl/sign")
  elseif not params.certificate and (params.key or params.external_ca) then
    add(("%s is given without the root certificate that it is for"):format(params.key and "a key" or "an external CA"),
      "add --param certificate=@FILE")
  end
  return found
end

--- The nodes that the managers would wait for in vain.
local function nodes_down(managers)
  local found = {}
  for _, entry in ipairs(node.list(managers)) do
    if entry.state ~= "ready" then found[#found + 1] = entry end
  end
  return found
end

--- No node is down, or only workers that may be removed.
local function nobody_holds_it_up(prune)
  return {
    name = "no node holds it up",
    across = true,
    function(run)
      local findings = {}
      for _, entry in ipairs(nodes_down(run.inventory.managers)) do
        local hint = "if it is gone for good, remove its entry with --param prune=true; else bring it back first"
        if entry.is_manager then hint = "bring it back, or demote it: docker node demote " .. entry.id end
        if entry.is_manager or not prune then
          findings[#findings + 1] = {
            host = entry.host,
            message = ("the node %s (%s) is %s: the managers would wait for it, and so never finish"):format(
              entry.hostname, entry.id, entry.state),
            hint = hint,
          }
        end
      end
      return findings
    end,
  }
end

--- Fails unless every node trusts the root with this digest; returns what each of them trusts.
local function verify_roots(managers, digest)
  local roots, late = pki.trust_roots(managers), {}
  if type(digest) == "string" and roots.digest ~= digest then
    fail { message = "the swarm has another root certificate than the new one", hint = "find out who else changed it" }
  end
  for _, entry in ipairs(roots.nodes) do
    if entry.agrees == false then late[#late + 1] = ("%s: %s"):format(entry.hostname, entry.trouble) end
  end
  if roots.agree == false then
    fail {
      message = "not every node trusts the new root certificate yet",
      cause = table.concat(late, "; "),
      hint = "wait some seconds; bring a node that has gone meanwhile back, or remove it",
      retryable = true,
    }
  end
  return roots.nodes
end

return runbook {
  summary = "Rotate the swarm's root certificate",
  inventory = { stack = false, managers = "several" },
  params = {
    prune = { default = false, help = "whether workers that are down are removed from the swarm" },
    certificate = { type = "secret", help = "a root certificate of your own, PEM: @FILE" },
    key = { type = "secret", help = "its key, PEM: @FILE" },
    external_ca = { type = "string", help = "the server that signs with it: https://HOST:PORT/api/v1/cfssl/sign" },
    timeout = { default = "10m", type = "duration", help = "how long the nodes may take" },
  },

  function(run)
    local managers, params = run.inventory.managers, run.params
    local wrong = problems(params)
    if #wrong > 0 then refuse(wrong) end
    checklist.preflight({ secure.every_manager_takes_part, nobody_holds_it_up(params.prune) }, run)

    -- 1. The digest shows later whether the change has begun: it is read before anything else.
    local before = step("read the present root certificate", function() return swarm.ca(managers).digest end)

    -- 2. Nodes that are down would hold it up.
    if params.prune then
      local down = step("find the nodes that are down", function()
        local found = {}
        for _, entry in ipairs(nodes_down(managers)) do
          found[#found + 1] = { id = entry.id, hostname = entry.hostname }
        end
        return found
      end)
      step("remove the nodes that are down", function()
        for _, entry in ipairs(down) do
          log.info(("%s (%s) is removed from the swarm"):format(entry.hostname, entry.id))
          node.remove(managers, entry.id)
        end
      end)
    end

    -- 3. The change, and whether every node has followed.
    local new = step("rotate the root certificate", function()
      return swarm.rotate_ca(managers, {
        from = before, certificate = params.certificate, key = params.key,
        external_cas = params.external_ca and { { url = params.external_ca } }, timeout = params.timeout,
      })
    end)
    local nodes = step("verify that every node trusts it", { retry = { attempts = 30, initial = "1s", max = "5s" } },
      function() return verify_roots(managers, new) end)

    -- 4. Both tokens hold the digest of the root certificate, so they are new.
    for _, role in ipairs { "worker", "manager" } do
      step(("verify that the new %s join token is for it"):format(role), { retry = { attempts = 10, initial = "1s" } },
        function()
          local told = pki.parse_token(swarm.join_token(managers, role)).root_digest
          if type(told) == "string" and type(new) == "string" and told ~= new then
            fail { message = ("the %s join token is not for the new root certificate"):format(role), retryable = true,
              hint = "read `docker swarm ca` and `docker swarm join-token " .. role .. "`" }
          end
        end)
    end

    local rows = {}
    for _, entry in ipairs(nodes) do
      rows[#rows + 1] = { entry.host or entry.id, entry.state, entry.file_digest or entry.digest }
    end
    show_table("The root certificate that each node trusts", { "node", "state", "SHA-256" }, rows)
    note("What is new", {
      "both join tokens: the old ones are invalid (docker swarm join-token worker)",
      "the root certificate: give it to whatever knows the old one (docker swarm ca)",
    })
  end,
}
