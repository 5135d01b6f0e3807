--- Tests of preflight.lua, in a simulated world.
local expect = require "expect"

local inventory = {
  stack = { name = "da", directory = "/opt/da", files = { "docker-compose.yml", "network.yml" } },
  services = { "admin", "accesspoint" },
  hosts = {
    da1 = { address = "192.0.2.1", role = "manager", services = { "admin" } },
    da2 = { address = "192.0.2.2", role = "worker", services = { "accesspoint" } },
  },
}

--- What the table says of a check on each host.
local function verdicts(result, check)
  for _, row in ipairs(result.tables[1].rows) do
    if row[1] == check then return { table.unpack(row, 2) } end
  end
end

local function expect_unchanged()
  for _, host in ipairs { "da1", "da2" } do expect.equal(simulation.calls(host), {}, host) end
end

test("go: distribute.lua can run, and nothing is changed", function()
  simulation.world { inventory = inventory }
  local result = simulation.run("preflight.lua")
  expect.succeeded(result)
  expect.contains(result.messages, "Go: distribute.lua can run.")
  expect.equal(verdicts(result, "it answers"), { "ok", "ok" })
  expect.equal(verdicts(result, "UDP 7946 and 4789 between the nodes"), { "not possible", "not possible" })
  expect_unchanged()
end)

-- Each is one thing that is wrong with da2 or da1, what is reported, and the check that reports it.
for _, case in ipairs {
  {
    name = "a host that is off", world = { hosts = { da2 = { power = "off" } } }, check = "it answers",
    verdicts = { "ok", "not possible" }, finding = "da2",
  },
  {
    name = "a clock that is wrong", world = { hosts = { da2 = { clock = 90 } } }, check = "clocks agree",
    verdicts = { "ok", "finding" }, finding = "its clock is 90 s ahead of that of da1; 60 s are allowed",
  },
  {
    name = "a port that is closed", world = { hosts = { da1 = { closed_ports = { 2377 } } } },
    check = "it reaches the other nodes", verdicts = { "ok", "finding" }, finding = "it can't reach TCP 2377 of da1",
  },
  {
    name = "compose files that do not exist", inventory = { files = { "docker-compose.yml", "/opt/other.yml" } },
    act = function() file.remove("da1", "/opt/other.yml") end, check = "the compose files are there",
    verdicts = { "finding", "-" }, finding = "there is no /opt/other.yml",
  },
  {
    name = "a manager that is in no swarm", world = { hosts = { da1 = { start = "none" } } },
    check = "swarms are as expected", verdicts = { "finding", "ok" },
    finding = "it is in no swarm, but should be the manager",
  },
} do
  test("no-go, with everything else checked: " .. case.name, function()
    local given = inventory
    if case.inventory then
      given = { services = inventory.services, hosts = inventory.hosts,
        stack = { name = "da", directory = "/opt/da", files = case.inventory.files } }
    end
    simulation.world { inventory = given, world = case.world }
    if case.act then case.act() end
    local result = simulation.run("preflight.lua")
    expect.failed(result, "runbook.refused")
    expect.tells(result, case.finding)
    expect.equal(verdicts(result, case.check), case.verdicts)
  end)
end

test("all findings are reported at once, each with its host", function()
  simulation.world {
    inventory = inventory, world = { hosts = { da1 = { closed_ports = { 2377 } }, da2 = { clock = -90 } } },
  }
  local result = simulation.run("preflight.lua")
  expect.equal(result.status, "refused")
  expect.tells(result, "its clock is 90 s behind that of da1")
  expect.tells(result, "it can't reach TCP 2377 of da1")
  for _, finding in ipairs(result.failure.related) do expect.equal(finding.host, "da2") end
  expect_unchanged()
end)
