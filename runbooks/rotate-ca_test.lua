--- Tests of rotate-ca.lua, in a simulated world.
local each_crash_point = require "each_crash_point"
local expect = require "expect"

local function one_swarm()
  simulation.world {
    inventory = { hosts = {
      m1 = { address = "192.0.2.1", role = "manager" }, w1 = { address = "192.0.2.2", role = "worker" },
    } },
    world = { start = "joined" },
  }
end

--- Fails unless every node has the present root, and the tokens are for it.
local function expect_one_root(what)
  local roots = pki.trust_roots("m1")
  expect.equal(roots.agree, true, what)
  expect.equal(roots.is_rotating, false, what)
  for _, role in ipairs { "worker", "manager" } do
    expect.equal(pki.parse_token(swarm.join_token("m1", role)).root_digest, roots.digest, role)
  end
  expect.equal(pki.certificate("w1").is_trusted, true, what)
end

test("every node trusts the new root certificate, and both tokens are for it", function()
  one_swarm()
  local before = swarm.ca("m1").digest
  local result = simulation.run("rotate-ca.lua")
  expect.succeeded(result)
  expect.equal(swarm.ca("m1").digest ~= before, true)
  expect_one_root()
  expect.contains(result.notes[1].items[1], "both join tokens")
  expect.equal(#result.tables[1].rows, 2)
end)

test("a worker that is down is reported before anything is changed; with prune it is removed", function()
  one_swarm()
  simulation.power("w1", false)
  simulation.jump("5m")
  local before = swarm.ca("m1").digest
  local refused = simulation.run("rotate-ca.lua")
  expect.equal(refused.status, "refused")
  expect.tells(refused, "the managers would wait for it, and so never finish")
  expect.equal(swarm.ca("m1").digest, before)
  local pruned = simulation.run("rotate-ca.lua", { params = { prune = true } })
  expect.succeeded(pruned)
  expect.equal(#node.list("m1"), 1)
  expect.equal(swarm.ca("m1").digest ~= before, true)
end)

for _, case in ipairs {
  { name = "a key without its certificate", params = { key = "k" }, finding = "without the root certificate" },
  {
    name = "a certificate without a way to sign", params = { certificate = "c" },
    finding = "the swarm could not sign with the certificate",
  },
} do
  test("refused: " .. case.name, function()
    one_swarm()
    local path = simulation.local_file("part.pem", "-----BEGIN CERTIFICATE-----\n")
    local params = {}
    for name in pairs(case.params) do params[name] = "@" .. path end
    local result = simulation.run("rotate-ca.lua", { params = params })
    expect.equal(result.status, "refused")
    expect.tells(result, case.finding)
    expect.equal(simulation.calls("m1"), {})
  end)
end

test("a manager that does not answer fails the run; resumed, there is one new root", function()
  one_swarm()
  local before = swarm.ca("m1").digest
  local result = simulation.run("rotate-ca.lua", {
    faults = { { step = "rotate the root certificate", message = "the manager is away" } },
  })
  expect.failed(result, "test.injected")
  expect.equal(swarm.ca("m1").digest, before)
  expect.succeeded(simulation.resume())
  expect_one_root()
end)

test("killed around each of its changes and resumed, the root is rotated once", function()
  each_crash_point({ world = one_swarm, runbook = "rotate-ca.lua" }, function(result)
    expect.succeeded(result)
    expect_one_root()
    local rotations = 0
    for _, call in ipairs(simulation.calls("m1")) do
      if call:find("/swarm/update", 1, true) then rotations = rotations + 1 end
    end
    expect.equal(rotations, 1)
  end)
end)
