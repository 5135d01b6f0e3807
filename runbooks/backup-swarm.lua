--- Save a swarm's state: nodes, services, secrets, configs, keys, so that restore-swarm.lua can restore it.
---
--- The state can be copied only while the manager's engine is stopped. With three managers or more the others continue
--- meanwhile. If stopping this one would cost them their majority, or it is the only one, the backup is refused
--- unless `downtime` says that the swarm may be without a manager for some seconds.
---
--- Parameters: `to`, the folder on this machine for the archive; `host`, the manager to copy from, by default one that
--- does not lead; `downtime`.
---
--- Changes: stops one engine and starts it again, so that containers on that host end and are started again. One
--- archive is written, for its owner only: it holds every secret of the swarm, readable unless the managers lock.
--- There is nothing to undo. A run that is killed may leave the engine stopped: `runbook resume` starts it, and copies
--- again only what was not copied completely.
local checklist = require "checklist"
local state = require "swarm_state"

--- The manager to copy from: the requested one, else one that does not lead. nil if there is none.
local function choose(managers, wanted)
  local leader
  for _, entry in ipairs(node.list(managers)) do
    if entry.is_manager and entry.host and (not wanted or entry.host == wanted.name) then
      if entry.is_reachable and (wanted or not entry.is_leader) then return entry.host end
      if entry.is_leader then leader = entry.host end
    end
  end
  return leader
end

--- A manager can be stopped for a moment, or the operator accepts the downtime.
local function one_can_be_spared(wanted, downtime)
  return {
    name = "a manager can be spared for a moment",
    across = true,
    function(run)
      local host = choose(run.inventory.managers, wanted)
      if not host then
        return { {
          host = wanted and wanted.name,
          message = wanted and "it is not a manager that the others reach"
            or "no manager of the swarm is a host of the inventory",
          hint = "read `docker node ls`: it shows the managers of the swarm",
        } }
      end
      local quorum = swarm.info(host).quorum
      if downtime or (quorum and quorum.tolerated >= 1) then return {} end
      local count = quorum and quorum.managers or 1
      return { {
        host = host,
        message = count == 1 and "it is the only manager: the swarm would have none while its engine is stopped"
          or ("the managers would lose their majority while its engine is stopped (%d of %d are reached)"):format(
            quorum.reachable, quorum.managers),
        hint = "use three managers that all take part, or accept the downtime: --param downtime=true",
      } }
    end,
  }
end

--- An archive of one of several locked managers could never be restored.
local can_be_brought_back = {
  name = "the archive can be brought back",
  across = true,
  function(run)
    local settings, count = swarm.settings(run.inventory.managers), 0
    for _, entry in ipairs(node.list(run.inventory.managers)) do
      if entry.is_manager then count = count + 1 end
    end
    if settings.autolock == false or count <= 1 then return {} end
    return { {
      message = ("the %d managers lock: Docker can't begin a new cluster from one locked manager of several"):format(
        count),
      cause = "docker swarm unlock waits for the other managers, --force-new-cluster for the unlocking (moby#36852)",
      hint = "turn autolock off while you save (docker swarm update --autolock=false), then on again; that makes a new "
        .. "key",
    } }
  end,
}

return runbook {
  summary = "Save the swarm's state",
  inventory = { stack = false, managers = "several" },
  params = {
    to = { type = "string", required = true, help = "the folder on this machine for the archive: /root/backups" },
    host = { type = "host", help = "the manager to copy from" },
    downtime = { default = false, help = "whether the swarm may be without a manager for some seconds" },
  },

  function(run)
    local managers, params = run.inventory.managers, run.params
    if params.to:sub(1, 1) ~= "/" then
      local message = ("the folder %s is not an absolute path"):format(params.to)
      refuse { { message = message, hint = "write it from the root: /…" } }
    end
    checklist.preflight({ one_can_be_spared(params.host, params.downtime), can_be_brought_back }, run)

    local host = step("choose the manager", 
      function() return choose(managers, params.host) or managers[1].name end)
    local place = step("note where its state is, and the time", function()
      return { root = docker.info(host).data_root, stamp = (time.text(time.now()):gsub("[:%-]", ""):gsub("%.%d+", "")) }
    end)
    local there = ("%s/swarm-backup-%s.tar.gz"):format(place.root, run.id)
    local here = ("%s/swarm-%s-%s.tar.gz"):format(params.to:gsub("/$", ""), host, place.stamp)

    -- The archive exists only when it is complete; the engine runs again in any case.
    scope(host, function()
      step("copy the state while the engine is stopped", {
        check = function() return file.exists(host, there) and state.is_up(host) end,
        idempotent = true,
      }, function() state.archive(host, place.root, there) end)
      step("wait until it manages again", { retry = { attempts = 60, initial = "500ms", max = "2s" } }, function()
        local info = swarm.info(host)
        if info.state ~= "locked" and not (info.state == "active" and info.is_manager and info.quorum.kept) then
          fail { message = ("it does not take part in the swarm yet (%s)"):format(info.state), host = host,
            hint = "read `docker info` and `docker node ls`", retryable = true }
        end
        return info.state
      end)
      step("fetch the archive", function() ssh.download(host, there, here) end)
      step("remove it from the host", function() file.remove(host, there) end)
    end)
    local saved = step("verify the archive", function() return swarm.read_archive(here) end)

    show_table("The backup", { "what", "is" }, {
      { "archive", here },
      { "SHA-256", saved.digest },
      { "swarm", saved.swarm },
      { "node", ("%s (%s)"):format(saved.node_id, host) },
    })
    local items = { ("%s holds every secret of the swarm: keep it where only you can read it"):format(here) }
    if saved.is_locked == true then
      items[#items + 1] = ("%s is locked now: run docker swarm unlock on that host"):format(host)
      items[#items + 1] = "keep today's unlock key too, in another place: the archive is useless without it"
    end
    note("Put the backup away", items)
  end,
}
