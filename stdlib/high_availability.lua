--- The vocabulary of high availability: how many managers, what may be multiplied, what must run on hosts of its own.
local checks = require "checks"
local da = require "digital_access"
local moves = require "moves"
local secure = require "secure_swarm"

local availability = {}

local function finding(message, hint, host) return { message = message, hint = hint, host = host and host.name } end

--- The services that move: all but the administration service, which runs once and stays where it is, and
--- the database, whose data do not follow a label.
function availability.services(run)
  local services = {}
  for _, service in ipairs(da.services_of(run)) do
    if service ~= "admin" and service ~= "postgres" then services[#services + 1] = service end
  end
  return services
end

--- What is wrong with the layout that the inventory describes, whatever the hosts may say.
function availability.problems(run)
  local found, count = {}, #run.inventory.managers
  local reason = count == 1 and "one manager survives no failure" or secure.problem_with_count(count)
  if reason then
    found[1] = finding(reason,
      "give 3, 5 or 7 hosts the role manager in the inventory, and say how many at its top: managers: 3")
  end
  for _, service in ipairs { "admin", "postgres" } do
    local hosts = da.hosts_of(run, service)
    if #hosts > 1 then
      found[#found + 1] = finding(("%s is given to %d hosts, and is never multiplied"):format(service, #hosts),
        "name it under one host", hosts[2])
    end
  end
  for _, host in ipairs(da.hosts_of(run, "accesspoint")) do
    if #host.services > 1 then
      found[#found + 1] = finding(("its access point shares it with other services (%s)"):format(
        table.concat(host.services, ", ")), "give an access point a host of its own", host)
    end
  end
  return found
end

--- Warns of what the layout leaves to one host.
function availability.warn(run)
  for _, service in ipairs(availability.services(run)) do
    local hosts = da.hosts_of(run, service)
    if #hosts == 1 then
      log.warn(("%s runs on %s only: nothing replaces it when that host fails"):format(service, hosts[1].name))
    end
  end
  for _, host in ipairs(da.hosts_of(run, "postgres")) do
    log.warn(("the database runs in the stack, on %s only: for high availability run it outside"):format(host.name))
  end
end

--- What is wrong with the present swarm: managers are only added here, none is made a worker, and all nodes must be up.
function availability.findings(run, layout)
  local found = {}
  for _, host in ipairs(run.inventory.hosts) do
    local member = moves.member(layout, host)
    if member and member.state ~= "ready" then
      found[#found + 1] = finding(("its node is %s"):format(member.state), "check whether its engine runs", host)
    end
    if member and member.role == "manager" and host.role ~= "manager" then
      found[#found + 1] = finding("it is a manager, and a worker in the inventory: managers are only added here",
        "docker node demote " .. member.id, host)
    end
  end
  return found
end

--- Each host that becomes a manager reaches the one that is asked, and is reached by it.
function availability.managers_reach(manager)
  return {
    name = "managers reach each other",
    on = function(host) return host.role == "manager" and host.name ~= manager.name end,
    function(host)
      local findings = {}
      for _, found in ipairs {
        checks.reach(host, manager, 2377, true) or false, checks.reach(host, manager, 7946, false) or false,
        checks.reach(manager, host, 2377, false) or false,
      } do
        if found then findings[#findings + 1] = found end
      end
      return findings
    end,
  }
end

--- Says what the load balancer needs to know.
function availability.print_access_points(run)
  local items = {}
  for _, host in ipairs(da.hosts_of(run, "accesspoint")) do
    items[#items + 1] = ("%s: %s"):format(host.name, host.address)
  end
  note("Configure these access points in the load balancer in front of them", items)
end

return availability
