--- Tests of standalone.lua: what an appliance lacks to run by itself, and how a worker comes back into a swarm.
local expect = require "expect"
local standalone = require "standalone"

local inventory = {
  stack = { name = "da", directory = "/opt/da", files = { "docker-compose.yml", "network.yml" } },
  services = { "admin", "accesspoint" },
  hosts = {
    da1 = { address = "192.0.2.1", role = "manager", services = { "admin" }, labels = { rack = "a" } },
    da2 = { address = "192.0.2.2", role = "worker", services = { "accesspoint" } },
  },
}

local function appliances()
  simulation.world { inventory = inventory }
  label.set("da1", { rack = "a" })
end
local function one_swarm() simulation.world { inventory = inventory, world = { start = "joined" } } end

--- The run of a runbook that has `standalone`, the hosts by their names, and the manager; `code` is its body.
local function run_of(code)
  return simulation.run(simulation.local_file("made.lua", ([[
    local standalone = require "standalone"
    return runbook { summary = "Try it", function(run)
      local manager, da1, da2 = run.inventory.manager, run.inventory.hosts[1], run.inventory.hosts[2]
      %s
    end }
  ]]):format(code)))
end

--- What a host lacks.
local function differences(host)
  local result = run_of(('step("look", function() return standalone.look(run, %s) end)'):format(host))
  expect.succeeded(result)
  local found = result.steps.look.result
  expect.equal(found.is_standalone, #found.differences == 0)
  return found.differences, found
end

test("labels: those of the services that the compose files tie to a label, and those of the inventory", function()
  local run = { inventory = { hosts = {} } }
  local services = {
    { name = "one", constraints = { "node.labels.da-policy == true", "node.role == manager" } },
    { name = "two", constraints = { "node.labels.postgres==true" } }, { name = "three", constraints = {} },
  }
  expect.equal(standalone.labels(run, { labels = { rack = "a" } }, services),
    { ["da-policy"] = "true", postgres = "true", rack = "a" })
  expect.equal(standalone.labels(run, {}, {}), {})
end)

test("an appliance that runs by itself lacks nothing", function()
  appliances()
  for _, host in ipairs { "da1", "da2" } do
    local lacking, found = differences(host)
    expect.equal(lacking, {})
    expect.equal(found.node_id, swarm.info(host).node_id)
    expect.equal(found.labels, label.get(host))
  end
end)

for _, case in ipairs {
  {
    name = "a label", act = function() label.remove("da1", { "rack" }) end, lacks = { "it lacks the label rack=a" },
  },
  {
    name = "a label's value, and the service that needs it",
    act = function() label.set("da1", { ["da-admin"] = "false" }) end,
    lacks = { "da_admin runs 0 of 1 times", "it lacks the label da-admin=true" },
  },
  {
    name = "its stack", act = function() stack.remove("da1", "da") end,
    lacks = { "da_accesspoint is not deployed", "da_admin is not deployed" },
  },
  {
    name = "a swarm", act = function() swarm.leave("da1", { force = true }) end, lacks = { "it is in no swarm" },
  },
} do
  test("an appliance lacks " .. case.name, function()
    appliances()
    case.act()
    expect.equal(differences "da1", case.lacks)
  end)
end

test("a manager of others and its worker are not by themselves", function()
  one_swarm()
  expect.contains(differences "da1", "its swarm has other nodes: da2")
  expect.equal(differences "da2", { "it is a worker in a swarm" })
end)

test("the entry of a node that is down and of no host does not count as another node", function()
  simulation.world { inventory = inventory, world = { swarms = { { nodes = {
    { host = "da1", role = "manager", leads = true }, { hostname = "old", address = "192.0.2.9", state = "down" },
    { hostname = "other", address = "192.0.2.8" },
  } } } } }
  local other
  for _, one in ipairs(node.list("da1")) do other = one.hostname == "other" and one.id or other end
  expect.contains(differences "da1", "its swarm has other nodes: " .. other)
  local stale
  for _, one in ipairs(node.stale("da1")) do stale = one.id end
  local result = run_of 'step("warn", function() standalone.warn_of_stale(manager) end)'
  expect.equal(#result.messages, 1)
  expect.contains(result.messages[1], "docker node rm " .. stale)
end)

test("what prevents a separation: a node outside of the inventory that would lose its services", function()
  simulation.world { inventory = inventory, world = { swarms = { { nodes = {
    { host = "da1", role = "manager", leads = true }, { host = "da2" },
    { hostname = "other", address = "192.0.2.8" }, { hostname = "old", address = "192.0.2.9", state = "down" },
  } } } } }
  local result = run_of 'require("checklist").preflight(standalone.checks, run)'
  expect.equal(result.status, "refused")
  expect.equal(#result.failure.related, 1)
  expect.tells(result, "(other, 192.0.2.8) is in the swarm, but not in the inventory: it would lose its services")
end)

test("what prevents a separation: a service of a worker's own compose files that finds no place there", function()
  one_swarm()
  file.write("da2", "/opt/da/network.yml", [[
version: "3.8"
services:
  lonely: { image: "nexus/lonely:1", deploy: { placement: { constraints: ["node.hostname == da1"] } } }
]])
  local result = run_of 'require("checklist").preflight(standalone.checks, run)'
  expect.equal(result.status, "refused")
  for _, found in ipairs(result.failure.related) do expect.equal(found.host, "da2") end
  expect.tells(result, "lonely")
end)

test("the workers' nodes are those of hosts, each with its ID and labels, without the manager's", function()
  one_swarm()
  local result = run_of 'step("find", function() return standalone.members(run) end)'
  expect.equal(result.steps.find.result, {
    da2 = { id = swarm.info("da2").node_id, labels = { ["da-accesspoint"] = "true" } },
  })
end)

test("a worker that is brought back has its labels, and the node that it was is removed; again, it is left as it is",
  function()
    one_swarm()
    label.set("da2", { own = "yes" }, { on = "da1" })
    local former = { id = swarm.info("da2").node_id, labels = label.get("da2", { on = "da1" }) }
    swarm.leave("da2")
    local back = ([[step("bring it back", function()
      standalone.bring_back(da2, manager, json.decode('%s'))
    end)]]):format(json.encode(former))
    for _ = 1, 2 do
      expect.succeeded(run_of(back))
      expect.truthy(swarm.is_member("da2", "da1"))
      expect.equal(label.get("da2", { on = "da1" }), former.labels)
      expect.equal(#node.list("da1"), 2)
      former.id = swarm.info("da2").node_id
      back = back:gsub('"id":"%w+"', '"id":"' .. former.id .. '"')
    end
  end)

test("verified: an appliance that runs by itself, and not one that lacks something, with what it lacks", function()
  appliances()
  local verify = 'step("verify", function() standalone.verify(run, da1) end)'
  expect.succeeded(run_of(verify))
  label.remove("da1", { "rack" })
  local result = run_of(verify)
  expect.equal(result.failure.message, "it does not run by itself: it lacks the label rack=a")
  expect.equal(result.failure.host, "da1")
  expect.contains(result.failure.hint, "docker stack ps da")
end)
