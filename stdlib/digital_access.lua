--- The vocabulary of Digital Access: its services, their node labels, where they run.
---
--- A service of the inventory (`policy`) runs on the nodes that carry its label (`da-policy`), because the compose
--- files constrain it to that label. The names of the compose services are read from there, never assumed.
local checks = require "checks"
local layout = require "layout"
local per_run = require "per_run"

local da = {}

--- The services of the product, in the order of the article.
da.services = { "accesspoint", "authentication", "distribution", "policy", "admin", "postgres" }

--- The label that a service of the inventory needs on its node.
function da.label_of(service) return service == "postgres" and "postgres" or "da-" .. service end

--- The value that a label has where its service runs.
da.label_value = "true"

local function has(list, wanted)
  for _, item in ipairs(list) do
    if item == wanted then return true end
  end
  return false
end

--- Whether the inventory gives the service to that host.
function da.hosts_service(host, service) return has(host.services, service) end

--- The services of the inventory: the product's own, then the others that it names; and the hosts of each.
local placed = per_run(function(run)
  local services, hosts_of = table.move(da.services, 1, #da.services, 1, {}), {}
  for _, service in ipairs(services) do hosts_of[service] = {} end
  for _, host in ipairs(run.inventory.hosts) do
    for _, service in ipairs(host.services) do
      if not hosts_of[service] then
        services[#services + 1] = service
        hosts_of[service] = {}
      end
      table.insert(hosts_of[service], host)
    end
  end
  return { services = services, hosts_of = hosts_of }
end)

--- The hosts to which the inventory gives the service.
function da.hosts_of(run, service) return placed(run).hosts_of[service] or {} end

--- The product's services, then the others that the inventory names.
function da.services_of(run) return placed(run).services end

--- The labels that the host must have: those of its services, and those that the inventory adds.
function da.labels_for(host)
  local labels = {}
  for name, value in pairs(host.labels or {}) do labels[name] = value end
  for _, service in ipairs(host.services) do labels[da.label_of(service)] = da.label_value end
  return labels
end

--- The labels that each host must have, by host name.
function da.planned_labels(run)
  local planned = {}
  for _, host in ipairs(run.inventory.hosts) do planned[host.name] = da.labels_for(host) end
  return planned
end

--- Whether the inventory says where the service runs. It need not say so for the database, which may be elsewhere; then
--- its label is left alone.
function da.is_placed(run, service) return service ~= "postgres" or #da.hosts_of(run, service) > 0 end

--- The labels of services that do not run on the host. `postgres` is never among them on the host that keeps the
--- database.
function da.labels_to_drop(run, host)
  local names, wanted = {}, da.labels_for(host)
  for _, service in ipairs(da.services_of(run)) do
    local name = da.label_of(service)
    if da.is_placed(run, service) and not wanted[name] then names[#names + 1] = name end
  end
  return names
end

--- What must hold before anything is changed; see checklist.lua.
da.checks = {
  checks.it_answers,
  checks.address_is_named,
  checks.token_matches,
  checks.compose_files_exist,
  checks.placement_is_possible(function(run) return da.planned_labels(run) end),
  checks.nodes_reach_each_other,
  checks.swarms_are_as_expected,
  checks.clocks_agree,
  checks.untested_ports,
}

--- Deploys the stack from its directory on the manager, with the compose file and its override files.
function da.deploy(run, manager)
  local wanted = run.inventory.stack
  return stack.deploy(manager, {
    name = wanted.name,
    directory = wanted.directory,
    files = wanted.files,
    options = wanted.deploy_options,
    environment = wanted.environment,
  })
end

--- Deploys the stack on a host and waits until its services run there again, as before the procedure.
function da.start(run, host)
  da.deploy(run, host)
  stack.wait(host, run.inventory.stack.name)
end

--- The swarm that a host is in, and the labels of its node if it manages that swarm itself.
function da.own_swarm(host)
  local info = swarm.info(host)
  return { node_id = info.node_id, is_manager = info.is_manager, labels = info.is_manager and label.get(host) or {} }
end

--- Makes a host a swarm of its own again, with the labels that it had.
function da.restore_swarm(host, labels)
  swarm.init(host)
  label.set(host, labels)
end

--- Takes a worker out of the manager's swarm, with nothing of it left behind. `id`: its node ID there, where known.
function da.take_out(worker, manager, id)
  local info = swarm.info(worker)
  if info.state ~= "inactive" then swarm.leave(worker, { force = true }) end
  if not id and info.node_id ~= "" then id = info.node_id end
  if id then node.remove(manager, id, { force = true }) end
end

--- The services of the inventory whose label a compose service is constrained to.
function da.services_behind(run, constraints)
  local found = {}
  for _, service in ipairs(da.services_of(run)) do
    for _, constraint in ipairs(constraints) do
      local name = constraint:match("^%s*node%.labels%.([^%s=!]+)%s*==")
      if name == da.label_of(service) then found[#found + 1] = service end
    end
  end
  return found
end

--- The hosts of the inventory that are nodes of the manager's swarm, as `{ [name] = true }`.
function da.members(manager)
  local members = {}
  for _, member in ipairs(node.list(manager)) do
    if member.host then members[member.host] = true end
  end
  return members
end

--- Compares what runs with the inventory. Returns { is_equal=, differences= }, the differences as sentences: without
--- differences every service runs where the inventory says.
function da.compare(run)
  local manager, stack_name = run.inventory.manager, run.inventory.stack.name
  local nodes = node.list(manager)
  if #nodes == 0 then return nodes end                 -- a plan: not known before the changes are made
  local services, tasks = stack.services(manager, stack_name), stack.tasks(manager, stack_name)
  local differences = {}
  for _, findings in ipairs {
    layout.membership(run, nodes), layout.labels(da, run, nodes), layout.one_alone(da, nodes, "admin"),
    layout.tasks(da, run, services, tasks),
  } do
    for _, finding in ipairs(findings) do
      differences[#differences + 1] = (finding.host and finding.host .. ": " or "") .. finding.message
    end
  end
  return { is_equal = #differences == 0, differences = differences }
end

--- Fails unless every service runs where the inventory says and only one node carries da-admin; warns of entries that
--- other hosts have left behind in the swarm.
function da.verify(run)
  local compared = da.compare(run)
  if compared.is_equal == false then
    fail {
      message = "the swarm is not as the inventory says: " .. table.concat(compared.differences, "; "),
      hint = "read `docker node ls` and `docker stack ps " .. run.inventory.stack.name .. "` on "
        .. run.inventory.manager.name .. ", then resume the run",
    }
  end
  for _, entry in ipairs(node.stale(run.inventory.manager)) do
    log.warn(("the swarm still lists the node %s (%s), which is down and not in the inventory; if you don't need it: "
      .. "docker node rm %s"):format(entry.id, entry.hostname, entry.id))
  end
end

--- Fails unless the services reach each other across hosts; says where that can't be tested. `timeout`: how long the
--- engines may take to learn of each other's tasks.
function da.verify_network(run, timeout)
  local found = stack.wait_reachable(run.inventory.manager, run.inventory.stack.name, { timeout = timeout })
  for _, unknown in ipairs(found.unknown) do
    log.warn(("can't test whether services on %s reach those on other hosts: %s"):format(unknown.host, unknown.reason))
  end
  if (found.untested or 0) > 0 then
    log.info(("%s connections between services on different hosts work; %s more were not tested, to save time"):format(
      found.working, found.untested))
  end
end

--- Shows what a person must enter in the administration: the addresses at which services run now.
function da.print_addresses(run)
  local manager = run.inventory.manager
  local items = {}
  for _, host in ipairs(da.hosts_of(run, "accesspoint")) do
    items[#items + 1] = ("access point on %s: %s"):format(host.name, host.address)
  end
  for _, service in ipairs(da.services_of(run)) do
    for _, host in ipairs(da.hosts_of(run, service)) do
      if service ~= "accesspoint" and host.name ~= manager.name then
        items[#items + 1] = ("%s on %s: %s in place of 127.0.0.1"):format(service, host.name, host.address)
      end
    end
  end
  note("Enter these addresses in the administration, under system management", items)
end

return da
