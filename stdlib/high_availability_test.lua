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
