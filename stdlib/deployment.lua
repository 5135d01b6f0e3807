--- The checks of a running deployment: is it as the inventory and the compose files say? Each is an entry for
--- checklist.lua: it only reads, and returns findings.
local checks = require "checks"
local da = require "digital_access"
local layout = require "layout"

local deployment = {}

local function finding(message, hint, host) return { message = message, hint = hint, host = host and host.name } end

--- What the first manager that could be asked knows, and that manager; nothing if none could be asked.
local function told_by_manager(run, hosts)
  for _, manager in ipairs(run.inventory.managers) do
    local seen = hosts[manager.name]
    if seen then return seen["what the manager knows"], manager end
  end
end

--- The hosts that could not be asked, as `{ [name] = true }`.
local function silent_hosts(run, hosts)
  local silent = {}
  for _, host in ipairs(run.inventory.hosts) do silent[host.name] = hosts[host.name] == nil end
  return silent
end

--- The hosts that are not nodes of the swarm, as `{ [name] = true }`.
local function absent_hosts(run, nodes, silent)
  local members, absent = layout.members(run, nodes, silent), {}
  for _, host in ipairs(run.inventory.hosts) do absent[host.name] = members[host.name] == nil end
  return absent
end

--- A check of the swarm, by what a manager knows; the manager can be asked for more.
local function of_swarm(name, compare)
  return {
    name = name,
    across = true,
    function(run, hosts)
      local told, manager = told_by_manager(run, hosts)
      if not told then return false end
      return compare(run, told, silent_hosts(run, hosts), manager)
    end,
  }
end

--- Why services do not run, by their names.
local function causes(manager, stack_name, services)
  local found = {}
  for _, service in ipairs(services) do
    if service.running < service.desired then
      for _, problem in ipairs(stack.problems(manager, { stack = stack_name, log_lines = 0 })) do
        found[problem.service] = found[problem.service] or problem.message
      end
      return found
    end
  end
  return found
end

--- Everything that a manager says, at one moment: the nodes, the services and why some do not run, the tasks.
local what_the_manager_knows = {
  name = "what the manager knows",
  on = "manager",
  function(host, run)
    local name = run.inventory.stack.name
    return {}, parallel {
      nodes = function() return node.list(host) end,
      tasks = function() return stack.tasks(host, name) end,
      services = function()
        local services = stack.services(host, name)
        return { list = services, causes = causes(host, name, services) }
      end,
    }
  end,
}

--- The deployed services are those of the compose files.
local services_are_described = of_swarm("the services are those of the compose files", function(run, told, _, manager)
  local wanted = run.inventory.stack
  local described = stack.described(manager, {
    directory = wanted.directory, files = wanted.files, environment = wanted.environment,
  })
  return layout.services(run, told.services.list, described)
end)

--- What is wrong with a node's certificate.
local function certificate_findings(host, certificate, info, days, add)
  if certificate.node_id ~= info.node_id then
    add("its certificate is that of another node, %s", certificate.node_id)
  end
  if info.cluster_id ~= "" and certificate.swarm ~= info.cluster_id then
    add("its certificate is for another swarm, %s", certificate.swarm)
  end
  if certificate.role ~= host.role then
    add("its certificate is that of a %s, not of a %s", certificate.role, host.role)
  end
  if certificate.is_expired then
    add("its certificate expired at %s", time.text(certificate.not_after))
  elseif certificate.days_left < days then
    local left = certificate.days_left
    local span = left < 2 and ("%.1f hours"):format(left * 24) or ("%.1f days"):format(left)
    add("its certificate expires in %s, at %s", span, time.text(certificate.not_after))
  elseif certificate.is_renewal_overdue then
    add("its certificate should have been renewed by %s, and was not", time.text(certificate.renews_until))
  end
  -- An expired one is not trusted for that reason alone, which is a finding already.
  if not certificate.is_trusted and not certificate.is_expired then
    add("its certificate is not trusted: %s", certificate.trouble)
  end
end

