--- Bring a swarm back from an archive of backup-swarm.lua, on one host that then is its only manager.
---
--- For the day on which every manager is lost, or what they hold. The host must be in no swarm, or alone in one of its
--- own, which is erased. No other host of the inventory may still be in the saved swarm: there would be two of it.
---
--- Parameters: `archive`, the file on this machine; `host`, where to, the inventory's first manager where it is left
--- out; `digest`, the archive's SHA-256 as it was shown when it was made; `unlock_key`, where the managers locked.
---
--- Changes: asks first. Stops the host's engine, puts the saved state in the place of its own, starts it, and begins a
--- new cluster of that state: services, secrets, configs, labels and tokens as they were, certificates too. It can't be
--- undone; the folder that was there is kept beside. The other managers must leave and join again. A run that is
--- resumed goes on where it was.
local checklist = require "checklist"
local checks = require "checks"
local state = require "swarm_state"

--- The host is in no swarm of others.
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
        hint = "choose another host, or take it out first, if that is meant: docker swarm leave --force" } }
    end,
  }
end

--- The archive is sound, and of use for this host.
local function archive_is_good(params, host)
  return {
    name = "the archive is good",
    across = true,
    function(run)
      local found = swarm.read_archive(params.archive)
      local function no(message, hint) return { { message = message, hint = hint } } end
      if params.digest and params.digest:lower() ~= found.digest then
        return no("the archive is not the one that was made: its SHA-256 is " .. found.digest,
          "give the right file, or leave `digest` out if nobody knows it")
      end
      if found.role ~= "manager" then
        return no("the archive is of a worker, which holds no state", "take a manager's")
      end
      if found.is_expired == true then
        return no("the manager's certificate in the archive ended on " .. time.text(found.not_after),
          "take a newer archive: Docker starts no manager with that certificate")
      end
      if found.is_locked == true and found.managers > 1 then
        return no(("the archive is of one locked manager of %d: Docker can't begin a new cluster from it"):format(
          found.managers), "take one that was made while autolock was off, or of a single manager (moby#36852)")
      end
      if found.is_locked == true and not params.unlock_key then
        return no("the archive is locked", "give the unlock key of that day: --param unlock_key=@FILE")
      end
      for _, other in ipairs(run.inventory.hosts) do
        if other.name ~= host.name and swarm.info(other).cluster_id == found.swarm then
          return { { host = other.name, message = "it still manages the saved swarm: there would be two of it",
            hint = "if that swarm is to be given up, docker swarm leave --force; else there is nothing to restore" } }
        end
      end
      return {}, found
    end,
  }
end

return runbook {
  summary = "Bring a swarm back from a backup",
  inventory = { stack = false, managers = "several" },
  params = {
    archive = { type = "string", required = true, help = "the archive on this machine: /root/backups/swarm-….tar.gz" },
    host = { type = "host", help = "the host that is to be the manager" },
    digest = { type = "string", help = "the archive's SHA-256, as it was shown when it was made" },
    unlock_key = { type = "secret", help = "the unlock key of the saved swarm: @FILE or env:NAME" },
  },

  function(run)
    local params = run.params
    local host = params.host or run.inventory.manager
    checklist.preflight({ checks.it_answers, host_is_free(host), archive_is_good(params, host) }, run)

    -- 1. What is in the archive, and a yes to what is given up for it.
    local root = step("note where its state belongs", function() return docker.info(host).data_root end)
    local found = step("look into the archive", function() return swarm.read_archive(params.archive) end)
    local there = ("%s/swarm-restore-%s.tar.gz"):format(root, run.id)

    approve(("Give up what %s holds of a swarm, and go on with the saved swarm %s as its only manager? "
      .. "Its other managers must be lost for good."):format(host.name, found.swarm))

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
          hint = "look at `docker info` and `docker node ls`", retryable = true }
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
      "workers come back by themselves where they know this manager's address; else they leave and join too",
      "remove the entries of the former managers: docker node demote ID, docker node rm --force ID",
      ("when all is well, delete %s on %s: what was there before"):format(former, host.name),
    })
  end,
}
