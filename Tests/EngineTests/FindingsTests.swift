import Engine
import Journal
import TestSupport
import Testing
import Values

@Suite("Findings and tables", .usualTimeLimit)
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
    guard case .concluded = outcome else {
      Issue.record("not over: \(outcome)")
      return
    }
    let state = try await rig.state()
    #expect(state.status == .findings)
    #expect(state.status.isOver)
    #expect(state.step(at: "after") == nil)
    #expect(state.notes.map(\.rows) == [[["has x", "finding"]]])
    let resumed = await failure { try await rig.resume() }
    #expect(resumed?.code == .runOver)
  }

  @Test(
    "a run that has changed something and concludes is over: its hosts are free, its traces gone, and it can be undone")
  func concludedAfterChange() async throws {
    let rig = try Rig(), locks = InMemoryLocks(), removed = Box<[String]>([])
    try rig.body(
      """
      step("change", { undo = function() world.clear("w1", "x") end }, function() world.job("w1", "x") end)
      step("look", function() return world.has("w1", "x") end)
      conclude("still full", { { message = "w1 is full", host = "w1" } })
      step("after", function() world.set("w1", "y") end)
      """)
    func runner(_ pid: Int32) -> Runner {
      rig.runner(
        pid: pid, locks: locks, removeTraces: { run, hosts in removed.value += hosts.map { "\(run) \($0)" } })
    }
    let record = try await rig.create()
    let outcome = try await runner(1).execute(record, rig.source)
    guard case .concluded(let failure) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(failure.message == "still full")
    #expect(failure.related.map(\.message) == ["w1 is full"])
    #expect(locks.records.isEmpty)
    #expect(removed.value == ["run1 w1"])
    let event = try #require(try await rig.events(.runConcluded).first)
    #expect(event.payload["changed"] == 1 && event.payload["unchanged"] == 1)
    #expect(try await rig.state().status == .findings)
    let resumed = await EngineTests.failure { try await rig.resume() }
    #expect(resumed?.code == .runOver)
    #expect(try await runner(3).rollback(record, rig.source) == .succeeded)
    #expect(rig.world.marks == [])
    #expect(try await rig.state().status == .rolledBack)
  }

  @Test("the findings of all branches are told")
  func branches() async throws {
    let rig = try Rig()
    try rig.body(
      """
      parallel(run.inventory.workers, { limit = 1, max_failures = 2 }, function(worker)
        local is_fine = step("look", function() return world.has(worker, "x") end)
        if is_fine == false then conclude("full", { { message = worker.name .. " is full", host = worker } }) end
      end)
      """)
    guard case .concluded(let failure) = try await rig.run() else {
      Issue.record("not concluded")
      return
    }
    #expect(failure.related.map(\.message) == ["w1 is full", "w2 is full"])
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
