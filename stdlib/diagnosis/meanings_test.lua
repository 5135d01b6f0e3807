--- Tests of meanings.lua: findings from the engine's own words, and from what was seen. No host is asked.
local expect = require "expect"
local meanings = require "diagnosis.meanings"

-- What engines wrote, as they wrote it, and the finding from it.
for _, case in ipairs {
  {
    words = 'manager stopped: can\'t initialize raft node: certificate (1 - x) has expired: certificates have expired',
    what = "its swarm certificate has expired",
  },
  { words = "x509: certificate has expired or is not yet valid", what = "its swarm certificate has expired" },
  { words = "x509: certificate is not yet valid", what = "its swarm certificate is not valid yet" },
  { words = "remote CA does not match fingerprint. Expected: ab", what = "it reached a manager of another swarm" },
  { words = "Swarm is encrypted and needs to be unlocked before it can be used", what = "its swarm is locked" },
  {
    words = "rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few managers are online",
    what = "the swarm has no leader",
  },
  {
    words = "rpc error: code = Unavailable desc = connection error: dial tcp 192.0.2.1:2377: connect: connection refused",
    what = "it does not reach a manager's port 2377",
  },
  {
    words = "error while dialing: dial tcp 192.0.2.1:2377: i/o timeout", what = "the managers do not answer in time",
  },
  { words = "TransientFailure", what = "it does not reach a manager's port 2377" },
} do
  test("the engine's words: " .. case.words:sub(1, 60), function()
    expect.truthy(meanings.is_known(case.words))
    local told = meanings.of_swarm_error(nil, "error", case.words)
    expect.equal(told.what, case.what)
    expect.equal(told.saw, case.words)
    expect.truthy(#told.means > 20 and #told.act > 20)
  end)
end

for state, what in pairs { active = "its swarm is not answering", error = "its swarm is in state error" } do
  test("unknown words, in state " .. state, function()
    expect.falsy(meanings.is_known("a new trouble"))
    expect.equal(meanings.of_swarm_error(nil, state, "a new trouble").what, what)
  end)
end

-- A port that is not reached: what it means depends on what is known of the engine there.
local da2 = { name = "da2", address = "192.0.2.2" }
for _, case in ipairs {
  { found = "filtered", means = "packets are dropped on the way", act = "open TCP 2377 of da2 (192.0.2.2)" },
  { found = "refused", problem = {}, means = "its engine does not run", act = "systemctl start docker" },
  { found = "refused", state = "locked", means = "a locked manager does not listen", act = "docker swarm unlock" },
  { found = "refused", state = "inactive", means = "da2 is in no swarm", act = "let da2 join its swarm" },
  { found = "refused", state = "active", means = "a firewall refuses it", act = "check its address" },
  { found = "filtered", port = 7946, means = "packets are dropped", act = "; UDP 7946 too" },
} do
  test(("a port that is %s, engine %s, port %d"):format(case.found, case.state or "silent", case.port or 2377), function()
    local told = meanings.port(nil, da2, case.port or 2377, { state = case.found, saw = "seen" }, case.problem, case.state)
    expect.equal(told.what, ("da2's port %d is not reached"):format(case.port or 2377))
    expect.contains(told.means, case.means)
    expect.contains(told.act, case.act)
  end)
end

for _, case in ipairs {
  { error = "", managers = 0, saw = "the manager knows of no leader" },
  { error = "no leader", managers = 0, saw = "no leader" },
  { error = "no leader", managers = 3, saw = "1 of 3 managers can be reached, 2 are needed" },
} do
  test("a lost quorum: " .. case.saw, function()
    local quorum = { managers = case.managers, reachable = 1, needed = 2 }
    expect.equal(meanings.lost_quorum(nil, { error = case.error, quorum = quorum }).saw, case.saw)
  end)
end

test("for an engine that denies permission the advice is not to start it", function()
  local problem = { code = "docker.permission", message = "denied", hint = "let the user use docker" }
  expect.equal(meanings.of_engine(nil, problem, "denied").act, "let the user use docker")
  problem.code = "docker.unreachable"
  expect.contains(meanings.of_engine(nil, problem, "no such socket").act, "systemctl start docker")
  expect.equal(meanings.of_engine(nil, problem, "no such socket").saw, "denied (no such socket)")
end)

test("for an engine that sudo or ssh did not reach the advice is not to start it", function()
  for _, code in ipairs { "sudo.refused", "sudo.password", "ssh.no_shell" } do
    local problem = { code = code, message = "denied", hint = "give the user a rule" }
    expect.equal(meanings.of_engine(nil, problem, "denied").act, "give the user a rule")
  end
end)

for _, case in ipairs {
  { offset = 61.4, saw = "it is 61 s ahead of that of da1" }, { offset = -3600, saw = "it is 3600 s behind that of da1" },
} do
  test("a clock: " .. case.saw, function() expect.equal(meanings.clock(nil, case.offset, "da1").saw, case.saw) end)
end

for _, case in ipairs {
  { name = "expired", moment = "1970-01-02", tell = meanings.expired },
  { name = "overdue", moment = "1970-01-02", tell = meanings.overdue },
} do
  test("a certificate that is " .. case.name .. " is reported with its end", function()
    expect.contains(case.tell(nil, { not_after = 86400 }).saw, case.moment)
  end)
end

local member = { id = "id2", hostname = "da2", address = "192.0.2.2", state = "down", message = "heartbeat failure" }
local da1 = { name = "da1" }

for _, case in ipairs {
  { name = "of no host", silent = {}, means = "no host of the inventory is this node" },
  { name = "perhaps of a silent host", silent = { { name = "da3" } }, means = "a host that does not answer (da3)" },
} do
  test("a stale node, " .. case.name, function()
    local told = meanings.stale_node(member, da1, case.silent)
    expect.contains(told.means, case.means)
    expect.contains(told.act, "docker node rm id2")
  end)
end

test("a node that is down is reported in the manager's words, or by its state if there are none", function()
  expect.equal(meanings.node_down(member, da1).saw, "da1 says: heartbeat failure")
  expect.equal(meanings.silent_node(nil, { state = "down", message = "", id = "id2" }, da1).saw, "da1 says: down")
end)

for _, case in ipairs {
  { attached = {}, saw = "has no service", act = "docker network rm da_net" },
  { attached = { "task x" }, saw = "; attached: task x", act = "stop what is attached, then docker network rm da_net" },
} do
  test(("what is left with %d attached"):format(#case.attached), function()
    local told = meanings.left_behind { kind = "network", name = "da_net", stack = "da", attached = case.attached }
    expect.contains(told.saw, case.saw)
    expect.equal(told.act, case.act)
  end)
end

test("a task is reported with the reasons and its log", function()
  local told = meanings.task {
    service = "da_policy", cause = "no suitable node", reasons = { "da1: no label" }, log = { "line" },
    message = "no node meets its placement constraints", hint = "compare",
  }
  expect.equal(told.saw, "no suitable node\n     da1: no label\n     its log: line")
end)
