import Check
import TestSupport
import Testing

@Suite("Names of steps", .usualTimeLimit)
struct StepNameTests {
  @Test(
    "a name stands once in its scope",
    arguments: [
      ("step('s', function() end)\nstep('s', function() end)", ["2: duplicate-step"]),
      ("approve('yes?')\napprove('yes?')", ["2: duplicate-step"]),
      ("step('s', function() end)\nscope('s', function() end)", ["2: duplicate-step"]),
      ("step('a/b', function() end)\nstep('a\u{2215}b', function() end)", ["2: duplicate-step"]),
      ("step('approve: yes?', function() end)\napprove('yes?')", ["2: duplicate-step"]),
      ("step('s', function() end)\nscope('t', function() step('s', function() end) end)", []),
      ("if run.id then step('s', function() end) else step('s', function() end) end", []),
      ("if run.id then step('s', function() end) return end\nstep('s', function() end)", []),
      ("if run.id then step('s', function() end) end\nstep('s', function() end)", ["2: duplicate-step"]),
    ])
  func duplicates(_ body: String, _ expected: [String]) throws {
    #expect(try found(in: body) == expected)
  }

  @Test(
    "a name is fit for a path, and not the one that rollbacks have",
    arguments: [
      ("step('', function() end)", ["1: unfit-name"]),
      ("scope('', function() end)", ["1: unfit-name"]),
      ("step('a\\nb', function() end)", ["1: unfit-name"]),
      ("approve('a\\nb')", []),
      ("scope('rollback', function() end)", ["1: unfit-name"]),
      ("scope('s', function() step('rollback', function() end) end)", []),
    ])
  func fitness(_ body: String, _ expected: [String]) throws {
    #expect(try found(in: body) == expected)
  }

  @Test(
    "a step in a loop has what differs in its name",
    arguments: [
      ("for i = 1, 3 do step('s', function() return i end) end", ["1: step-name-in-loop"]),
      ("for i = 1, 3 do step('s ' .. i, function() end) end", []),
      ("local name = 'a'\nfor i = 1, 3 do step('s ' .. name, function() return i end) end", ["2: step-name-in-loop"]),
      ("local n = 0\nwhile n < 3 do n = n + 1 step('s ' .. n, function() end) end", []),
      ("for _, host in ipairs(run.inventory.hosts) do step('s ' .. host.name, function() end) end", []),
      ("for i = 1, 3 do local name = 's' .. i step(name, function() end) end", []),
      ("for i = 1, 3 do scope('x ' .. i, function() step('s', function() end) end) end", []),
      ("for i = 1, 3 do if i == 2 then step('s', function() end) break end end", []),
      ("step('s ' .. tostring({}), function() end)", ["1: non-deterministic"]),
      ("local t = {}\nstep('s ' .. tostring(t), function() end)", ["2: non-deterministic"]),
    ])
  func loops(_ body: String, _ expected: [String]) throws {
    #expect(try found(in: body) == expected)
  }

  @Test(
    "what a step's function leaves in a variable is not there when a run is resumed",
    arguments: [
      ("local n = 0\nstep('a', function() n = n + 1 end)\nstep('b' .. n, function() end)", ["2: set-in-step"]),
      ("local l = {}\nstep('a', function() l[#l + 1] = 1 end)\nlog.info(#l)", ["2: set-in-step"]),
      ("local l = {}\nstep('a', function() table.insert(l, 1) end)\nlog.info(#l)", ["2: set-in-step"]),
      ("local t = {}\nstep('a', function() t.x = 1 end)\nlog.info(t.x)", ["2: set-in-step"]),
      (
        "local n\nstep('a', { undo = function() log.info(n) end }, function() n = 1 ssh.run('h', { 'true' }) end)",
        ["2: set-in-step"]
      ),
      ("local n\nlocal function body() n = 1 end\nstep('a', body)\nlog.info(n)", ["2: set-in-step"]),
      ("local n\nstep('a', function() (function() n = 1 end)() end)\nlog.info(n)", ["2: set-in-step"]),
      ("local n = step('a', function() local n = 0 n = n + 1 return n end)\nlog.info(n)", []),
      ("local n\nn = step('a', function() return 1 end)\nlog.info(n)", []),
      ("local l = {}\nparallel({ 1 }, function(i) l[i] = step('a', function() return i end) end)\nlog.info(#l)", []),
      ("local n\nstep('a', function() n = n or 1 return n end)", []),
      ("local n\n-- check: ignore set-in-step\nstep('a', function() n = 1 end)\nlog.info(n)", []),
    ])
  func variables(_ body: String, _ expected: [String]) throws {
    #expect(try found(in: body).filter { $0.contains("set-in-step") || expected == [] } == expected)
  }
}
