--- The vocabulary of Digital Access: its services, their node labels, where they run.
---
--- A service of the inventory (`policy`) runs on the nodes that carry its label (`da-policy`), because the compose
--- files constrain it to that label. The names of the compose services are read from there, never assumed.
local checks = require "checks"

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

--- The hosts to which the inventory gives the service.
function da.hosts_of(run, service)
  local found = {}
  for _, host in ipairs(run.inventory.hosts) do
    if da.hosts_service(host, service) then found[#found + 1] = host end
  end
  return found
end

--- The product's services, and after them what else the inventory names.
function da.services_of(run)
  local services = table.move(da.services, 1, #da.services, 1, {})
  for _, host in ipairs(run.inventory.hosts) do
    for _, service in ipairs(host.services) do
      if not has(services, service) then services[#services + 1] = service end
    end
  end
  return services
end

--- The labels that the host is to have: those of its services, and those that the inventory adds.
function da.labels_for(host)
  local labels = {}
  for name, value in pairs(host.labels or {}) do labels[name] = value end
  for _, service in ipairs(host.services) do labels[da.label_of(service)] = da.label_value end
  return labels
end

--- The labels that each host is to have, by host name.
function da.planned_labels(run)
  local planned = {}
  for _, host in ipairs(run.inventory.hosts) do planned[host.name] = da.labels_for(host) end
  return planned
end

--- Whether the inventory says where the service runs. It need not say so of the database, which may be elsewhere; its
--- label is left alone then.
local function is_placed(run, service) return service ~= "postgres" or #da.hosts_of(run, service) > 0 end

--- The labels of services that do not run on the host. `postgres` is never among them on the host that keeps the
--- database.
function da.labels_to_drop(run, host)
  local names, wanted = {}, da.labels_for(host)
  for _, service in ipairs(da.services_of(run)) do
    local name = da.label_of(service)
    if is_placed(run, service) and not wanted[name] then names[#names + 1] = name end
  end
  return names
end

--- What must hold before anything is changed; see preflight.lua.
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
  })
end

--- Deploys the stack on a host and waits until its services run there again, as before the procedure.
function da.start(run, host)
  da.deploy(run, host)
  stack.wait(host, run.inventory.stack.name)
end

--- The swarm that a host is in, and the labels of its node where it manages that swarm itself.
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
local function services_behind(run, constraints)
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

--- How the swarm's nodes differ from the inventory: members, roles, labels.
local function node_differences(run, nodes, add)
  local of_host, admins = {}, {}
  for _, member in ipairs(nodes) do
    if member.host then of_host[member.host] = member end
    if member.labels["da-admin"] == da.label_value then admins[#admins + 1] = member.host or member.id end
  end
  for _, host in ipairs(run.inventory.hosts) do
    local member = of_host[host.name]
    if not member then
      add("%s is not part of the manager's swarm", host)
    else
      if member.state ~= "ready" then add("%s is %s", host, member.state) end
      if member.role ~= host.role then add("%s is a %s in the swarm, not a %s", host, member.role, host.role) end
      for name, value in pairs(da.labels_for(host)) do
        if member.labels[name] ~= value then add("%s lacks the label %s=%s", host, name, value) end
      end
      for _, name in ipairs(da.labels_to_drop(run, host)) do
        if member.labels[name] then add("%s carries the label %s of a service that runs elsewhere", host, name) end
      end
    end
  end
  if #admins > 1 then
    add("%d nodes carry da-admin (%s), which one alone may have", #admins, table.concat(admins, ", "))
  end
end

--- How often each service of the stack runs on each host, as `{ [service] = { [host] = count } }`.
local function running_tasks(run)
  local running = {}
  for _, task in ipairs(stack.tasks(run.inventory.manager, run.inventory.stack.name)) do
    if task.state == "running" then
      local on = task.host or task.node
      running[task.service] = running[task.service] or {}
      running[task.service][on] = (running[task.service][on] or 0) + 1
    end
  end
  return running
end

--- How the places of one service of the stack differ from those of a service of the inventory.
local function place_differences(run, service, here, inventory_service, add)
  local expected, is_expected = da.hosts_of(run, inventory_service), {}
  for _, host in ipairs(expected) do
    is_expected[host.name] = true
    -- A service with fewer tasks than hosts leaves some of them without one.
    if service.desired >= #expected and not here[host.name] then
      add("%s does not run on %s", service.name, host)
    end
  end
  for on in pairs(here) do
    if not is_expected[on] then add("%s runs on %s, where the inventory does not put it", service.name, on) end
  end
end

--- How the stack's services and tasks differ from the inventory.
local function stack_differences(run, add)
  local services = stack.services(run.inventory.manager, run.inventory.stack.name)
  if #services == 0 then add("the stack %s is not deployed", run.inventory.stack.name) end
  local running = running_tasks(run)
  for _, service in ipairs(services) do
    if service.running < service.desired then
      add("%s runs %d of %d times", service.name, service.running, service.desired)
    end
    for _, inventory_service in ipairs(services_behind(run, service.constraints)) do
      if is_placed(run, inventory_service) then
        place_differences(run, service, running[service.name] or {}, inventory_service, add)
      end
    end
  end
end

--- Compares what runs with the inventory. Returns { is_equal=, differences= }, the differences as sentences: every
--- service runs where the inventory says when there is none.
function da.compare(run)
  local nodes = node.list(run.inventory.manager)
  if #nodes == 0 then return nodes end                 -- a plan: not known before the changes are made
  local found = {}
  local function add(text, ...)
    local values = table.pack(...)
    for i = 1, values.n do
      if type(values[i]) ~= "number" then values[i] = tostring(values[i]) end
    end
    found[#found + 1] = text:format(table.unpack(values, 1, values.n))
  end
  node_differences(run, nodes, add)
  stack_differences(run, add)
  table.sort(found)
  return { is_equal = #found == 0, differences = found }
end

--- Fails unless every service runs where the inventory says and one node alone carries da-admin; warns of entries that
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
    log.warn(("the swarm still lists the node %s (%s), which is down and no host of the inventory; if it is of no use: "
      .. "docker node rm %s"):format(entry.id, entry.hostname, entry.id))
  end
end

--- Fails unless the services reach each other across hosts; says where that can't be told. `timeout`: how long the
--- engines may take to tell each other of them.
function da.verify_network(run, timeout)
  local found = stack.wait_reachable(run.inventory.manager, run.inventory.stack.name, { timeout = timeout })
  for _, untold in ipairs(found.untold) do
    log.warn(("can't tell whether services on %s reach those on other hosts: %s"):format(untold.host, untold.reason))
  end
end

--- Shows what a person must enter in the administration: the addresses behind which services run now.
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
