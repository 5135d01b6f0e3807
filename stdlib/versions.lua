--- The versions of the services' images, and how a stack gets new ones.
---
--- One of the stack's compose files (`versiontag.yml`) says which version each service has. A *change* is a service of
--- the compose files that gets another image; a *stage* is what is deployed again together.
local changes = require "changes"
local checks = require "checks"
local da = require "digital_access"
local layout = require "layout"

local versions = {}

local function finding(message, hint, host) return { message = message, hint = hint, host = host and host.name } end

--- The name in `stack.files` of the file that a path of this machine replaces; nil when there is none.
function versions.replaced_file(run, path)
  local base = path:match("[^/]+$")
  for _, name in ipairs(run.inventory.stack.files) do
    if name:match("[^/]+$") == base then return name end
  end
end

--- Where a file of the stack is on a host.
function versions.path_of(run, name)
  return name:sub(1, 1) == "/" and name or run.inventory.stack.directory .. "/" .. name
end

--- What the compose files on a host describe; with `contents`, if one of them was `name` with these.
local function described(run, host, name, contents)
  local wanted = run.inventory.stack
  return stack.described(host, {
    directory = wanted.directory, files = wanted.files, instead = contents and { [name] = contents } or nil,
    environment = wanted.environment,
  })
end

--- An image without the digest that a deployed service may have besides its tag.
local function without_digest(name) return (name:gsub("@.*$", "")) end

--- The services that get another image than they have: { name=, from=, held=, to=, of= }. `held` is the image that it has
--- with its digest, `of` the service of the inventory that is behind it.
local function compare(run, deployed, described_services)
  local images, found = {}, {}
  for _, service in ipairs(deployed) do images[service.name] = service.image end
  for _, service in ipairs(described_services) do
    local has = images[run.inventory.stack.name .. "_" .. service.name]
    if has and without_digest(has) ~= without_digest(service.image) then
      found[#found + 1] = {
        name = service.name, from = without_digest(has), held = has, to = service.image,
        of = da.services_behind(run, service.constraints)[1],
      }
    end
  end
  return found
end

