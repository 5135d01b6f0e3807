--- How what runs differs from what the inventory describes. Nothing here asks a host: the functions compare what was
--- read, and return findings, a list of { message=, host=, hint=, cause= }.
---
--- `product` is the vocabulary of the product, see digital_access.lua; `nodes`, `services` and `tasks` are what
--- node.list, stack.services and stack.tasks returned.
local layout = {}

--- A list of findings, and the function that adds to it.
local function collect()
  local findings = {}
  return findings, function(host, hint, text, ...)
    findings[#findings + 1] = { host = host, hint = hint, message = text:format(...) }
  end
end

local function sorted_keys(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

--- The nodes that the inventory's hosts are, by host name. `silent`: the names of hosts that could not be asked which
--- node they are, as `{ [name] = true }`; their nodes are found by their addresses.
function layout.members(run, nodes, silent)
  local members, taken = {}, {}
  for _, member in ipairs(nodes) do
    if member.host then
      members[member.host] = member
      taken[member.id] = true
    end
  end
  if not silent or next(silent) == nil then return members, taken end
  for _, host in ipairs(run.inventory.hosts) do
    local found
    for _, member in ipairs(silent[host.name] and nodes or {}) do
      -- Of several at one address, one that is ready: the others are what it was before.
      if not taken[member.id] and member.address == layout.swarm_address(host)
        and (not found or (found.state ~= "ready" and member.state == "ready")) then
        found = member
      end
    end
    if found then
      members[host.name] = found
      taken[found.id] = true
    end
  end
  return members, taken
end

--- The address that the swarm knows a host by.
function layout.swarm_address(host) return host.advertise_address or host.address end

local unknown_addresses = { [""] = true, ["0.0.0.0"] = true, ["127.0.0.1"] = true, ["::"] = true, ["::1"] = true }

--- The host that a node was before: it left as this node and joined again, and the swarm lists both, for some 15 s both
--- as ready. Returns the host's name and the node that it is now; nothing if the node is another machine. `members`:
--- see layout.members.
function layout.rejoined(members, entry)
  for _, name in ipairs(sorted_keys(members)) do
    local member = members[name]
    if member.id ~= entry.id and member.hostname == entry.hostname
      and (member.address == entry.address or unknown_addresses[member.address] or unknown_addresses[entry.address]) then
      return name, member
    end
  end
end

local availability = { drain = "drained", pause = "paused" }

--- Each host is a node of the swarm, ready, takes tasks, and has the role that the inventory gives it.
function layout.membership(run, nodes, silent)
  local findings, add = collect()
  local members = layout.members(run, nodes, silent)
  for _, host in ipairs(run.inventory.hosts) do
    local member = members[host.name]
    if not member then
      add(host.name, "let it join: `runbook run distribute.lua`, or `docker swarm join` on it",
        "it is not part of the swarm of %s", run.inventory.manager.name)
    else
      if member.state ~= "ready" then
        add(host.name, "check whether it is up and its engine runs: systemctl status docker", "its node is %s",
          member.state)
      end
      if member.availability and member.availability ~= "active" then
        add(host.name, "docker node update --availability active " .. member.id, "its node is %s, and takes no tasks",
          availability[member.availability] or member.availability)
      end
      if member.role ~= host.role then
        add(host.name, ("docker node %s %s"):format(host.role == "manager" and "promote" or "demote", member.id),
          "it is a %s in the swarm, not a %s", member.role, host.role)
      end
    end
  end
  return findings
end

--- No node is in the swarm besides the inventory's hosts, and no entry is left of hosts that are gone.
function layout.strangers(run, nodes, silent)
  local findings, add = collect()
  local members, taken = layout.members(run, nodes, silent)
  for _, member in ipairs(nodes) do
    if not taken[member.id] then
      local before, now = layout.rejoined(members, member)
      if before then
        add(nil, ("%sdocker node rm %s; leave %s as it is"):format(
            member.state == "down" and "" or "some 15 s after it left, when that node is down: ", member.id, before),
          "the swarm still lists %s as the node %s, as which it left; it has joined again as %s", before, member.id,
          now.id)
      elseif member.state == "down" then
        add(nil, "if you don't need it: docker node rm " .. member.id,
          "the swarm still lists the node %s (%s), which is down and not in the inventory", member.id,
          member.hostname)
      else
        add(nil, "name it in the inventory, or let it leave: docker swarm leave",
          "the node %s (%s, %s) is in the swarm, but not in the inventory", member.id, member.hostname,
          member.address)
      end
    end
  end
  return findings
end

--- Each node has the labels of its services and those that the inventory adds, and none of a service that runs
--- elsewhere.
function layout.labels(product, run, nodes, silent)
  local findings, add = collect()
  local members = layout.members(run, nodes, silent)
  for _, host in ipairs(run.inventory.hosts) do
    local member = members[host.name]
    if member then
      local wanted = product.labels_for(host)
      for _, name in ipairs(sorted_keys(wanted)) do
        if member.labels[name] ~= wanted[name] then
          local now = member.labels[name] and ("; it has %s=%s"):format(name, member.labels[name]) or ""
          add(host.name, ("docker node update --label-add %s=%s %s"):format(name, wanted[name], member.id),
            "it lacks the label %s=%s%s", name, wanted[name], now)
        end
      end
      for _, name in ipairs(product.labels_to_drop(run, host)) do
        if member.labels[name] then
          add(host.name, ("docker node update --label-rm %s %s"):format(name, member.id),
            "it carries the label %s of a service that runs elsewhere", name)
        end
      end
    end
  end
  return findings
end

--- Only one node has the label of a service that runs once.
function layout.one_alone(product, nodes, service)
  local findings, add = collect()
  local name, carriers = product.label_of(service), {}
  for _, member in ipairs(nodes) do
    if member.labels[name] == product.label_value then carriers[#carriers + 1] = member.host or member.id end
  end
  if #carriers ~= 1 then
    local who = #carriers == 0 and "no node carries" or ("%d nodes carry"):format(#carriers)
    local names = #carriers > 0 and (" (%s)"):format(table.concat(carriers, ", ")) or ""
    add(nil, ("leave the label on the host that the inventory gives %s"):format(service),
      "%s %s%s, which exactly one must have", who, name, names)
  end
  return findings
end

--- A constraint without regard to how it is spaced.
local function plain(constraint) return (constraint:gsub("%s+", "")) end

local function constraint_set(constraints)
  local set = {}
  for _, constraint in ipairs(constraints) do set[#set + 1] = plain(constraint) end
  table.sort(set)
  return table.concat(set, ", ")
end

local function without_digest(image) return (image:gsub("@.*$", "")) end

--- How one service differs from what the compose files describe.
local function description_findings(service, wanted, add)
  if service.mode ~= wanted.mode then
    add("%s is a %s service, the compose files say %s", service.name, service.mode, wanted.mode)
  elseif service.mode == "replicated" and service.desired ~= wanted.replicas then
    add("%s should run %d times, the compose files say %d", service.name, service.desired, wanted.replicas)
  end
  if wanted.image ~= "" and without_digest(service.image) ~= without_digest(wanted.image) then
    add("%s has the image %s, the compose files say %s", service.name, without_digest(service.image), wanted.image)
  end
  local is, should = constraint_set(service.constraints), constraint_set(wanted.constraints)
  if is ~= should then
    add("%s is constrained to \"%s\", the compose files say \"%s\"", service.name, is, should)
  end
end

--- The deployed services are those of the compose files, with their constraints, numbers and images. `described` is
--- what stack.described returned.
function layout.services(run, services, described)
  local findings, add_to = collect()
  local stack_name = run.inventory.stack.name
  local deployed, known = {}, {}
  local hint = "deploy the stack again: runbook run distribute.lua, or docker stack deploy on "
    .. run.inventory.manager.name
  local function add(text, ...) add_to(nil, hint, text, ...) end
  if #services == 0 then
    add("the stack %s is not deployed", stack_name)
    return findings
  end
  for _, service in ipairs(services) do deployed[service.name] = service end
  for _, wanted in ipairs(described) do
    local name = stack_name .. "_" .. wanted.name
    known[name] = true
    if not deployed[name] then
      add("the service %s of the compose files is not deployed", name)
    else
      description_findings(deployed[name], wanted, add)
    end
  end
  for _, service in ipairs(services) do
    if not known[service.name] then
      add_to(nil, "if you don't need it: docker service rm " .. service.name,
        "the service %s belongs to the stack, but is in none of the compose files", service.name)
    end
  end
  return findings
end

--- How often each service of the stack runs on each host, as `{ [service] = { [host] = count } }`, and what the tasks
--- that do not run say of it, as `{ [service] = text }`.
local function by_service(tasks, host_of)
  local running, trouble = {}, {}
  for _, task in ipairs(tasks) do
    if task.state == "running" then
      local on = task.host or host_of[task.node] or task.node
      running[task.service] = running[task.service] or {}
      running[task.service][on] = (running[task.service][on] or 0) + 1
    elseif task.error ~= "" then
      trouble[task.service] = task.error
    end
  end
  return running, trouble
end

--- How the places of one service of the stack differ from those of a service of the inventory.
local function place_findings(product, run, service, here, inventory_service, add)
  local expected, is_expected, is_host = product.hosts_of(run, inventory_service), {}, {}
  for _, host in ipairs(run.inventory.hosts) do is_host[host.name] = true end
  for _, host in ipairs(expected) do
    is_expected[host.name] = true
    -- A service with fewer tasks than hosts leaves some of them without one.
    if not here[host.name] and (service.desired >= #expected or next(here) == nil) then
      add(host.name, nil, "%s does not run here, where the inventory puts it", service.name)
    end
  end
  for _, on in ipairs(sorted_keys(here)) do
    local host = is_host[on] and on or nil             -- else the ID of a node that is not a host
    local where = host and "here" or "on the node " .. on
    if not is_expected[on] then
      add(host, nil, "%s runs %s, where the inventory does not put it", service.name, where)
    end
  end
end

--- Every service runs as often as it should, where the inventory says. `more.members`: the nodes by host name, see
--- layout.members; `more.causes`: why a service does not run, by its name, if that is known better than from the tasks'
--- own words.
function layout.tasks(product, run, services, tasks, more)
  local findings, add = collect()
  local host_of, causes = {}, more and more.causes or {}
  for name, member in pairs(more and more.members or {}) do host_of[member.id] = name end
  local running, trouble = by_service(tasks, host_of)
  local stack_name = run.inventory.stack.name
  for _, service in ipairs(services) do
    if service.running < service.desired then
      add(nil, "docker service ps --no-trunc " .. service.name, "%s runs %d of %d times", service.name, service.running,
        service.desired)
      findings[#findings].cause = causes[service.name] or trouble[service.name]
    end
    for _, inventory_service in ipairs(product.services_behind(run, service.constraints)) do
      if product.is_placed(run, inventory_service) then
        place_findings(product, run, service, running[service.name] or {}, inventory_service, add)
      end
    end
  end
  if #services == 0 then
    add(nil, "runbook run distribute.lua", "the stack %s is not deployed", stack_name)
  end
  return findings
end

return layout
