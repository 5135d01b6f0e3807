--- Tests of moves.lua: what a service needs to get where it should run.
local expect = require "expect"
local moves = require "moves"

local da1 = { name = "da1", role = "manager", services = { "admin", "policy" }, labels = {} }
local da2 = { name = "da2", role = "worker", services = { "accesspoint", "radius" }, labels = { rack = "b" } }
local run = { inventory = { hosts = { da1, da2 } } }

--- A layout in which nodes carry these labels, by host name; `x…` is not a host of the inventory.
local function layout(labels)
  local nodes = {}
  for _, name in ipairs { "da1", "da2", "x" } do
    local carried = {}
    for _, label_name in ipairs(labels[name] or {}) do carried[label_name] = "true" end
    nodes[#nodes + 1] = { id = "id-" .. name, host = name ~= "x" and name or nil, labels = carried }
  end
  return { nodes = nodes, services = {
    { name = "da_policy", mode = "global", constraints = { "node.labels.da-policy == true" } },
    { name = "da_other", mode = "replicated", constraints = {} },
  } }
end

for _, case in ipairs {
  { name = "nothing, if it is already there", labels = { da1 = { "da-policy" } } },
  { name = "a label, if it runs nowhere", labels = {}, to = { "da1" }, from = {} },
  { name = "a label and the end of another", labels = { da2 = { "da-policy" } }, to = { "da1" }, from = { "da2" } },
  {
    name = "the end of one too many", labels = { da1 = { "da-policy" }, da2 = { "da-policy" } }, to = {},
    from = { "da2" },
  },
  { name = "a report of unknown nodes", labels = { da1 = { "da-policy" }, x = { "da-policy" } }, to = {}, from = {},
    strangers = { "id-x" } },
  { name = "nothing of a node that is gone", labels = { da1 = { "da-policy" }, x = { "da-policy" } }, except = "id-x" },
} do
  test("a service needs " .. case.name, function()
    local found = moves.of(run, layout(case.labels), { "policy" }, case.except)
    if not case.to then return expect.equal(found, {}) end
    expect.equal(#found, 1)
    expect.equal(found[1].to, case.to)
    expect.equal(found[1].from, case.from)
    expect.equal(found[1].strangers, case.strangers or {})
    expect.equal(found[1].hosts, { "da1" })
    expect.equal(found[1].parts, { { name = "da_policy", is_global = true } })
  end)
end

test("the database moves nowhere while the inventory gives it to no host", function()
  expect.equal(moves.of(run, layout { da1 = { "postgres" } }, { "postgres" }), {})
end)

test("the services on a node are those whose labels it carries; none on none", function()
  local present = layout { da2 = { "da-policy", "da-radius", "theirs" } }
  expect.equal(moves.services_on(run, moves.member(present, da2)), { "policy", "radius" })
  expect.equal(moves.services_on(run, nil), {})
  expect.equal(moves.member(present, { name = "da9" }), nil)
end)

-- Which services of the compose files move: those that a constraint ties to the label.
for _, case in ipairs {
  { name = "one of each kind", constraints = { "node.labels.da-policy == true" }, mode = "replicated", moves = true },
  { name = "spaced otherwise", constraints = { " node.labels.da-policy==true" }, mode = "global", moves = true },
  { name = "among other constraints, once", moves = true, mode = "global", constraints = {
    "node.role == worker", "node.labels.da-policy == true", "node.labels.da-policy == true",
  } },
  { name = "kept away from the label", constraints = { "node.labels.da-policy != true" }, moves = false },
  { name = "tied to a label that begins the same", constraints = { "node.labels.da-policy-x == true" }, moves = false },
} do
  test("a part of the stack: " .. case.name, function()
    local present = layout { da2 = { "da-policy" } }
    present.services = { { name = "part", mode = case.mode, constraints = case.constraints } }
    local parts = moves.of(run, present, { "policy" })[1].parts
    expect.equal(parts, case.moves and { { name = "part", is_global = case.mode == "global" } } or {})
  end)
end

test("a label with another value than that of its service is none", function()
  local present = layout {}
  present.nodes[1].labels["da-policy"] = "false"
  expect.equal(moves.of(run, present, { "policy" })[1].to, { "da1" })
  expect.equal(moves.services_on(run, present.nodes[1]), {})
end)

test("the database moves once the inventory gives it to a host", function()
  local placed = { inventory = { hosts = { da1, { name = "da2", services = { "postgres" }, labels = {} } } } }
  local found = moves.of(placed, layout { da1 = { "postgres" } }, { "postgres" })
  expect.equal({ found[1].from, found[1].to, found[1].label }, { { "da1" }, { "da2" }, "postgres" })
end)

test("services are listed in the order in which they are asked for, without those that are in place", function()
  local names = {}
  local present = layout { da1 = { "da-admin" }, da2 = { "da-policy" } }
  for _, move in ipairs(moves.of(run, present, { "radius", "admin", "policy", "accesspoint" })) do
    names[#names + 1] = move.name
  end
  expect.equal(names, { "radius", "policy", "accesspoint" })
end)
