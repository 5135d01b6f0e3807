--- How the running layout differs from the intended one, service by service.
---
--- The inventory describes the layout after a change. A *move* is what one service needs to get there: the hosts that
--- get its label and those that lose it. What does not move is not touched, and keeps running.
local da = require "digital_access"

local moves = {}

--- The node of a host in the layout that was read; nil if it is not a node.
function moves.member(layout, host)
  for _, member in ipairs(layout.nodes) do
    if member.host == host.name then return member end
  end
end

--- The parts of the stack that run where a service's label is: services of the compose files.
local function parts_of(layout, service)
  local parts = {}
  for _, part in ipairs(layout.services) do
    for _, constraint in ipairs(part.constraints) do
      if constraint:match("^%s*node%.labels%.([^%s=!]+)%s*==") == da.label_of(service) then
        parts[#parts + 1] = { name = part.name, is_global = part.mode == "global" }
        break
      end
    end
  end
  return parts
end

--- What each of the services needs to get where the inventory puts it; nothing for those that are there already.
--- `except`: the ID of a node that is gone for good.
function moves.of(run, layout, services, except)
  local found = {}
  for _, service in ipairs(services) do
    local move = { name = service, label = da.label_of(service), to = {}, from = {}, strangers = {}, hosts = {} }
    local carries = {}
    for _, member in ipairs(layout.nodes) do
      if member.labels[move.label] == da.label_value and member.id ~= except then
        carries[member.host or member.id] = true
        if not member.host then move.strangers[#move.strangers + 1] = member.id end
      end
    end
    for _, host in ipairs(run.inventory.hosts) do
      if da.hosts_service(host, service) then
        move.hosts[#move.hosts + 1] = host.name
        if not carries[host.name] then move.to[#move.to + 1] = host.name end
      elseif carries[host.name] then
        move.from[#move.from + 1] = host.name
      end
    end
    if da.is_placed(run, service) and #move.to + #move.from + #move.strangers > 0 then
      move.parts = parts_of(layout, service)
      found[#found + 1] = move
    end
  end
  return found
end

--- The services whose labels a node carries.
function moves.services_on(run, member)
  local services = {}
  for _, service in ipairs(da.services_of(run)) do
    if member and member.labels[da.label_of(service)] == da.label_value then services[#services + 1] = service end
  end
  return services
end

return moves
