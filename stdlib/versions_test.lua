--- Tests of versions.lua: which file is replaced, and which services follow each other.
local expect = require "expect"
local versions = require "versions"

local run = { inventory = { stack = {
  directory = "/opt/da", files = { "docker-compose.yml", "conf/versiontag.yml", "/etc/da/ports.yml" },
} } }

for _, case in ipairs {
  { given = "/root/versiontag.yml", replaced = "conf/versiontag.yml", path = "/opt/da/conf/versiontag.yml" },
  { given = "versiontag.yml", replaced = "conf/versiontag.yml", path = "/opt/da/conf/versiontag.yml" },
  { given = "/root/new/ports.yml", replaced = "/etc/da/ports.yml", path = "/etc/da/ports.yml" },
  { given = "/root/other.yml" },
} do
  test(("%s replaces %s"):format(case.given, case.replaced or "nothing"), function()
    local name = versions.replaced_file(run, case.given)
    expect.equal(name, case.replaced)
    if name then expect.equal(versions.path_of(run, name), case.path) end
  end)
end

--- Changes of these services of the stack, each `name:service of the inventory`.
local function planned(...)
  local list = {}
  for _, text in ipairs { ... } do
    local name, of = text:match("^([^:]+):?(.*)$")
    list[#list + 1] = { name = name, of = of ~= "" and of or nil }
  end
  return list
end

--- The stages as `name: services`, one a line.
local function told(stages)
  local lines = {}
  for _, stage in ipairs(stages) do
    local names = {}
    for _, change in ipairs(stage.changes) do names[#names + 1] = change.name end
    lines[#lines + 1] = stage.name .. ": " .. table.concat(names, " ")
  end
  return lines
end

for _, case in ipairs {
  { name = "nothing to change", planned = planned(), order = "admin", stages = {} },
  {
    name = "the order, whatever the list", planned = planned("ap:accesspoint", "adm:admin"),
    order = "admin, accesspoint", stages = { "admin: adm", "accesspoint: ap" },
  },
  {
    name = "two parts of one service together", planned = planned("p1:policy", "p2:policy"), order = "policy",
    stages = { "policy: p1 p2" },
  },
  {
    name = "what the order does not name comes last", planned = planned("proxy", "adm:admin", "r:radius"),
    order = "admin", stages = { "admin: adm", "all others: proxy r" },
  },
  {
    name = "a service that is named twice", planned = planned("adm:admin"), order = "admin,admin",
    stages = { "admin: adm" },
  },
} do
  test("stages: " .. case.name, function()
    expect.equal(told(versions.stages(case.planned, case.order)), case.stages)
  end)
end

test("what holds services back is beside the new file", function()
  expect.equal(versions.held_back_path { path = "/opt/da/versiontag.yml" }, "/opt/da/versiontag.yml.held-back")
end)
