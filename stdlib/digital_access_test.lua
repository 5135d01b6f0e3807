--- Tests of digital_access.lua: the vocabulary.
local da = require "digital_access"
local expect = require "expect"

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
