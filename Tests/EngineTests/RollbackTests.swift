import Engine
import Journal
import TestSupport
import Testing
import Values

@Suite(.usualTimeLimit) struct RollbackTests {
  static let procedure = """
    step("base", { undo = function() world.set("m", "base undone") end }, function() world.set("m", "base") return 1 end)
    step("look", function() return world.has("m", "base") end)
    parallel("workers", run.inventory.workers, function(worker)
      step("one", { undo = function(result) world.set(worker, "undone " .. result) end },
        function() return world.set(worker, "one") end)
      step("two", { retry = { attempts = 1 }, undo = function() world.set(worker, "two undone") end },
        function() world.set(worker, "two") end)
    end)
    step("already", { undo = function() world.set("m", "never") end }, function() world.set("m", "base") end)
    """

  private func run(failing: String? = nil) async throws -> (Rig, RunRecord, RunOutcome) {
    let rig = try Rig()
    try rig.body(Self.procedure)
    if let failing { rig.world.failNext(failing, times: 1) }
    let record = try await rig.create()
    return (rig, record, try await rig.runner().execute(record, rig.source))
  }

  private func undos(_ rig: Rig) -> [String] {
    rig.world.calls.filter { $0.contains("undone") || $0.contains("never") }
  }

  @Test(
    "checks that found nothing do not end what is undone", arguments: ["refuse({})", "conclude(\"all is well\", {})"])
  func nothingFound(check: String) async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("one", { undo = function() world.set("m", "one undone") end }, function() world.set("m", "one") end)
      \(check)
      parallel("p", { "a" }, function() \(check) end)
      step("two", { undo = function() world.set("m", "two undone") end }, function() world.set("m", "two") end)
      """)
    #expect(try await rig.run() == .succeeded)
    let record = try #require(try await rig.store.run("run1"))
    #expect(try await rig.runner(pid: 2).rollback(record, rig.source) == .succeeded)
    #expect(undos(rig) == ["set m:two undone", "set m:one undone"])
  }

  @Test("a finished run is undone from its latest step to its first, with the recorded results")
  func finished() async throws {
    let (rig, record, outcome) = try await run()
    #expect(outcome == .succeeded)
    #expect(try await rig.runner(pid: 2).rollback(record, rig.source) == .succeeded)
    let calls = undos(rig)
    #expect(calls.count == 5)
    #expect(calls.last == "set m:base undone")
    for worker in ["w1", "w2"] {
      let two = try #require(calls.firstIndex(of: "set \(worker):two undone"))
      let one = try #require(calls.firstIndex(of: "set \(worker):undone \(worker):one"))
      #expect(two < one)
    }
    let state = try await rig.state()
    #expect(state.status == .rolledBack)
    #expect(state.step(at: "rollback/workers/w1/two")?.status == .succeeded)
    let again = await failure { try await rig.runner(pid: 3).rollback(record, rig.source) }
    #expect(again?.code == .runOver)
    let resumed = await failure { try await rig.runner(pid: 3).execute(record, rig.source) }
    #expect(resumed?.code == .runOver)
  }

  @Test("a run that failed in the middle is undone as far as it went, the failed step included")
  func middle() async throws {
    let (rig, record, outcome) = try await run(failing: "w1:two")
    #expect(outcome.failure != nil)
    #expect(try await rig.runner(pid: 2).rollback(record, rig.source) == .succeeded)
    let calls = undos(rig)
    #expect(calls.contains("set w1:two undone"))
    #expect(calls.contains("set w1:undone w1:one"))
    #expect(calls.last == "set m:base undone")
    #expect(!calls.contains { $0.contains("never") })
  }

  @Test("a step whose first attempt died after its change is undone, although the second attempt found it done")
  func foundDone() async throws {
    for option in ["", "check = function() return world.has(\"m\", \"x\") end,"] {
      let rig = try Rig()
      try rig.body(
        """
        step("a", { \(option) undo = function() world.clear("m", "x") end }, function() world.set("m", "x") end)
        """)
      let record = try await rig.create()
      // run.started, step.started and effect.started are written; the outcome is not.
      _ = try await rig.runner(store: CrashingStore(rig.store, after: 3)).execute(record, rig.source)
      #expect(rig.world.marks == ["m:x"])
      #expect(try await rig.resume() == .succeeded)
      #expect(try await rig.state().step(at: "a")?.outcome == .alreadySo)
      #expect(try await rig.runner(pid: 3).rollback(record, rig.source) == .succeeded)
      #expect(rig.world.marks == [])
    }
  }

  @Test("a rollback that failed goes on where it stopped, and the run can't go forward meanwhile")
  func interrupted() async throws {
    let (rig, record, _) = try await run()
    rig.world.failNext("m:base undone", times: 9)
    let first = try await rig.runner(pid: 2).rollback(record, rig.source)
    #expect(first.failure?.code == "world.trouble")
    let forward = await failure { try await rig.runner(pid: 3).execute(record, rig.source) }
    #expect(forward?.hint?.contains("runbook rollback") == true)
    rig.world.failNext("m:base undone", times: 0)
    let before = undos(rig).count
    #expect(try await rig.runner(pid: 3).rollback(record, rig.source) == .succeeded)
    #expect(undos(rig).count == before + 1)
  }

  @Test("a crash at each write of a rollback: nothing is undone twice and nothing is left")
  func crashes() async throws {
    var crashes = 0
    for point in 1... {
      let (rig, record, _) = try await run()
      let crashed = try await rig.runner(store: CrashingStore(rig.store, after: point), pid: 2)
        .rollback(record, rig.source)
      if crashed == .succeeded { break }
      crashes += 1
      let done = Set(
        try await rig.state().steps.filter { $0.path.hasPrefix("rollback/") && $0.status == .succeeded }.map(\.path))
      #expect(try await rig.runner(pid: 3).rollback(record, rig.source) == .succeeded, "crash at write \(point)")
      for path in done {
        let starts = try await rig.events(.stepStarted).filter { $0.path == path }.count
        #expect(starts == 1, "\(path) was undone again after a crash at write \(point)")
      }
      #expect(Set(undos(rig)).count == 5, "crash at write \(point)")
    }
    #expect(crashes >= 10)
  }
}
