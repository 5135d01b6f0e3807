--- Tests of upgrade.lua, in a simulated world.
local each_crash_point = require "each_crash_point"
local expect = require "expect"

local inventory = {
  stack = { name = "da", directory = "/opt/da", files = { "docker-compose.yml", "versiontag.yml" } },
  services = { "admin", "accesspoint" },
  hosts = {
    da1 = { address = "192.0.2.1", role = "manager", services = { "admin" } },
    da2 = { address = "192.0.2.2", role = "worker", services = { "accesspoint" } },
  },
}
local services = { "admin", "accesspoint" }

local function image_of(service, version) return ("nexus/da-%s:%s"):format(service, version) end

local function one_swarm() simulation.world { inventory = inventory, world = { start = "joined" } } end

--- A file of versions, as this machine has it.
local function versions_here(version)
  local lines = { 'version: "3.8"', "services:" }
  for _, service in ipairs(services) do
    lines[#lines + 1] = ('  %s: { image: "%s" }'):format(service, image_of(service, version))
  end
  return simulation.local_file("versiontag.yml", table.concat(lines, "\n") .. "\n")
end

--- An archive with one file, as tar writes it.
local function archive(name, contents)
  local function field(text, length) return text .. ("\0"):rep(length - #text) end
  local head = field(name, 100) .. "0000644\0" .. "0000000\0" .. "0000000\0" .. ("%011o\0"):format(#contents)
    .. "00000000000\0" .. (" "):rep(8) .. "0" .. field("", 100) .. "ustar\0" .. "00" .. field("", 247)
  local sum = 0
  for index = 1, #head do sum = sum + head:byte(index) end
  head = head:sub(1, 148) .. ("%06o\0 "):format(sum) .. head:sub(157)
  return head .. contents .. ("\0"):rep(-#contents % 512) .. ("\0"):rep(1024)
end

--- The new images in a file of this machine, as `docker save` writes it.
local function images_here(version)
  local names = {}
  for _, service in ipairs(services) do names[#names + 1] = image_of(service, version) end
  return simulation.local_file("images.tar", archive("manifest.json", json.encode { { RepoTags = names } }))
end

local function raised(version)
  version = version or "6.10.0"
  return { params = { versiontag = versions_here(version), images = images_here(version) } }
end

local function expect_version(version, what)
  for _, service in ipairs(stack.services("da1", "da")) do
    expect.equal(service.image, image_of(service.name:match("da_(.*)"), version), what)
    expect.equal(service.running, 1, service.name)
  end
  for _, host in ipairs { "da1", "da2" } do
    expect.contains(file.read(host, "/opt/da/versiontag.yml"), "nexus/da-admin:" .. version, host)
  end
  expect.falsy(file.exists("da1", "/opt/da/versiontag.yml.held-back"))
end

test("every service gets its new version, the access points last, and every host the new file", function()
  one_swarm()
  local result = simulation.run("upgrade.lua", raised())
  expect.succeeded(result)
  expect_version "6.10.0"
  expect.before(result.order, "services/admin/wait until every service runs",
    "services/accesspoint/deploy its new version")
  expect.equal(result.tables[1].rows, {
    { "accesspoint", image_of("accesspoint", "6.9.0"), image_of("accesspoint", "6.10.0") },
    { "admin", image_of("admin", "6.9.0"), image_of("admin", "6.10.0") },
  })
end)

test("a second time nothing is changed", function()
  one_swarm()
  expect.succeeded(simulation.run("upgrade.lua", raised()))
  local before = #simulation.calls("da1")
  local again = simulation.run("upgrade.lua", raised())
  expect.succeeded(again)
  expect.contains(again.messages, "Every service has the version that the file says: nothing is changed.")
  expect.equal(#simulation.calls("da1"), before)
end)

test("rolled back, every service has its old version, and every host the old file", function()
  one_swarm()
  expect.succeeded(simulation.run("upgrade.lua", raised()))
  expect.succeeded(simulation.rollback())
  expect_version "6.9.0"
end)

for _, case in ipairs {
  {
    name = "a file that replaces none", finding = "none of the stack's files has the name of",
    params = function() return { versiontag = simulation.local_file("other.yml", "services: {}\n") } end,
  },
  {
    name = "images that do not exist", finding = "there is no file /none/images.tar on this machine",
    params = function() return { versiontag = versions_here "6.10.0", images = "/none/images.tar" } end,
  },
  {
    name = "a label that the inventory does not say", finding = "it lacks the label da-accesspoint=true",
    act = function() label.remove("da2", { "da-accesspoint" }, { on = "da1" }) end,
    params = function() return { versiontag = versions_here "6.10.0" } end,
  },
} do
  test("refused before anything is changed: " .. case.name, function()
    one_swarm()
    if case.act then case.act() end
    local result = simulation.run("upgrade.lua", { params = case.params() })
    expect.equal(result.status, "refused")
    expect.tells(result, case.finding)
    expect.equal(simulation.calls("da2"), {})
  end)
end

test("if the services have their versions and a host lacks the file, it gets it and the stack is deployed", function()
  one_swarm()
  local options = raised()
  file.write("da1", "/opt/da/versiontag.yml", file.read_local(options.params.versiontag))
  for _, service in ipairs(services) do
    stack.update_image("da1", "da_" .. service, image_of(service, "6.10.0"))
  end
  local result = simulation.run("upgrade.lua", options)
  expect.succeeded(result)
  expect.equal(result.steps["deploy the stack"].status, "succeeded")
  expect_version "6.10.0"
end)

test("a service that does not come up stops the run before those after it; rolled back, all is as before", function()
  one_swarm()
  local options = raised()
  options.faults = { {
    step = "services/admin/wait until every service runs", primitive = "stack.wait", message = "it does not come up",
  } }
  local result = simulation.run("upgrade.lua", options)
  expect.failed(result, "test.injected")
  for _, service in ipairs(stack.services("da1", "da")) do
    if service.name == "da_accesspoint" then expect.equal(service.image, image_of("accesspoint", "6.9.0")) end
  end
  expect.succeeded(simulation.rollback())
  expect_version "6.9.0"
end)

test("killed around each of its changes and resumed, every service has its new version", function()
  local options = {}
  local function world()
    one_swarm()
    options.params = raised().params
  end
  each_crash_point({ world = world, runbook = "upgrade.lua", run = options }, function(result)
    expect.succeeded(result)
    expect_version "6.10.0"
  end)
end)
