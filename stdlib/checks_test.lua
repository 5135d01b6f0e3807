--- Tests of checks.lua: the findings from what was seen, and what the checks that ask hosts see.
local checks = require "checks"
local expect = require "expect"

local m1 = { name = "m1", address = "192.0.2.1", role = "manager" }
local w1 = { name = "w1", address = "192.0.2.3", role = "worker" }

--- What a check finds for m1 and w1 as they were seen.
local function told(check, manager_seen, worker_seen)
  local small = { inventory = { hosts = { m1, w1 }, manager = m1 } }
  local messages = {}
  for _, found in ipairs(check[1](small, { m1 = manager_seen, w1 = worker_seen })) do
    messages[#messages + 1] = found.host .. ": " .. found.message
  end
  return messages
end

local function swarm_of(more)
  local info = { state = "active", error = "", node_id = "id", is_manager = true, cluster_id = "c1", nodes = 1 }
  for key, value in pairs(more or {}) do info[key] = value end
  return { ["it answers"] = { swarm = info, facts = { clock_offset = info.clock } } }
end

for _, case in ipairs {
  { name = "each is alone", worker = swarm_of { cluster_id = "c2", node_id = "id2" }, told = {} },
  { name = "a worker in no swarm", worker = swarm_of { state = "inactive", node_id = "" }, told = {} },
  { name = "a worker that could not be asked", told = {} },
  { name = "a locked one", worker = swarm_of { state = "locked", node_id = "" }, told = { "w1: its swarm is locked" } },
  {
    name = "a swarm in error", worker = swarm_of { state = "error", error = "expired", node_id = "" },
    told = { "w1: its swarm is in state error (expired)" },
  },
  {
    name = "the manager in no swarm", manager = swarm_of { state = "inactive", node_id = "" },
    told = { "m1: it is in no swarm, but should be the manager" },
  },
  {
    name = "the manager a worker", manager = swarm_of { is_manager = false },
    told = { "m1: it is a worker of its swarm, but should be the manager" },
  },
  {
    name = "a worker that manages the same swarm", worker = swarm_of { node_id = "id2" },
    told = { "w1: it is a manager in the swarm of m1, but should be a worker" },
  },
  {
    name = "a worker that manages others", worker = swarm_of { cluster_id = "c2", node_id = "id2", nodes = 3 },
    told = { "w1: it manages another swarm of 3 nodes, which it would leave" },
  },
  {
    name = "one engine by two names", worker = swarm_of { cluster_id = "c2" },
    told = { "w1: it is the same engine as m1" },
  },
} do
  test("swarms are as expected: " .. case.name, function()
    expect.equal(told(checks.swarms_are_as_expected, case.manager or swarm_of(), case.worker), case.told)
  end)
end

for _, case in ipairs {
  { apart = 60, told = {} }, { apart = -60, told = {} },
  { apart = 61, told = { "w1: its clock is 61 s ahead of that of m1; 60 s are allowed" } },
  { apart = -3700, told = { "w1: its clock is 3700 s behind that of m1; 60 s are allowed" } },
} do
  test(("clocks that are %d s apart"):format(case.apart), function()
    expect.equal(told(checks.clocks_agree, swarm_of { clock = 5 }, swarm_of { clock = 5 + case.apart }), case.told)
  end)
end

for _, case in ipairs {
  { address = "192.0.2.3", own = { "192.0.2.3" } },
  {
    address = "192.0.2.9", own = { "192.0.2.3" }, told = "is not one of its own addresses (192.0.2.3)",
    hint = "`advertise_address`",
  },
  { address = "w1.example.com", own = { "192.0.2.3" } },
  { address = "w1.example.com", own = { "192.0.2.3", "10.0.0.3" }, told = "w1.example.com is not one of its own" },
  { address = "2001:db8::3", own = { "192.0.2.3" }, told = "2001:db8::3 is not one of its own" },
  { address = "192.0.2.9", own = {} },
  { address = "192.0.2.9", own = { "10.0.0.3" }, advertised = "192.0.2.9" },
  { address = "192.0.2.9", own = { "10.0.0.3" }, advertised = "10.0.0.3" },
} do
  local named = case.advertised and ", which advertises " .. case.advertised or ""
  test(("the address %s of a host with %d%s"):format(case.address, #case.own, named), function()
    local seen = { ["it answers"] = { facts = { addresses = case.own } } }
    local host = { name = "w1", address = case.address, advertise_address = case.advertised }
    local found = checks.address_is_named[1](host, nil, seen)
    if case.told then expect.contains(found[1].message, case.told) else expect.equal(found, {}) end
    if case.hint then expect.contains(found[1].hint, case.hint) end
  end)
end
