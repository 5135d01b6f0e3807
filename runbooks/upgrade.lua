--- Upgrade Digital Access: the services get the versions of a new versiontag.yml, one after the other.
---
--- Parameters: `versiontag`, the new file of versions on this machine; it replaces the one of the same name among the
--- stack's files. `images`, a file on this machine with the new images, as `docker save` writes it; without it the
--- images must be on the hosts, or their engines must be able to fetch them. `order`, in which the services follow.
--- Other compose files stay as they are; so do ports.
---
--- Before: the stack runs as the inventory and the compose files say.
--- After:  every service runs with its new version, in the same place, and every host that had the file has the new
---         one.
---
--- Changes: brings the images to every host, the file to every host that has it, and deploys the stack again, service
--- by service: first what others depend on, last the access points, which people use. A service that does not come up
--- with its new version stops the run; those after it still have the old one. Fix the cause and run `runbook resume`,
--- or go back. If every service already has its new version, nothing is changed.
--- `runbook rollback` undoes it: in the reverse order each service gets its old version, then every host gets the old
--- file back. The new images stay. What a new version has changed in the database is not undone: restore the backup.
local checklist = require "checklist"
local da = require "digital_access"
local versions = require "versions"

return runbook {
  summary = "Upgrade Digital Access to new versions",
  inventory = { managers = "several" },
  params = {
    versiontag = { type = "string", required = true,
      help = "the new file of versions on this machine: /root/versiontag.yml" },
    images = { type = "string", help = "a file on this machine with the new images: /root/images.tar" },
    order = {
      default = "postgres, admin, policy, authentication, distribution, accesspoint",
      help = "the order in which the services follow",
    },
    start_timeout = { default = "5m", type = "duration", help = "how long each service may take to run" },
    network_timeout = { default = "150s", type = "duration", help = "how long they may take to reach each other then" },
  },

  function(run)
    local hosts, manager, stack_name = run.inventory.hosts, run.inventory.manager, run.inventory.stack.name
    local function wait() stack.wait(manager, stack_name, { timeout = run.params.start_timeout }) end

    local seen = checklist.preflight(versions.checks(manager), run)       -- reads only
    local wanted = seen[manager.name] and seen[manager.name]["the new versions"]
    if not wanted then return end                       -- in a dry run nothing was read

    local holders = step("find the hosts that have the file", function() return versions.holders(run, wanted) end)
    local is_reached = step("compare with the new versions", { host = manager },
      function() return versions.are_reached(run, manager, wanted, holders) end)
    if is_reached == true then
      log.info("Every service has the version that the file says: nothing is changed.")
      return da.print_addresses(run)
    end

    approve("Is there a backup or snapshot of every appliance and of the database, and are the access points' addresses "
      .. "noted?")

    -- 1. Bring the images to every host.
    if run.params.images then
      parallel("images", hosts, function(host)
        step("load the new images", function()
          local missing = versions.missing_images(host, wanted.images)
          if #missing > 0 then image.load(host, run.params.images, { expect = missing }) end
        end)
      end)
    end

    -- 2. Bring the file to every host that has it; the manager's file is used when the stack is deployed.
    local stages = versions.stages(wanted.changes, run.params.order)
    parallel("files", hosts, function(host)
      if not holders[host.name] then return end
      local old = step("note the present versions", function() return file.read(host, wanted.path) end)
      step("put the new versions in place", {
        undo = function()
          file.write(host, wanted.path, old)
          if host.name ~= manager.name then return end
          da.start(run, manager)
          file.remove(manager, versions.held_back_path(wanted))
        end,
      }, function() file.write(host, wanted.path, wanted.contents) end)
    end)

    -- 3. Deploy service by service.
    scope("services", function()
      for number, stage in ipairs(stages) do
        scope(stage.name, function()
          step("deploy its new version", {
            host = manager,
            retry = { attempts = 3, initial = "2s" },
            undo = function()
              versions.deploy(run, manager, wanted, stages, number - 1)
              wait()
            end,
          }, function() versions.deploy(run, manager, wanted, stages, number) end)
          step("wait until every service runs", { host = manager }, wait)
        end)
      end
    end)
    if #stages == 0 then                                -- the file was in place, but not deployed
      step("deploy the stack", { host = manager, retry = { attempts = 3, initial = "2s" } },
        function() da.deploy(run, manager) end)
      step("wait until every service runs", { host = manager }, wait)
    end
    step("remove what held later services back", { host = manager },
      function() file.remove(manager, versions.held_back_path(wanted)) end)

    -- 4. Verify, and say what is left to do.
    step("verify that every service has its version", { host = manager }, function() versions.verify(run, manager) end)
    step("verify that every service runs where the inventory says", { host = manager }, function() da.verify(run) end)
    step("verify that services reach each other across hosts", { host = manager },
      function() da.verify_network(run, run.params.network_timeout) end)
    local rows = {}
    for _, change in ipairs(wanted.changes) do rows[#rows + 1] = { change.name, change.from, change.to } end
    show_table("Versions", { "service", "before", "now" }, rows)
    da.print_addresses(run)
  end,
}