local function unique(list)
  local found, is_there = {}, {}
  for _, item in ipairs(list) do
    if not is_there[item] then found[#found + 1] = item end
    is_there[item] = true
  end
  return found
end

--- Reads the new file, and what it would change. What it saw is { contents=, file=, path=, changes=, images= }.
local function new_file(manager)
  return changes.on(manager, {
    name = "the new versions",
    function(host, run, seen)
      if not seen["the compose files are there"].complete then return {} end
      local given = run.params.versiontag
      local name = versions.replaced_file(run, given)
      if not name then
        return { finding(
          ("none of the stack's files has the name of %s"):format(given),
          ("it replaces one of these: %s"):format(table.concat(run.inventory.stack.files, ", "))) }
      end
      local contents, images, findings = file.read_local(given), {}, {}
      local new = described(run, host, name, contents)
      for _, service in ipairs(new) do
        images[#images + 1] = service.image
        if service.image == "" then
          findings[#findings + 1] = finding(("%s would have no image"):format(service.name),
            ("name its image in %s"):format(given))
        end
      end
      return findings, {
        contents = contents, file = name, path = versions.path_of(run, name), images = unique(images),
        changes = compare(run, stack.services(host, run.inventory.stack.name), new),
      }
    end,
  })
end

--- The stack runs on the nodes that the inventory says, so that what is wrong afterwards comes from the new versions.
local function layout_is_as_described(manager)
  return changes.on(manager, {
    name = "the nodes are as the inventory says",
    function(_, run)
      local nodes, findings = node.list(manager), {}
      if #nodes == 0 then return {} end                   -- a dry run
      for _, found in ipairs {
        layout.membership(run, nodes), layout.labels(da, run, nodes), layout.one_alone(da, nodes, "admin"),
      } do
        table.move(found, 1, #found, #findings + 1, findings)
      end
      if #stack.services(manager, run.inventory.stack.name) == 0 then
        findings[#findings + 1] = finding(
          ("the stack %s is not deployed"):format(run.inventory.stack.name), "docker stack deploy")
      end
      return findings
    end,
  })
end

--- Those of the images that are not on the host.
function versions.missing_images(host, images)
  local has, missing = {}, {}
  for _, there in ipairs(image.list(host)) do
    for _, names in ipairs { there.tags, there.digests } do
      for _, name in ipairs(names) do has[name] = true end
    end
  end
  for _, name in ipairs(images) do
    if not has[name] then missing[#missing + 1] = name end
  end
  return missing
end

--- Which of the new images are not on which hosts: saw `{ [host] = images }`. Without a file that brings them, an engine
--- must be able to fetch them; that can't be known in advance.
local function images_are_there(manager)
  return {
    name = "the new images",
    across = true,
    function(run, hosts)
      local given, findings, missing = run.params.images, {}, {}
      if given and not file.exists_local(given) then
        findings[1] = finding(("there is no file %s on this machine"):format(given),
          "make it where the images are: docker save --output FILE IMAGE…")
      end
      local wanted = hosts[manager.name] and hosts[manager.name]["the new versions"]
      if not wanted then return findings, missing end
      for index, lacks in ipairs(parallel(run.inventory.hosts, function(host)
        return hosts[host.name] and versions.missing_images(host, wanted.images) or {}
      end)) do
        local host = run.inventory.hosts[index]
        missing[host.name] = lacks
        if #lacks > 0 and not given then
          log.warn(("not on %s: %s; its engine must fetch that, or name a file that has it (--param images=FILE)")
            :format(host.name, table.concat(lacks, ", ")))
        end
      end
      return findings, missing
    end,
  }
end

--- What must hold before an upgrade; see checklist.lua.
function versions.checks(manager)
  return {
    checks.it_answers,
    changes.on(manager, checks.compose_files_exist),
    layout_is_as_described(manager),
    new_file(manager),
    images_are_there(manager),
  }
end

--- The stages of an upgrade: the changes of each service of the inventory, in that order, then all others. `order`: names
--- of the inventory's services, with commas between.
function versions.stages(planned, order)
  local stages, is_in = {}, {}
  local function add(name, belongs)
    local stage = { name = name, changes = {} }
    for _, change in ipairs(planned) do
      if not is_in[change.name] and belongs(change) then
        is_in[change.name] = true
        stage.changes[#stage.changes + 1] = change
      end
    end
    if #stage.changes > 0 then stages[#stages + 1] = stage end
  end
  for name in order:gmatch("[^,%s]+") do add(name, function(change) return change.of == name end) end
  add("all others", function() return true end)
  return stages
end

--- The compose file that keeps the services of later stages at the version that they have. It has the same version of
--- the format as the new file, because Docker requires that of all files that it merges.
local function held_back(contents, stages, from)
  local lines = { "# The services that an upgrade has not reached yet keep their versions." }
  lines[#lines + 1] = ("\n" .. contents):match("\n(version:[^\n]*)")
  lines[#lines + 1] = "services:"
  for index = from, #stages do
    for _, change in ipairs(stages[index].changes) do
      lines[#lines + 1] = ('  %s: { image: "%s" }'):format(change.name, change.held)
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

--- Where that file is during an upgrade.
function versions.held_back_path(wanted) return wanted.path .. ".held-back" end

--- Deploys the stack with the new versions of the first `count` stages; the others keep what they have.
function versions.deploy(run, manager, wanted, stages, count)
  local files = table.move(run.inventory.stack.files, 1, #run.inventory.stack.files, 1, {})
  if count < #stages then
    local path = versions.held_back_path(wanted)
    file.write(manager, path, held_back(wanted.contents, stages, count + 1))
    files[#files + 1] = path
  end
  stack.deploy(manager, {
    name = run.inventory.stack.name, directory = run.inventory.stack.directory, files = files,
    options = run.inventory.stack.deploy_options, environment = run.inventory.stack.environment,
  })
end

--- How what runs differs from what the compose files on the manager describe, as sentences.
local function differences(run, manager)
  local found = {}
  for _, differs in ipairs(
    layout.services(run, stack.services(manager, run.inventory.stack.name), described(run, manager))) do
    found[#found + 1] = differs.message
  end
  return found
end

--- The hosts that have the file, and whether it holds the new versions there, as `{ [name] = { is_new= } }`; only they
--- get the new one.
function versions.holders(run, wanted)
  local holders = {}
  for index, holds in ipairs(parallel(run.inventory.hosts, function(host)
    if not file.exists(host, wanted.path) then return false end
    return { is_new = file.read(host, wanted.path) == wanted.contents }
  end)) do
    holders[run.inventory.hosts[index].name] = holds or nil
  end
  return holders
end

--- Whether the new file is on all hosts, and every service runs as it says.
function versions.are_reached(run, manager, wanted, holders)
  for _, holds in pairs(holders) do
    if not holds.is_new then return false end
  end
  return #wanted.changes == 0 and #differences(run, manager) == 0 and da.compare(run).is_equal
end

--- Fails unless every service has the version that the compose files say.
function versions.verify(run, manager)
  local found = differences(run, manager)
  if #found > 0 then
    fail {
      message = "the services do not have the versions that the compose files say: " .. table.concat(found, "; "),
      hint = "read `docker stack services " .. run.inventory.stack.name .. "` on " .. manager.name
        .. ", then resume the run or roll it back",
    }
  end
end

return versions
