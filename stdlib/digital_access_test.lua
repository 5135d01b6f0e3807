--- Tests of digital_access.lua and moves.lua: the vocabulary, and what a service needs to get where it should run.
local da = require "digital_access"
local expect = require "expect"
local moves = require "moves"

local da1 = { name = "da1", role = "manager", services = { "admin", "policy" }, labels = {} }
local da2 = { name = "da2", role = "worker", services = { "accesspoint", "radius" }, labels = { rack = "b" } }
local run = { inventory = { hosts = { da1, da2 } } }

for service, name in pairs { policy = "da-policy", postgres = "postgres", radius = "da-radius" } do
  test("the label of " .. service, function() expect.equal(da.label_of(service), name) end)
end

test("the services are the product's, then the others that the inventory names, each once", function()
  expect.equal(da.services_of(run),
    { "accesspoint", "authentication", "distribution", "policy", "admin", "postgres", "radius" })
  expect.equal(#da.services, 6)
end)

test("a host's labels are those of its services, and those that the inventory adds", function()
  expect.equal(da.labels_for(da2), { ["da-accesspoint"] = "true", ["da-radius"] = "true", rack = "b" })
  expect.equal(da.planned_labels(run).da1, { ["da-admin"] = "true", ["da-policy"] = "true" })
end)

for _, case in ipairs {
  { name = "kept while the inventory gives the database to no host", services = { "admin" }, drops = false },
  { name = "dropped if another host gets it", services = { "admin" }, other = { "postgres" }, drops = true },
  { name = "kept on the host that gets it", services = { "postgres" }, drops = false },
} do
  test("the label postgres is " .. case.name, function()
    local one = { name = "one", services = case.services }
    local two = { name = "two", services = case.other or {} }
    local names = da.labels_to_drop({ inventory = { hosts = { one, two } } }, one)
    local has = false
    for _, name in ipairs(names) do has = has or name == "postgres" end
    expect.equal(has, case.drops)
  end)
end

for _, case in ipairs {
  { constraint = "node.labels.da-policy == true", services = { "policy" } },
  { constraint = "node.labels.da-policy==true", services = { "policy" } },
  { constraint = "  node.labels.postgres == true", services = { "postgres" } },
  { constraint = "node.labels.da-policy != true", services = {} },
  { constraint = "node.role == manager", services = {} },
  { constraint = "node.labels.da-policyx == true", services = {} },
} do
  test("the services behind \"" .. case.constraint .. "\"", function()
    expect.equal(da.services_behind(run, { case.constraint }), case.services)
  end)
end

-- moves.lua

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
