--- Tests of high_availability.lua: what a layout may be, and what prevents a change to it.
local availability = require "high_availability"
local expect = require "expect"

local function host(name, role, ...) return { name = name, role = role, services = { ... } } end

--- A run with these hosts.
local function run_of(...)
  local inventory = { hosts = { ... }, managers = {} }
  for _, one in ipairs(inventory.hosts) do
    if one.role == "manager" then table.insert(inventory.managers, one) end
  end
  return { inventory = inventory }
end

for _, case in ipairs {
  {
    name = "three managers", told = {},
    run = run_of(host("a", "manager", "admin"), host("b", "manager"), host("c", "manager"),
      host("d", "worker", "accesspoint")),
  },
  { name = "one manager", run = run_of(host("a", "manager", "admin")), told = { "one manager survives no failure" } },
  {
    name = "admin and postgres on two hosts", told = {
      "admin is given to 2 hosts, and is never multiplied", "postgres is given to 2 hosts, and is never multiplied",
    },
    run = run_of(host("a", "manager", "admin", "postgres"), host("b", "manager", "admin", "postgres"),
      host("c", "manager")),
  },
  {
    name = "an access point among others",
    told = { "its access point shares it with other services (accesspoint, policy)" },
    run = run_of(host("a", "manager"), host("b", "manager"), host("c", "manager", "accesspoint", "policy")),
  },
} do
  test("a layout for high availability: " .. case.name, function()
    local told = {}
    for _, found in ipairs(availability.problems(case.run)) do told[#told + 1] = found.message end
    expect.equal(told, case.told)
  end)
end

test("admin and postgres do not move", function()
  local services = availability.services(run_of(host("a", "manager", "radius")))
  expect.equal(services, { "accesspoint", "authentication", "distribution", "policy", "radius" })
end)

for _, case in ipairs {
  { name = "a node that is down", member = { state = "down", role = "worker" }, told = "its node is down" },
  {
    name = "a manager that should be a worker", member = { state = "ready", role = "manager" },
    told = "it is a manager, and a worker in the inventory: managers are only added here",
  },
  { name = "a node that is as it should be", member = { state = "ready", role = "worker" } },
} do
  test("the present swarm: " .. case.name, function()
    case.member.host, case.member.id = "d", "id-d"
    local found = availability.findings(run_of(host("d", "worker")), { nodes = { case.member } })
    expect.equal(found[1] and found[1].message, case.told)
  end)
end

for _, case in ipairs { { count = 4, told = "use an odd number" }, { count = 9, told = "seven are enough" } } do
  test(("%d managers are reported with what to do"):format(case.count), function()
    local hosts = {}
    for number = 1, case.count do hosts[number] = host("m" .. number, "manager") end
    local found = availability.problems(run_of(table.unpack(hosts)))
    expect.equal(#found, 1)
    expect.contains(found[1].message, case.told)
    expect.contains(found[1].hint, "managers: 3")
  end)
end

test("a service that is given to several hosts is reported at the second; an access point at its own", function()
  local found = availability.problems(run_of(host("a", "manager", "admin"), host("b", "manager", "admin"),
    host("c", "manager", "policy", "accesspoint")))
  expect.equal({ found[1].host, found[2].host }, { "b", "c" })
end)

test("a node of no host, or a host that is not a node yet, is not a finding", function()
  local stranger = { id = "x", role = "manager", state = "down" }
  expect.equal(availability.findings(run_of(host("d", "worker")), { nodes = { stranger } }), {})
end)

--- Three managers, and what a runbook shows that is made of `code`, with `availability` and the hosts by name.
local function shown(code, closed)
  local function appliance(number, role, ...)
    return { address = "192.0.2." .. number, role = role, services = { ... } }
  end
  simulation.world {
    world = { start = "joined", hosts = closed },
    inventory = {
      managers = 3, stack = { name = "da", directory = "/opt/da", files = { "docker-compose.yml" } },
      services = { "admin", "policy", "accesspoint", "postgres" },
      hosts = {
        m1 = appliance(1, "manager", "admin", "postgres"), m2 = appliance(2, "manager", "policy"),
        m3 = appliance(3, "manager", "policy"), w1 = appliance(4, "worker", "accesspoint"),
      },
    },
  }
  return simulation.run(simulation.local_file("made.lua", ([[
    local availability = require "high_availability"
    return runbook { summary = "Show it", inventory = { managers = "several" }, function(run)
      local manager = run.inventory.manager
      %s
    end }
  ]]):format(code)))
end

test("warnings name what runs on one host only, and a database in the stack, but nothing that is multiplied", function()
  local result = shown "availability.warn(run)"
  expect.succeeded(result)
  expect.equal(result.messages, {
    "accesspoint runs on w1 only: nothing replaces it when that host fails",
    "the database runs in the stack, on m1 only: for high availability run it outside",
  })
end)

test("the load balancer's addresses are those of the access points", function()
  local result = shown "availability.print_access_points(run)"
  expect.equal(result.notes[1].items, { "w1: 192.0.2.4" })
end)

local reach = 'require("checklist").preflight({ availability.managers_reach(manager) }, run)'

test("managers reach each other: asked of the managers beside the first, in both directions", function()
  expect.succeeded(shown(reach))
  local result = shown(reach, { m1 = { closed_ports = { 7946 } }, m3 = { closed_ports = { 2377 } }, w1 = {
    closed_ports = { 2377, 7946 },
  } })
  local lines = {}
  for _, found in ipairs(result.failure.related) do
    lines[#lines + 1] = found.host .. ": " .. found.message:match("TCP %d+ of %w+")
  end
  expect.equal(lines, { "m2: TCP 7946 of m1", "m3: TCP 7946 of m1", "m1: TCP 2377 of m3" })
end)
