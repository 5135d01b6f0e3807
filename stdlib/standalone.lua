--- Standalone appliances: each is a swarm of one node, with the labels of all its services and its own stack running.
local checks = require "checks"
local da = require "digital_access"

local standalone = {}

--- What the compose files on a host describe.
local function described(run, host)
  local wanted = run.inventory.stack
  return stack.described(host, {
    directory = wanted.directory, files = wanted.files, environment = wanted.environment,
  })
end

--- The labels that a host has if it runs the product by itself: of every service that its compose files tie to a label,
--- and those that the inventory adds.
function standalone.labels(run, host, services)
  local labels = {}
  for name, value in pairs(host.labels or {}) do labels[name] = value end
  for _, service in ipairs(services) do
    for _, name in ipairs(da.services_behind(run, service.constraints)) do
      labels[da.label_of(name)] = da.label_value
    end
  end
  return labels
end

--- The other nodes of a swarm that are in use: without entries that are down and belong to no host of the inventory.
local function others(nodes, host)
  local names = {}
  for _, member in ipairs(nodes) do
    if member.host ~= host.name and (member.host or member.state ~= "down") then
      names[#names + 1] = member.host or member.id
    end
  end
  return names
end

--- What a host that manages a swarm lacks to run the product by itself.
local function missing(run, host, labels, services)
  local differences, stack_name = {}, run.inventory.stack.name
  local function add(text, ...) differences[#differences + 1] = text:format(...) end
  local with = others(node.list(host), host)
  if #with > 0 then add("its swarm has other nodes: %s", table.concat(with, ", ")) end
  local own = label.get(host)
  for name, value in pairs(labels) do
    if own[name] ~= value then add("it lacks the label %s=%s", name, value) end
  end
  local deployed = {}
  for _, service in ipairs(stack.services(host, stack_name)) do
    deployed[service.name] = true
    if service.running < service.desired or service.desired == 0 then
      add("%s runs %d of %d times", service.name, service.running, service.desired)
    end
  end
  for _, service in ipairs(services) do
    local name = stack_name .. "_" .. service.name
    if service.replicas > 0 and not deployed[name] then add("%s is not deployed", name) end
  end
  table.sort(differences)
  return differences
end

--- How a host runs now: its node ID, its labels if it manages a swarm, the labels that it has by itself, and whether it
--- already runs by itself.
function standalone.look(run, host)
  local info, services = swarm.info(host), described(run, host)
  local wanted = standalone.labels(run, host, services)
  local found = { node_id = info.node_id, is_manager = info.is_manager, wanted = wanted }
  if info.is_manager then
    found.labels = label.get(host)
    found.differences = missing(run, host, wanted, services)
  else
    found.differences = { info.state == "active" and "it is a worker in a swarm" or "it is in no swarm" }
  end
  found.is_standalone = #found.differences == 0
  return found
end

--- A check of the manager, on every host: each appliance deploys by itself.
local function everywhere(check)
  local copy = {}
  for key, value in pairs(check) do copy[key] = value end
  copy.on = "every host"
  return copy
end

--- Every service of the host's compose files finds its place on the host alone.
local every_service_runs_alone = {
  name = "every service can run on it alone",
  function(host, run, seen)
    if not seen["the compose files are there"].complete then return {} end
    local wanted, findings = run.inventory.stack, {}
    local labels = standalone.labels(run, host, described(run, host))
    for _, homeless in ipairs(stack.check_placement(host, {
      directory = wanted.directory, files = wanted.files, labels = { [host.name] = labels },
      environment = wanted.environment,
    })) do
      if homeless.certain then
        findings[#findings + 1] = { message = homeless.message, cause = homeless.cause, hint = homeless.hint }
      end
    end
    return findings
  end,
}

--- No other node would lose services when the manager's stack is stopped.
local nobody_else_is_served = {
  name = "no other node is in the swarm",
  on = "manager",
  function(host, _, seen)
    local findings = {}
    if not seen["it answers"].swarm.is_manager then return {} end     -- a finding of its own
    for _, member in ipairs(node.list(host)) do
      if not member.host and member.state ~= "down" then
        findings[#findings + 1] = {
          message = ("the node %s (%s, %s) is in the swarm, but not in the inventory: it would lose its services")
            :format(member.id, member.hostname, member.address),
          hint = "name it in the inventory, or take it out of the swarm first",
        }
      end
    end
    return findings
  end,
}

--- What must hold before the appliances are separated.
standalone.checks = {
  checks.it_answers,
  checks.address_is_named,
  everywhere(checks.compose_files_exist),
  every_service_runs_alone,
  nobody_else_is_served,
  checks.swarms_are_as_expected,
}

--- The workers' nodes in the manager's swarm, as `{ [host] = { id=, labels= } }`.
function standalone.members(run)
  local members = {}
  for _, member in ipairs(node.list(run.inventory.manager)) do
    if member.host and member.host ~= run.inventory.manager.name then
      members[member.host] = { id = member.id, labels = member.labels }
    end
  end
  return members
end

--- Lets a worker join the manager's swarm again, with the labels that it had there. `former`: its ID and labels there;
--- nothing is left of the node that it was.
function standalone.bring_back(worker, manager, former)
  swarm.join(worker, { manager = manager, token = swarm.join_token(manager, "worker") })
  label.set(worker, former.labels, { on = manager })
  if swarm.info(worker).node_id ~= former.id then node.remove(manager, former.id, { force = true }) end
end

--- Fails unless the host runs the product by itself.
function standalone.verify(run, host)
  local found = standalone.look(run, host)
  if found.is_standalone == false then
    fail {
      message = "it does not run by itself: " .. table.concat(found.differences, "; "), host = host,
      hint = ("read `docker node ls` and `docker stack ps %s` on it, then resume the run"):format(
        run.inventory.stack.name),
    }
  end
end

--- Warns of what other hosts have left behind in the manager's swarm.
function standalone.warn_of_stale(manager)
  for _, entry in ipairs(node.stale(manager)) do
    log.warn(("the swarm of %s still lists the node %s (%s), which is down and not in the inventory; if you don't need "
      .. "it: docker node rm %s"):format(manager.name, entry.id, entry.hostname, entry.id))
  end
end

--- Shows what a person must enter in each appliance's administration: its services are its own again.
function standalone.print_addresses(run)
  local items = {}
  for _, host in ipairs(run.inventory.hosts) do
    items[#items + 1] = ("%s: 127.0.0.1 for every service, and %s for its access point"):format(host.name, host.address)
  end
  note("Enter these addresses in each appliance's own administration, under system management", items)
end

return standalone
