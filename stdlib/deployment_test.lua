--- Tests of deployment.lua: what each check finds in a running deployment, and what it can't find out.
local deployment = require "deployment"
local expect = require "expect"

local inventory = {
  stack = { name = "da", directory = "/opt/da", files = { "docker-compose.yml", "network.yml" } },
  services = { "admin", "accesspoint", "policy" }, managers = 2,
  hosts = {
    da1 = { address = "192.0.2.1", role = "manager", services = { "admin" } },
    da2 = { address = "192.0.2.2", role = "manager", services = { "policy" } },
    da3 = { address = "192.0.2.3", role = "worker", services = { "accesspoint" } },
  },
}

local function one_swarm(more)
  local wanted = { start = "joined" }
  for key, value in pairs(more or {}) do wanted[key] = value end
  simulation.world { inventory = inventory, world = wanted }
end

--- Carries out all checks. Returns the findings as `host: message`, and the rows of the table by their checks.
local function looked()
  local result = simulation.run(simulation.local_file("made.lua", [[
    local checklist, deployment = require "checklist", require "deployment"
    return runbook { summary = "Look", inventory = { managers = "several" }, function(run)
      local checks = deployment.checks { certificate_days = 10, network_timeout = "1s" }
      local findings, _, results = checklist.look(checks, run)
      checklist.show("What runs", checks, run, results)
      conclude("differences", findings)
    end }
  ]]))
  local lines, rows = {}, {}
  for _, found in ipairs(result.failure and result.failure.related or {}) do
    lines[#lines + 1] = ("%s: %s"):format(found.host or "-", found.message)
  end
  for _, row in ipairs(result.tables[1].rows) do rows[row[1]] = { table.unpack(row, 2) } end
  return lines, rows, result
end

test("a deployment as it should be has no findings, and nothing of it is changed", function()
  one_swarm()
  expect.equal(looked(), {})
  for name in pairs(inventory.hosts) do expect.equal(simulation.calls(name), {}, name) end
end)

test("if the first manager can't be asked, the next one is, and knows the first by its node", function()
  simulation.world { world = { start = "joined" }, inventory = {
    stack = inventory.stack, services = inventory.services, managers = 3, hosts = {
      da1 = inventory.hosts.da1, da2 = inventory.hosts.da2,
      da3 = { address = "192.0.2.3", role = "manager", services = { "accesspoint" } },
    },
  } }
  simulation.engine("da1", false)
  simulation.jump("2m")
  local lines, rows = looked()
  expect.contains(lines, "da1: its node is down")
  expect.equal(rows["what the manager knows"], { "not possible", "ok", "ok" })
  expect.equal(rows["its labels"], { "not possible", "ok", "ok" })
end)

test("what removed stacks left behind is reported with the command that removes it", function()
  local labels = { ["com.docker.stack.namespace"] = "old" }
  one_swarm { swarms = { {
    nodes = { { host = "da1", role = "manager", leads = true }, { host = "da2", role = "manager" }, { host = "da3" } },
    networks = { old_net = { labels = labels } }, configs = { old_settings = { labels = labels } },
  } } }
  local lines, rows, result = looked()
  expect.contains(lines, "-: the network old_net is left of the stack old")
  expect.contains(lines, "-: the config old_settings is left of the stack old")
  expect.tells(result, "if you don't need it: docker config rm old_settings")
  expect.equal(rows["nothing is left of former stacks"][1], "finding")
end)

test("why a service does not run is in its finding, in words that are better than those of its task", function()
  one_swarm { swarms = { {
    nodes = { { host = "da1", role = "manager", leads = true }, { host = "da2", role = "manager" }, { host = "da3" } },
    services = { da_policy = {
      stack = "da", image = "nexus/da-policy:6.9.0", constraints = { "node.labels.da-policy == true" },
    } },
  } } }
  local _, _, result = looked()
  local cause
  for _, found in ipairs(result.failure.related) do
    if found.message == "da_policy runs 0 of 1 times" then cause = found.cause end
  end
  expect.contains(cause, "placement constraints")
end)

test("a host in no swarm has no certificate to look at: that is not possible there, and fine elsewhere", function()
  one_swarm()
  swarm.leave("da3")
  local lines, rows = looked()
  expect.contains(lines, "da3: it is not part of the swarm of da1")
  expect.equal(rows["its certificate"], { "ok", "ok", "not possible" })
  expect.equal(rows["its labels"], { "ok", "ok", "not possible" })
end)

test("an expired certificate is one finding, with the moment of its end", function()
  one_swarm { hosts = { da3 = { certificate_days = -1 } } }
  local lines = looked()
  expect.equal(#lines, 1)
  expect.matches(lines[1], "^da3: its certificate expired at %d%d%d%d%-")
end)

-- What a certificate says; `pki` is replaced, because simulated engines have no other certificates than their own.

local function check_of(name)
  for _, check in ipairs(deployment.checks { certificate_days = 10, network_timeout = "1s" }) do
    if check.name == name then return check[1] end
  end
end

local function messages(findings)
  local lines = {}
  for _, found in ipairs(findings) do lines[#lines + 1] = found.message end
  return lines
end

for _, case in ipairs {
  { name = "as it should be", told = {} },
  { name = "of another node", certificate = { node_id = "n2" },
    told = { "its certificate is that of another node, n2" } },
  { name = "of another swarm", certificate = { swarm = "c2" }, told = { "its certificate is for another swarm, c2" } },
  { name = "of any swarm, on a worker, which does not know its swarm's ID", certificate = { swarm = "c2" },
    info = { cluster_id = "" }, told = {} },
  { name = "of another role", certificate = { role = "manager" },
    told = { "its certificate is that of a manager, not of a worker" } },
  { name = "that ends in days", certificate = { days_left = 9.94 },
    told = { "its certificate expires in 9.9 days, at 1970-01-02T00:00:00Z" } },
  { name = "that ends in hours", certificate = { days_left = 1.5, is_renewal_overdue = true },
    told = { "its certificate expires in 36.0 hours, at 1970-01-02T00:00:00Z" } },
  { name = "that was not renewed", certificate = { is_renewal_overdue = true },
    told = { "its certificate should have been renewed by 1970-01-01T01:00:00Z, and was not" } },
  { name = "that is not trusted", certificate = { is_trusted = false, trouble = "unknown root" },
    told = { "its certificate is not trusted: unknown root" } },
  { name = "of another node and role", certificate = { node_id = "n2", role = "manager" }, told = {
    "its certificate is that of another node, n2", "its certificate is that of a manager, not of a worker",
  } },
} do
  test("a certificate " .. case.name, function()
    local certificate = {
      node_id = "n1", swarm = "c1", role = "worker", days_left = 50, not_after = 86400, renews_until = 3600,
      is_trusted = true, is_expired = false, is_renewal_overdue = false,
    }
    for key, value in pairs(case.certificate or {}) do certificate[key] = value end
    _G.pki = { certificate = function() return certificate end }
    local info = { state = "active", node_id = "n1", cluster_id = case.info and case.info.cluster_id or "c1" }
    local host = { name = "w1", role = "worker" }
    local findings = check_of("its certificate")(host, nil, { ["it answers"] = { swarm = info } })
    expect.equal(messages(findings), case.told)
    for _, found in ipairs(findings) do
      expect.equal(found.host, "w1")
      expect.contains(found.hint, "docker swarm ca --rotate")
    end
  end)
end

-- Checks of the swarm, with what a manager knows replaced.

local m1 = { name = "m1", role = "manager" }
local run = { inventory = { stack = { name = "da" }, manager = m1, managers = { m1 }, hosts = { m1 } } }
local asked = { m1 = { ["what the manager knows"] = {} } }

test("roots: a change in progress, and each node that trusts another root", function()
  local roots = { is_rotating = false, nodes = { { id = "n1", host = "m1", agrees = true } } }
  _G.pki = { trust_roots = function() return roots end }
  local check = check_of("all nodes trust the same root certificate")
  expect.equal(check(run, asked), {})
  roots.is_rotating = true
  roots.nodes[2] = { id = "n2", agrees = false, trouble = "it is down" }
  local findings = check(run, asked)
  expect.equal(messages(findings), {
    "the swarm's root certificate is being changed", "the node n2 trusts another root certificate than the swarm's",
  })
  expect.equal({ findings[2].cause, findings[2].host }, { "it is down" })
end)

local reach = "the services reach each other between hosts"

test("the network: hosts of which it is unknown are shown as not possible, and are not reported", function()
  _G.stack = { wait_reachable = function() return { unknown = { { host = "w1", reason = "no task there" } } } end }
  local findings, saw = check_of(reach)(run, asked)
  expect.equal(findings, {})
  expect.equal(saw, { not_possible = { w1 = true } })
end)

test("the network: each connection that does not work is a finding; another failure stays one", function()
  local problem = { code = "network.unreachable", related = {
    { message = "it does not reach da_policy", host = "w1", cause = "timeout", hint = "open UDP 4789" },
    { message = "it has not heard of da_admin", host = "w2", hint = "open 7946" },
  } }
  _G.stack = { wait_reachable = function() error(problem) end }
  local findings = check_of(reach)(run, asked)
  expect.equal(findings, {
    { message = "it does not reach da_policy", host = "w1", cause = "timeout", hint = "open UDP 4789" },
    { message = "it has not heard of da_admin", host = "w2", hint = "open 7946" },
  })
  problem = { code = "docker.refused", message = "busy" }
  local ok, raised = pcall(check_of(reach), run, asked)
  expect.falsy(ok)
  expect.equal(raised, problem)
end)

test("without a manager that could be asked, no check of the swarm has a result", function()
  for _, check in ipairs(deployment.checks { certificate_days = 10, network_timeout = "1s" }) do
    if check.across then expect.equal(check[1](run, {}), false, check.name) end
  end
end)
