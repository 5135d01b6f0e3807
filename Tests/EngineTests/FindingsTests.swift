import Engine
import Journal
import Testing
import Values

@Suite("Findings and tables")
struct FindingsTests {
  private static let body = """
    local bad = step("look", function() return not world.has("w1", "x") end)
    show_table("Hosts", { "check", "w1" }, { { "has x", bad and "finding" or "ok" } })
    conclude("1 difference", bad and { { message = "no x", host = "w1", hint = "make it" } } or {})
    step("after", function() world.has("w1", "x") end)
    """

  @Test("a run that concludes with findings is over, keeps its table, and can't be resumed")
  func concluded() async throws {
    let rig = try Rig()
    try rig.body(Self.body)
    let outcome = try await rig.run()
    #expect(outcome.failure?.code == .findings)
    #expect(outcome.failure?.message == "1 difference")
    #expect(outcome.failure?.related.map(\.message) == ["no x"])
    guard case .refused = outcome else {
      Issue.record("not over: \(outcome)")
      return
    }
    let state = try await rig.state()
    #expect(state.status.isOver)
    #expect(state.step(at: "after") == nil)
    #expect(state.notes.map(\.rows) == [[["has x", "finding"]]])
    let resumed = await failure { try await rig.resume() }
    #expect(resumed?.code == .runOver)
  }

  @Test("without findings it goes on")
  func nothingFound() async throws {
    let rig = try Rig()
    try rig.body("conclude(\"nothing\", {})\nstep(\"after\", function() world.has(\"w1\", \"x\") end)")
    #expect(try await rig.run() == .succeeded)
    #expect(try await rig.state().step(at: "after")?.status == .succeeded)
  }

  @Test("a row that does not fit its headings is a mistake, and so are findings inside a step")
  func mistakes() async throws {
    let rig = try Rig()
    try rig.body("show_table(\"Hosts\", { \"a\", \"b\" }, { { \"1\", \"2\" }, { \"3\" } })")
    let odd = await failure { try await rig.run() }
    #expect(odd?.code == .argument)
    #expect(odd?.message.contains("row 2 has 1 cells") == true)
    try rig.body("step(\"a\", function() conclude(\"x\", {}) end)")
    let nested = await failure { try await rig.run() }
    #expect(nested?.code == .nestedStep)
  }
}
