--- Tests of verify.lua, in a simulated world.
local expect = require "expect"

local inventory = {
  stack = { name = "da", directory = "/opt/da", files = { "docker-compose.yml", "network.yml" } },
  services = { "admin", "accesspoint", "policy" },
  hosts = {
    da1 = { address = "192.0.2.1", role = "manager", services = { "admin" } },
    da2 = { address = "192.0.2.2", role = "worker", services = { "accesspoint", "policy" } },
  },
}

local function one_swarm() simulation.world { inventory = inventory, world = { start = "joined" } } end

--- What was sent to the hosts so far, but for reading the engine's log: to see that looking changes nothing.
local function sent()
  local all = {}
  for _, host in ipairs { "da1", "da2" } do
    for _, call in ipairs(simulation.calls(host)) do
      if not call:find("^journalctl") then all[#all + 1] = host .. " " .. call end
    end
  end
  return all
end

test("a deployment that is as described has no differences", function()
  one_swarm()
  local result = simulation.run("verify.lua")
  expect.succeeded(result)
  expect.contains(result.messages, "Everything is as the inventory and the compose files say.")
  for _, row in ipairs(result.tables[1].rows) do
    for column = 2, #row do expect.truthy(row[column] == "ok" or row[column] == "-", row[1]) end
  end
end)

for _, case in ipairs {
  {
    name = "a label that is missing", act = function() label.remove("da2", { "da-policy" }, { on = "da1" }) end,
    finding = "it lacks the label da-policy=true", act_hint = "docker node update --label-add da-policy=true ",
  },
  {
    name = "a label too many", act = function() label.set("da1", { ["da-policy"] = "true" }) end,
    finding = "it carries the label da-policy of a service that runs elsewhere",
  },
  {
    name = "two administration services",
    act = function() label.set("da2", { ["da-admin"] = "true" }, { on = "da1" }) end,
    finding = "2 nodes carry da-admin (da1, da2), which exactly one must have",
  },
  {
    name = "a node that takes no tasks", act = function() node.drain("da1", "da2") end,
    finding = "its node is drained, and takes no tasks",
  },
  {
    name = "a host that is off", finding = "its node is down",
    act = function()
      simulation.power("da2", false)
      simulation.jump("2m")
    end,
  },
  {
    name = "a stack that is gone", act = function() stack.remove("da1", "da") end,
    finding = "the stack da is not deployed",
  },
  {
    name = "another image", act = function() stack.update_image("da1", "da_policy", "nexus/da-policy:6.8.0") end,
    finding = "da_policy has the image nexus/da-policy:6.8.0, the compose files say nexus/da-policy:6.9.0",
  },
  {
    name = "another role", act = function() node.promote("da1", "da2") end,
    finding = "it is a manager in the swarm, not a worker",
  },
  {
    name = "a certificate that ends sooner than requested", params = { certificate_days = 100 },
    finding = "its certificate expires in",
  },
} do
  test("reported as a difference: " .. case.name, function()
    one_swarm()
    if case.act then case.act() end
    local before = sent()
    local result = simulation.run("verify.lua", { params = case.params })
    expect.failed(result, "runbook.findings")
    expect.tells(result, case.finding)
    if case.act_hint then expect.tells(result, case.act_hint) end
    expect.equal(sent(), before)
  end)
end

test("a manager that can't be asked is not an error of the checks: the rest is shown as not possible", function()
  one_swarm()
  simulation.engine("da1", false)
  local result = simulation.run("verify.lua")
  expect.failed(result, "runbook.findings")
  local rows = {}
  for _, row in ipairs(result.tables[1].rows) do rows[row[1]] = { table.unpack(row, 2) } end
  expect.equal(rows["it answers"], { "not possible", "ok" })
  expect.equal(rows["its labels"], { "not possible", "not possible" })
end)
