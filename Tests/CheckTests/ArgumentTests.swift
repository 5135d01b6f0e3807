import Check
import Engine
import TestSupport
import Testing

@Suite("Arguments that are written out", .usualTimeLimit)
struct ArgumentTests {
  @Test(
    "they are what the definitions say",
    arguments: [
      ("step('s')", ["1: argument-count"]),
      ("step('s', {}, function() end, 1)", ["1: argument-count"]),
      ("step('s', function() end)", []),
      ("step('s', { chekc = function() end }, function() end)", ["1: unknown-option"]),
      ("step('s', { retry = { attempts = 3, backof = 2 } }, function() end)", ["1: unknown-option"]),
      ("step('s', { retry = { initial = '1s' } }, function() end)", ["1: unknown-option"]),
      ("step('s', { timeout = true }, function() end)", ["1: argument-type"]),
      ("step('s', 'not a function')", ["1: argument-type"]),
      ("parallel(run.inventory.hosts, { limit = 2 }, function() end)", []),
      ("parallel('x', run.inventory.hosts, { limt = 2 }, function() end)", ["1: unknown-option"]),
      ("parallel { a = function() end }", []),
      ("parallel({ a = function() end }, { limit = 2 })", []),
      ("note('title', 'item')", ["1: argument-type"]),
      ("fail { message = 'no', hnit = 'x' }", ["1: unknown-option"]),
      ("fail { mesage = 'no' }", ["1: unknown-option"]),
      ("fail('no')", []),
      ("fail {}", ["1: unknown-option"]),
      ("log.info()", ["1: argument-count"]),
      ("log.info('a', 'b')", ["1: argument-count"]),
      ("log.info(table.unpack { 'a' })", []),
      ("time.sleep {}", ["1: argument-type"]),
      ("print('a', 'b', 'c')", []),
      ("step('s', function() swarm.join_token(run.inventory.manager, 'wroker') end)", ["1: argument-type"]),
      ("step('s', function() swarm.leave(run.inventory.manager, { forc = true }) end)", ["1: unknown-option"]),
      ("step('s', function() swarm.leave() end)", ["1: argument-count"]),
    ])
  func literals(_ body: String, _ expected: [String]) throws {
    #expect(try found(in: body) == expected)
  }

  @Test("what is deprecated is told where it is used, with what to take instead")
  func deprecated() throws {
    let version = APIVersion(1, 0)
    let times = Parameter.optional("times", .integer, "how often").deprecated(since: version, instead: "count")
    let options = Parameter.optional("options", .record([times]), "how")
    let world = HostModule(
      "world", "A world.",
      [
        Primitive("set", "Sets.", parameters: [options], effect: .reads) { _, _ in .null },
        Primitive("mark", "Marks.", effect: .reads, deprecated: Deprecation(since: version, instead: "world.set")) {
          _, _ in .null
        },
      ])
    let findings = try look(
      at: "return runbook { function()\nstep('s', function() world.mark() end)\n"
        + "step('t', function() world.set() world.set({ times = 2 }) end) end }", host: [world])
    #expect(findings.map { "\($0.line): \($0.rule.id)" } == ["2: deprecated", "3: deprecated"])
    #expect(
      findings.map(\.message) == [
        "world.mark is deprecated since version 1.0 of the API",
        "option times of world.set is deprecated since version 1.0 of the API",
      ])
    #expect(findings.map(\.hint) == ["use world.set", "use count"])
  }

  @Test("a runbook's table, its parameters and its needs")
  func runbookTable() throws {
    func rules(_ text: String) throws -> [String] { try look(at: "return runbook \(text)").map(\.rule.id) }
    #expect(try rules("{ summary = 's', function() end }") == [])
    #expect(try rules("{ sumary = 's', function() end }") == ["unknown-option"])
    #expect(try rules("{ summary = 's' }") == ["unknown-option"])
    #expect(try rules("{ inventory = { managers = 'two' }, function() end }") == ["argument-type"])
    #expect(
      try rules("{ params = { a = { tpye = 'string' } }, function(run) return run.params.a end }") == ["unknown-option"]
    )
  }

  @Test("parameters are declared, and read")
  func parameters() throws {
    func rules(_ body: String) throws -> [String] {
      try look(
        at: "return runbook { params = { stack = { default = 'da' } }, function(run)\n\(body)\nend }"
      ).map { "\($0.line): \($0.rule.id)" }
    }
    #expect(try rules("log.info(run.params.stack)") == [])
    #expect(try rules("log.info(run.params.stak)") == ["1: unused-param", "2: unknown-param"])
    #expect(try rules("local params = run.params\nlog.info(params.stak .. params.stack)") == ["3: unknown-param"])
    #expect(try rules("log.info('x')") == ["1: unused-param"])
    #expect(try rules("for name in pairs(run.params) do log.info(name) end") == [])
  }
}
