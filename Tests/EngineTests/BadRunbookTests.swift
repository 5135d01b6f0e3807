import Engine
import Foundation
import Journal
import LuaVM
import TestSupport
import Testing
import Values

/// What is wrong with a runbook is found before anything is touched, with the line and what to do.
@Suite(.usualTimeLimit) struct BadRunbookTests {
  private func refusal(_ text: String, memory: Int? = nil) async throws -> (Failure, Rig) {
    let rig = try Rig()
    try rig.write("test.lua", text)
    let failure = await failure { try await rig.runner(memory: memory).create(rig.source, parameters: [:]) }
    return (try #require(failure), rig)
  }

  private func inFunction(_ body: String) -> String { "return runbook { function(run)\n\(body)\nend }" }

  @Test("a missing file")
  func missing() async throws {
    let rig = try Rig()
    let failure = await failure { try await rig.runner().create(rig.source, parameters: [:]) }
    #expect(failure?.code == .runbookMissing)
  }

  @Test("a syntax error")
  func syntax() async throws {
    let (failure, _) = try await refusal("local x =\n\nreturn runbook { function(run) en }")
    #expect(failure.code == .runbookSyntax)
    #expect(failure.location == SourceLocation(file: "test.lua", line: 3))
  }

  @Test("no runbook in the file, two, or one of a wrong shape")
  func shape() async throws {
    #expect(try await refusal("return 1").0.code == .runbookShape)
    #expect(try await refusal("runbook { function() end }\nreturn runbook { function() end }").0.code == .runbookShape)
    let (stranger, _) = try await refusal("return runbook { sumary = \"x\", function() end }")
    #expect(stranger.hint == "did you mean \"summary\"?")
    #expect(try await refusal("return runbook { summary = \"x\" }").0.message.contains("function is missing"))
  }

  @Test("an error that the runbook raises")
  func raises() async throws {
    let (failure, rig) = try await refusal(inFunction("error(\"boom\")"))
    #expect(failure.code == .runbookRaised)
    #expect(failure.message == "boom")
    #expect(failure.location == SourceLocation(file: "test.lua", line: 2))
    #expect(try await rig.store.runs().isEmpty)
  }

  @Test("a loop without end, in the function and at the top of the file")
  func endless() async throws {
    let (failure, _) = try await refusal(inFunction("while true do end"))
    #expect(failure.code == .runbookEndless)
    #expect(failure.location?.line == 2)
    #expect(try await refusal("while true do end").0.code == .runbookEndless)
    #expect(try await refusal(inFunction("pcall(function() while true do end end)")).0.code == .runbookEndless)
  }

  @Test("memory without bound")
  func memory() async throws {
    let (failure, _) = try await refusal(
      inFunction("local t = {} while true do t[#t + 1] = (\"x\"):rep(1000) .. #t end"), memory: 8 << 20)
    #expect(failure.code == .runbookMemory)
  }

  @Test("a primitive outside a step, with the mend")
  func outsideStep() async throws {
    let (failure, rig) = try await refusal(inFunction("\nworld.set(\"w1\", \"x\")"))
    #expect(failure.code == .outsideStep)
    #expect(failure.location == SourceLocation(file: "test.lua", line: 3))
    #expect(failure.hint?.contains("step(") == true)
    #expect(rig.world.calls == [])
    #expect(try await refusal("world.has(\"m\", \"x\")\nreturn runbook { function() end }").0.code == .outsideStep)
  }

  @Test("two steps of one path, with both places")
  func duplicate() async throws {
    let (failure, rig) = try await refusal(
      inFunction("step(\"a\", function() world.set(\"m\", \"x\") end)\nstep(\"a\", function() end)"))
    #expect(failure.code == .duplicateStep)
    #expect(failure.message.contains("test.lua:2"))
    #expect(failure.location == SourceLocation(file: "test.lua", line: 3))
    #expect(rig.world.calls == [])
  }

  @Test("a step in a step, a change in a check, an approval in a step")
  func misplaced() async throws {
    #expect(
      try await refusal(inFunction("step(\"a\", function() step(\"b\", function() end) end)")).0.code == .nestedStep)
    #expect(try await refusal(inFunction("step(\"a\", function() approve(\"b\") end)")).0.code == .nestedStep)
    #expect(
      try await refusal(
        inFunction("step(\"a\", { check = function() world.set(\"m\", \"x\") end }, function() end)")
      ).0.code == .changeInCheck)
  }

  @Test(
    "wrong arguments name what was wanted",
    arguments: [
      ("world.set(\"w1\")", "argument 2 (mark) is missing"),
      ("world.set(\"w3\", \"x\")", "not a host of the inventory"),
      ("world.set(7, \"x\")", "must be a host of the inventory, not a number"),
      ("world.set(\"w1\", {})", "must be text, not a table"),
      ("world.set(\"w1\", \"x\", { cuont = 1 })", "no option \"cuont\""),
      ("world.set(\"w1\", \"x\", { count = \"many\" })", "option count must be a whole number, not text"),
      ("world.set(\"w1\", \"x\", {}, 1)", "takes 3 arguments, not 4"),
      ("world.sett(\"w1\", \"x\")", "there is no function world.sett"),
    ])
  func arguments(_ call: String, _ message: String) async throws {
    let (failure, rig) = try await refusal(inFunction("step(\"a\", function()\n\(call)\nend)"))
    #expect(failure.message.contains(message), "\(failure.message)")
    #expect(failure.location == SourceLocation(file: "test.lua", line: 3))
    #expect(rig.world.calls == [])
  }

  @Test(
    "what would break replay or reach past the steps is absent, and the error says what to use",
    arguments: [
      ("os.execute(\"ls\")", "ssh.run"), ("io.popen(\"ls\")", "ssh.run"), ("os.time()", "time.now()"),
      ("os.getenv(\"HOME\")", "params"), ("dofile(\"x\")", "require"),
    ])
  func absent(_ call: String, _ instead: String) async throws {
    let (failure, _) = try await refusal(inFunction(call))
    #expect(failure.code == .notAvailable)
    #expect(failure.hint?.contains(instead) == true)
    #expect(failure.location?.line == 2)
  }

  @Test("unknown, missing and ill-typed parameters, all at once")
  func parameters() async throws {
    let rig = try Rig()
    try rig.body(
      "",
      params: "params = { count = { default = 3 }, name = { required = true }, kind = { choices = { \"a\", \"b\" } } },"
    )
    let failure = await failure {
      try await rig.runner().create(rig.source, parameters: ["cuont": "1", "count": "x", "kind": "c"])
    }
    #expect(failure?.code == .parameter)
    let messages = failure?.related.map(\.message) ?? []
    #expect(messages.count == 4)
    #expect(messages.contains { $0.contains("has no parameter \"cuont\"") })
    let run = try await rig.runner().create(rig.source, parameters: ["name": "n", "count": "5"])
    #expect(run?.parameters == ["count": 5, "name": "n", "kind": nil])
  }
}