--- Each host's node certificate is for the node, the swarm and the role that the host has, is trusted, and is valid for
--- some time to come.
local function certificate_is_valid(days)
  return {
    name = "its certificate",
    function(host, _, seen)
      local info, findings = seen["it answers"].swarm, {}
      if info.state ~= "active" then return {}, { not_possible = { [host.name] = true } } end
      certificate_findings(host, pki.certificate(host), info, days, function(text, ...)
        findings[#findings + 1] = finding(text:format(...),
          "wait: a node renews its certificate itself while it reaches a manager; to renew at once: docker swarm ca "
            .. "--rotate. To change how long certificates are valid: docker swarm update --cert-expiry, which the "
            .. "leader takes up when its engine is restarted", host)
      end)
      return findings
    end,
  }
end

--- Every node trusts the same root certificates.
local roots_agree = of_swarm("all nodes trust the same root certificate", function(_, _, _, manager)
  local roots, findings = pki.trust_roots(manager), {}
  if roots.is_rotating then
    findings[1] = finding("the swarm's root certificate is being changed",
      "wait until every node has followed: docker swarm ca --rotate shows how far it is")
  end
  for _, entry in ipairs(roots.nodes) do
    if not entry.agrees then
      findings[#findings + 1] = {
        host = entry.host, cause = entry.trouble,
        message = ("the node %s trusts another root certificate than the swarm's"):format(entry.id),
        hint = "if the node is down and not needed: docker node rm; else let it leave and join again",
      }
    end
  end
  return findings
end)

--- What removed stacks have left behind in the swarm.
local nothing_is_left_behind = of_swarm("nothing is left of former stacks", function(_, _, _, manager)
  local findings = {}
  for _, left in ipairs(stack.leftovers(manager)) do
    findings[#findings + 1] = finding(
      ("the %s %s is left of the stack %s"):format(left.kind, left.name, left.stack),
      ("if you don't need it: docker %s rm %s"):format(left.kind, left.name))
  end
  return findings
end)

--- The services reach each other between hosts: running tasks do not prove it. `timeout`: how long the engines may take
--- to learn of each other's tasks.
local function network_works(timeout)
  return of_swarm("the services reach each other between hosts", function(run, _, _, manager)
    local ok, found = pcall(stack.wait_reachable, manager, run.inventory.stack.name, { timeout = timeout, partial = true })
    if not ok then
      if type(found) == "string" or found.code ~= "network.unreachable" then error(found, 0) end
      local findings = {}
      for _, part in ipairs(found.related) do
        findings[#findings + 1] = { message = part.message, host = part.host, cause = part.cause, hint = part.hint }
      end
      return findings
    end
    local not_possible = {}
    for _, unknown in ipairs(found.unknown) do not_possible[unknown.host] = true end
    return {}, { not_possible = not_possible }
  end)
end

--- The checks, in the order in which they are shown. `options.certificate_days`: for how many more days certificates
--- must be valid; `options.network_timeout`: how long the services may take to reach each other.
function deployment.checks(options)
  return {
    checks.it_answers,
    what_the_manager_knows,
    of_swarm("it is a node of the swarm, in its role", function(run, told, silent)
      return layout.membership(run, told.nodes, silent)
    end),
    of_swarm("no other node is in the swarm", function(run, told, silent)
      return layout.strangers(run, told.nodes, silent)
    end),
    of_swarm("its labels", function(run, told, silent)
      return layout.labels(da, run, told.nodes, silent), { not_possible = absent_hosts(run, told.nodes, silent) }
    end),
    of_swarm("one administration service", function(_, told) return layout.one_alone(da, told.nodes, "admin") end),
    services_are_described,
    of_swarm("the services run where they belong", function(run, told, silent)
      local members = layout.members(run, told.nodes, silent)
      return layout.tasks(da, run, told.services.list, told.tasks, { members = members, causes = told.services.causes })
    end),
    network_works(options.network_timeout),
    nothing_is_left_behind,
    certificate_is_valid(options.certificate_days),
    roots_agree,
  }
end

return deployment
