--- Tests of changes.lua: a run with other hosts or another manager, and who is asked. No host is asked.
local changes = require "changes"
local expect = require "expect"

local m1 = { name = "m1", address = "192.0.2.1", role = "manager" }
local m2 = { name = "m2", address = "192.0.2.2", role = "manager" }
local w1 = { name = "w1", address = "192.0.2.3", role = "worker" }
local run = { id = "r", params = { a = 1 }, inventory = {
  stack = { name = "da" }, hosts = { m1, m2, w1 }, managers = { m1, m2 }, workers = { w1 }, manager = m1,
} }

local function names(hosts)
  local list = {}
  for _, host in ipairs(hosts) do list[#list + 1] = host.name end
  return list
end

for _, case in ipairs {
  { name = "as it is", options = {}, hosts = { "m1", "m2", "w1" }, manager = "m1" },
  { name = "with another manager", options = { manager = m2 }, hosts = { "m1", "m2", "w1" }, manager = "m2" },
  { name = "without a host", options = { without = w1 }, hosts = { "m1", "m2" }, manager = "m1" },
  { name = "with some hosts", options = { only = { m2, w1 } }, hosts = { "m2", "w1" }, manager = "m1" },
  { name = "a host named twice counts once", options = { only = { m1, m1 } }, hosts = { "m1" }, manager = "m1" },
} do
  test("a view of the run: " .. case.name, function()
    local view = changes.view(run, case.options)
    expect.equal(names(view.inventory.hosts), case.hosts)
    expect.equal(#view.inventory.managers + #view.inventory.workers, #case.hosts)
    expect.equal(view.inventory.manager.name, case.manager)
    expect.equal(view.params, { a = 1 })
    expect.equal(#run.inventory.hosts, 3)
  end)
end

test("the manager beside a host is another one, if there is another", function()
  expect.equal(changes.manager_beside(run, m1).name, "m2")
  expect.equal(changes.manager_beside(run, w1).name, "m1")
  local alone = { inventory = { managers = { m1 }, manager = m1 } }
  expect.equal(changes.manager_beside(alone, m1).name, "m1")
end)

test("a check on one host is a copy", function()
  local check = { name = "c", on = "workers" }
  local on_m1 = changes.on(m1, check)
  expect.truthy(on_m1.on(m1))
  expect.falsy(on_m1.on(w1))
  expect.equal(check.on, "workers")
end)
