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

--- A world with m1 and these workers, at addresses from 192.0.2.3 on.
local function world(wanted, ...)
  local hosts = { m1 = { address = m1.address, role = "manager" } }
  for number, name in ipairs { ... } do
    hosts[name] = { address = ("192.0.2.%d"):format(number + 2), role = "worker" }
  end
  simulation.world { inventory = { hosts = hosts }, world = wanted }
end

--- What a step of a runbook returns that has `checks`, the run, and the hosts by their names; `of` is its code.
local function looked(of)
  local result = simulation.run(simulation.local_file("made.lua", ([[
    local checks = require "checks"
    return runbook { summary = "Look", inventory = { stack = false }, function(run)
      local host = {}
      for _, one in ipairs(run.inventory.hosts) do host[one.name] = one end
      step("look", function() %s end)
    end }
  ]]):format(of)))
  expect.succeeded(result)
  return result.steps.look.result, result
end

test("swarms are as expected: a worker of another swarm is reported, one of the manager's is not", function()
  world({ start = "none" }, "w1", "w2")
  for _, name in ipairs { "m1", "w2" } do swarm.init(name) end
  for _, case in ipairs {
    { manager = "w2", told = "it is a worker of a swarm that is not that of m1" }, { manager = "m1", told = nil },
  } do
    swarm.leave("w1")
    swarm.join("w1", { manager = case.manager, token = swarm.join_token(case.manager, "worker") })
    local findings = looked [[
      local hosts = {}
      for _, name in ipairs { "m1", "w1" } do hosts[name] = { ["it answers"] = { swarm = swarm.info(host[name]) } } end
      return checks.swarms_are_as_expected[1](run, hosts)
    ]]
    expect.equal(findings[1] and findings[1].message, case.told)
    expect.equal(#findings, case.told and 1 or 0)
  end
end)

-- What an attempt to reach a port means, as it depends on whether something must listen there.
for _, case in ipairs {
  { name = "an open port", port = 2377, must = true },
  { name = "one that is closed by a firewall", closed = { 2377 }, port = 2377, must = true,
    told = "it can't reach TCP 2377 of m1 (192.0.2.1): ", hint = "open TCP 2377 on m1" },
  { name = "one that is closed, though nothing must listen", closed = { 7946 }, port = 7946,
    told = "it can't reach TCP 7946 of m1 (192.0.2.1): ", hint = "open TCP and UDP 7946 on m1" },
  { name = "one where nothing listens yet", start = "none", port = 2377 },
  { name = "one where nothing listens, but must", start = "none", port = 2377, must = true, state = "refused",
    told = "it can't reach TCP 2377 of m1 (192.0.2.1): ", hint = "nodes join and report there" },
} do
  test("a host reaches another: " .. case.name, function()
    world({ start = case.start or "joined", hosts = { m1 = { closed_ports = case.closed or { 1 } } } }, "w1")
    local found = looked(([[
      local finding, state = checks.reach(host.w1, host.m1, %d, %s)
      return { finding = finding, state = state }
    ]]):format(case.port, case.must or false))
    if not case.told then return expect.equal(found, {}) end
    expect.contains(found.finding.message, case.told)
    expect.contains(found.finding.hint, case.hint)
    expect.equal(found.finding.host, "w1")
    if case.state then expect.equal(found.state, case.state) end
  end)
end

-- Who tries to reach whom: a port of one host is closed, and those that try it report it.
for _, case in ipairs {
  { closed = "m1", port = 2377, told = { "w1: TCP 2377 of m1", "w2: TCP 2377 of m1", "w3: TCP 2377 of m1" } },
  { closed = "w2", port = 7946, told = { "m1: TCP 7946 of w2", "w1: TCP 7946 of w2" } },
  { closed = "w1", port = 7946, told = { "m1: TCP 7946 of w1", "w3: TCP 7946 of w1" } },
} do
  local who = case.port == 2377 and "each worker" or "the manager and the worker before it"
  test(("port %d of %s is tried by %s"):format(case.port, case.closed, who), function()
    world({ start = "joined", hosts = { [case.closed] = { closed_ports = { case.port } } } }, "w1", "w2", "w3")
    local lines = looked [[
      local lines = {}
      for _, one in ipairs(run.inventory.hosts) do
        for _, found in ipairs(checks.nodes_reach_each_other[1](one, run)) do
          lines[#lines + 1] = found.host .. ": " .. found.message:match("TCP %d+ of %w+")
        end
      end
      return lines
    ]]
    expect.equal(lines, case.told)
  end)
end

test("a host is reached at the address that the swarm advertises", function()
  simulation.world { world = { start = "none" }, inventory = { hosts = {
    m1 = { address = "192.0.2.1", advertise_address = "192.0.2.77", role = "manager" },
    w1 = { address = "192.0.2.3", role = "worker" },
  } } }
  expect.contains(looked("return checks.reach(host.w1, host.m1, 2377, true)").message, "TCP 2377 of m1 (192.0.2.77)")
end)

local files = { "/tmp/one.yml", "/etc/two.yml" }

test("compose files: each that is missing is reported by its path, absolute or in the stack's folder", function()
  world { start = "none" }
  local function found()
    return looked [[
      local wanted = { directory = "/tmp", files = { "one.yml", "/etc/two.yml" } }
      return { checks.compose_files_exist[1](host.m1, { inventory = { stack = wanted } }) }
    ]]
  end
  for _, path in ipairs(files) do file.write("m1", path, "services: {}\n") end
  expect.equal((found()), { {}, { complete = true } })
  for _, path in ipairs(files) do file.remove("m1", path) end
  local findings, seen = table.unpack((found()))
  expect.equal({ findings[1].message, findings[2].message },
    { "there is no /tmp/one.yml", "there is no /etc/two.yml" })
  expect.equal(seen, { complete = false })
end)

test("placement: a service without a node is a finding, unless its files are missing, which is one already", function()
  world { start = "joined" }
  file.write("m1", "/tmp/one.yml", [[
version: "3.8"
services:
  admin: { image: "nexus/da-admin:1", deploy: { placement: { constraints: ["node.labels.da-admin == true"] } } }
]])
  local function found(labels, complete)
    return looked(([[
      local wanted = { name = "da", directory = "/tmp", files = { "one.yml" } }
      local check = checks.placement_is_possible(function() return { m1 = %s } end)
      return check[1](host.m1, { inventory = { stack = wanted } },
        { ["the compose files are there"] = { complete = %s } })
    ]]):format(labels, complete))
  end
  expect.equal(found('{ ["da-admin"] = "true" }', true), {})
  local findings = found("{}", true)
  expect.equal(#findings, 1)
  expect.contains(findings[1].message, "admin")
  expect.equal(found("{}", false), {})
end)

test("placement: a service of which only its node can say whether it fits is a warning, and not a finding", function()
  world { start = "joined" }
  file.write("m1", "/tmp/one.yml", [[
version: "3.8"
services:
  disk: { image: "nexus/disk:1", deploy: { placement: { constraints: ["engine.labels.disk == fast"] } } }
]])
  local found, result = looked [[
    local check = checks.placement_is_possible(function() return { m1 = {} } end)
    return check[1](host.m1, { inventory = { stack = { name = "da", directory = "/tmp", files = { "one.yml" } } } },
      { ["the compose files are there"] = { complete = true } })
  ]]
  expect.equal(found, {})
  expect.contains(table.concat(result.messages, "; "), "disk")
end)

test("a join token that is not of the swarm's root certificate is reported with both digests", function()
  local answer = { matches = true }
  _G.swarm = { token_matches = function() return answer end }
  local function found(is_manager)
    return checks.token_matches[1](m1, nil, { ["it answers"] = { swarm = { is_manager = is_manager } } })
  end
  expect.equal(found(true), {})
  answer = { matches = false, token_digest = "aa", root_digest = "bb" }
  expect.equal(found(true)[1].message,
    "the digest in the join token (aa) is not that of the swarm's root certificate (bb)")
  expect.equal(found(false), {})
end)
