--- Restore a swarm from an archive of backup-swarm.lua, on one host that then is its only manager.
---
--- For the day on which every manager is lost, or what they hold. The host must be in no swarm, or alone in one of its
--- own, which is erased. No other host of the inventory may still be in the saved swarm: it would exist twice.
---
--- Parameters: `archive`, the file on this machine; `host`, where to restore it, by default the inventory's first
--- manager; `digest`, the archive's SHA-256 as it was shown when it was made; `unlock_key`, if the managers locked.
---
--- Changes: asks first. Stops the host's engine, replaces its state with the saved one, starts the engine, and begins a
--- new cluster from that state: services, secrets, configs, labels and tokens as they were, certificates too. It can't
--- be undone; the folder that was there is kept beside it. The other managers must leave and join again. A run that is
--- resumed continues where it was.
local checklist = require "checklist"
local checks = require "checks"
local state = require "swarm_state"

--- The host is not in a swarm with other nodes.
local function host_is_free(wanted)
  return {
    name = "it is in no swarm of others",
    across = true,
    function()
      local info = swarm.info(wanted)
      if info.state == "inactive" or info.state == "error" then return {} end
      if info.state == "active" and info.is_manager and info.nodes <= 1 then return {} end
      local reason = ("it is in a swarm of %d nodes, which would lose it"):format(info.nodes)
      if info.state == "locked" then reason = "it is a locked manager of a swarm" end
      if info.state == "pending" then reason = "it waits for the other managers of a swarm" end
      if info.state == "active" and not info.is_manager then reason = "it is a worker of a swarm" end
      return { { host = wanted.name, message = reason,
        hint = "choose another host, or take it out first if you want that: docker swarm leave --force" } }
    end,
  }
end

--- The archive is valid, and can be used for this host.
local function archive_is_good(params, host)
  return {
    name = "the archive is good",
    across = true,
    function(run)
      local found = swarm.read_archive(params.archive)
      local function no(message, hint) return { { message = message, hint = hint } } end
      if params.digest and params.digest:lower() ~= found.digest then
        return no("the archive is not the one that was made: its SHA-256 is " .. found.digest,
          "give the right file, or leave `digest` out if it is not known")
      end
      if found.role ~= "manager" then
        return no("the archive is of a worker, which holds no state", "use a manager's archive")
      end
      if found.is_expired == true then
        return no("the manager's certificate in the archive ended on " .. time.text(found.not_after),
          "use a newer archive: Docker starts no manager with that certificate")
      end
      if found.is_locked == true and found.managers > 1 then
        return no(("the archive is of one locked manager of %d: Docker can't begin a new cluster from it"):format(
          found.managers), "use one that was made while autolock was off, or of a single manager (moby#36852)")
      end
      if found.is_locked == true and not params.unlock_key then
        return no("the archive is locked", "give the unlock key of that day: --param unlock_key=@FILE")
      end
      for _, other in ipairs(run.inventory.hosts) do
        if other.name ~= host.name and swarm.info(other).cluster_id == found.swarm then
          return { { host = other.name, message = "it still manages the saved swarm, which would then exist twice",
            hint = "to give that swarm up: docker swarm leave --force; else there is nothing to restore" } }
        end
      end
      return {}, found
    end,
  }
end

return runbook {
  summary = "Restore a swarm from a backup",
  inventory = { stack = false, managers = "several" },
  params = {
    archive = { type = "string", required = true, help = "the archive on this machine: /root/backups/swarm-….tar.gz" },
    host = { type = "host", help = "the host that becomes the manager" },
    digest = { type = "string", help = "the archive's SHA-256, as it was shown when it was made" },
    unlock_key = { type = "secret", help = "the unlock key of the saved swarm: @FILE or env:NAME" },
  },

  function(run)
    local params = run.params
    local host = params.host or run.inventory.manager
    checklist.preflight({ checks.it_answers, host_is_free(host), archive_is_good(params, host) }, run)

    -- 1. What is in the archive, and the approval to give up what the host holds.
    local root = step("note where its state belongs", function() return docker.info(host).data_root end)
    local found = step("look into the archive", function() return swarm.read_archive(params.archive) end)
    local there = ("%s/swarm-restore-%s.tar.gz"):format(root, run.id)

    approve(("Give up what %s holds of a swarm, and continue the saved swarm %s with %s as its only manager? "
      .. "Its other managers must be lost for good."):format(host.name, found.swarm, host.name))

    -- 2. The state in its place, with the engine stopped.
    step("copy the archive to the host", function() ssh.upload(host, params.archive, there, { mode = "0600" }) end)
    step("leave its own swarm", function() swarm.leave(host, { force = true }) end)
    local former = ("%s/swarm-before-%s"):format(root, run.id)
    step("put the saved state in its place", { idempotent = true },
      function() state.unpack(host, root, there, former) end)
    if found.is_locked == true then
      step("unlock it", function() swarm.unlock(host, params.unlock_key) end)
    end

    -- 3. Its only manager.
    step("begin a new cluster of that state", function()
      return swarm.force_new_cluster(host, {
        i_know_that = ("the other managers of %s are lost for good"):format(host.name),
      })
    end)
    local nodes = step("verify that it is the only manager of the saved swarm", {
      retry = { attempts = 20, initial = "1s", max = "5s" },
    }, function()
      local info = swarm.info(host)
      if info.state ~= "active" or info.cluster_id ~= found.swarm or not info.quorum or info.quorum.managers ~= 1 then
        fail { message = ("it is not the only manager of the swarm %s"):format(found.swarm), host = host,
          hint = "read `docker info` and `docker node ls`", retryable = true }
      end
      local nodes = {}
      for _, entry in ipairs(node.list(host)) do
        nodes[#nodes + 1] = { entry.hostname, entry.id, entry.role, entry.state }
      end
      return nodes
    end)
    step("remove the archive from the host", function() file.remove(host, there) end)

    local rows = {}
    for _, row in ipairs(nodes) do rows[#rows + 1] = row end
    show_table("The nodes of the swarm", { "node", "ID", "role", "state" }, rows)
    note("What is left to do", {
      "on each host that was a manager: docker swarm leave --force; then join it again (secure-swarm.lua)",
      "workers come back by themselves if they know this manager's address; else let them leave and join too",
      "remove the entries of the former managers: docker node demote ID, docker node rm --force ID",
      ("when all is well, delete %s on %s: the state from before"):format(former, host.name),
    })
  end,
}
