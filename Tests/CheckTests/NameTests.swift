import Check
import TestSupport
import Testing

@Suite("Names that nothing defines", .usualTimeLimit)
struct NameTests {
  @Test("a function that a module has not, with the near one as a fix")
  func unknownFunction() throws {
    let findings = try look(
      at: "return runbook { function(run)\n  step('s', function() swarm.jion(run.inventory.manager, { }) end)\nend }")
    let finding = try #require(findings.first)
    #expect(finding.rule.id == "unknown-field")
    #expect(finding.message == "there is no function swarm.jion")
    #expect(finding.hint == "did you mean \"join\"?")
    #expect((finding.line, finding.column, finding.endColumn) == (2, 30, 34))
    #expect(finding.fix?.text == "join")
    #expect(finding.sourceLine.contains("swarm.jion"))
  }

  @Test(
    "a function that was renamed is told by its new name, which is the fix",
    arguments: [
      ("file.exists_here('/a')", "it is called file.exists_local now", "exists_local"),
      ("file.read_here('/a')", "it is called file.read_local now", "read_local"),
      ("file.hand_over('/a', secret(run.id))", "it is called file.create_local now", "create_local"),
    ])
  func renamed(_ call: String, _ hint: String, _ fix: String) throws {
    let findings = try look(at: "return runbook { function(run)\n  step('s', function() \(call) end)\nend }")
    #expect(findings.map(\.rule.id) == ["unknown-field"])
    #expect(findings.first?.hint == hint && findings.first?.fix?.text == fix)
    let global = try look(at: "return runbook { function(run)\n  rehearsal.run('x.lua')\nend }")
    #expect(global.map(\.rule.id) == ["not-available"] && global.first?.hint == "it is called simulation now")
  }

  @Test(
    "names are told where they stand",
    arguments: [
      ("lgo.info('x')", ["1: unknown-global"]),
      ("log.inf('x')", ["1: unknown-field"]),
      ("log.info(run.inventroy)", ["1: unknown-field"]),
      ("log.info(run.inventory.manager.nmae)", ["1: unknown-field"]),
      ("local host = run.inventory.workers[1]\nlog.info(host.adress)", ["2: unknown-field"]),
      ("for _, host in ipairs(run.inventory.hosts) do log.info(host.adress) end", ["1: unknown-field"]),
      ("parallel(run.inventory.workers, function(host) log.info(host.adress) end)", ["1: unknown-field"]),
      ("local function show(it) log.info(it.adress) end\nshow(run.inventory.manager)", ["1: unknown-field"]),
      ("log.info(run.inventory.manager.name .. string.format('%s', run.id))", []),
      ("log.info(('x'):rep(3) .. table.concat({ 'a' }, ',') .. math.pi)", []),
      ("log.info(math.pow(2, 3))", ["1: unknown-field"]),
      ("log.info(os.time())", ["1: non-deterministic"]),
      ("log.info(math.random())", ["1: non-deterministic"]),
      ("os.execute('reboot')", ["1: not-available"]),
      ("io.anything('x')", ["1: not-available"]),
      ("dofile('x')", ["1: not-available"]),
      ("for key in next, { 1 } do log.info(key) end", ["1: non-deterministic"]),
      ("count = 1\nlog.info(count)", ["1: global-assignment"]),
      ("local swarm = { jion = 1 }\nlog.info(swarm.jion)", []),
      ("require 'nowhere'", ["1: missing-module"]),
    ])
  func names(_ body: String, _ expected: [String]) throws {
    #expect(try found(in: body) == expected)
  }

  @Test("members of an author's own modules are known, unless the module makes them by computed names")
  func modules() throws {
    let body = "local it = require 'it'\nlog.info(it.here .. it.there)"
    let plain = "local it = {}\nit.here = 'x'\nreturn it"
    let computed = "local it = {}\nfor _, name in ipairs { 'there' } do it[name] = name end\nreturn it"
    #expect(try found(in: body, modules: ["it": plain]) == ["2: unknown-field"])
    #expect(try found(in: body, modules: ["it": computed]) == [])
  }

  @Test("modules that require each other are told; one that is required on a call, later, is none of them")
  func circles() throws {
    let there = "local here = require 'here'\nreturn { n = here.n }"
    let findings = try look(
      at: "require 'here'\nreturn runbook { function() end }",
      modules: ["here": "local there = require 'there'\nreturn { n = there.n }", "there": there])
    #expect(findings.map { "\($0.file):\($0.line): \($0.rule.id)" } == ["stdlib/there.lua:1: module-circle"])
    #expect(findings.first?.message == "the module \"here\" requires itself: here → there → here")
    let later = "local function n() return require 'there'.n end\nreturn { n = n }"
    #expect(
      try look(
        at: "require 'here'\nreturn runbook { function() end }", modules: ["here": later, "there": there]
      ).isEmpty)
  }

  @Test("what is no Lua is told with its place, also in a module")
  func syntax() throws {
    #expect(try found(in: "if run then") == ["2: syntax"])
    #expect(try found(in: "require 'it'", modules: ["it": "return {\n"]) == ["stdlib/it.lua:2: syntax"])
  }
}
