import Engine
import Journal
import TestSupport
import Testing
import Values

/// A runbook may go on after a step failed; its run is not done then.
@Suite(.usualTimeLimit) struct CaughtFailureTests {
  private static let stepsFailed: FailureCode = "run.steps_failed"

  private static let steps = """
    local once = { retry = { attempts = 1 } }
    local function risky() return step("risky", once, function() world.set("m", "x") end) end
    """

  /// Executes a runbook in which the first call for each of these marks fails.
  private func run(_ body: String, failing marks: [String]) async throws -> (Rig, RunOutcome) {
    let rig = try Rig()
    try rig.body(Self.steps + "\n" + body)
    for mark in marks { rig.world.failNext(mark, times: 1) }
    return (rig, try await rig.run())
  }

  private func paths(_ failure: Failure) -> [String?] { failure.related.map(\.step) }

  @Test(
    "a run whose runbook catches a step's failure ends as failed, names the step, and a resume tries it again",
    arguments: [
      "pcall(risky)", "xpcall(risky, function(problem) return problem end)",
      "pcall(function() pcall(risky) error(1) end)",
      "local thread = coroutine.create(risky) coroutine.resume(thread)",
      "setmetatable({}, { __index = function() return pcall(risky) end }).field = nil; pcall(risky)",
    ])
  func caught(_ call: String) async throws {
    let (rig, outcome) = try await run(
      "\(call)\nstep(\"after\", function() world.set(\"m\", \"after\") end)", failing: ["m:x"])
    let failure = try #require(outcome.failure)
    #expect(failure.code == Self.stepsFailed)
    #expect(failure.message.contains("the step \"risky\" failed"))
    #expect(paths(failure) == ["risky"])
    #expect(failure.related.first?.message == "m:x did not work")
    #expect(failure.related.first?.cause == "the cable")
    let state = try await rig.state()
    #expect(state.status == .failed)
    #expect(state.failure == failure)
    #expect(rig.world.marks == ["m:after"])
    #expect(try await rig.resume() == .succeeded)
    #expect(rig.world.calls == ["set m:x", "set m:after", "set m:x"])
  }

  @Test("every failed step is named, in the order of the runbook, also beside a failure that ends it")
  func all() async throws {
    let body = """
      for _, mark in ipairs { "c", "b", "a" } do
        pcall(step, mark, once, function() world.set("m", mark) end)
      end
      """
    let (_, atEnd) = try await run(body, failing: ["m:a", "m:b", "m:c"])
    let failure = try #require(atEnd.failure)
    #expect(failure.message.contains("3 steps failed"))
    #expect(paths(failure) == ["c", "b", "a"])
    let (_, ended) = try await run(body + "\nrisky()", failing: ["m:a", "m:c", "m:x"])
    let last = try #require(ended.failure)
    #expect(last.step == "risky")
    #expect(paths(last) == ["c", "a"])
  }

  @Test("a branch that max_failures lets fail is named with its step, and a resume does what it left")
  func tolerated() async throws {
    let (rig, outcome) = try await run(
      """
      parallel(run.inventory.workers, { max_failures = 1 }, function(worker)
        step("one", once, function() world.set(worker, "one") end)
        step("two", function() world.set(worker, "two") end)
      end)
      step("after", function() world.set("m", "after") end)
      """, failing: ["w1:one"])
    let failure = try #require(outcome.failure)
    #expect(failure.code == Self.stepsFailed)
    #expect(paths(failure) == ["w1/one"])
    #expect(failure.related.first?.host == "w1")
    #expect(rig.world.marks == ["w2:one", "w2:two", "m:after"])
    #expect(try await rig.resume() == .succeeded)
    #expect(rig.world.marks == ["w1:one", "w1:two", "w2:one", "w2:two", "m:after"])
  }

  @Test("a branch that fails between its steps is named too")
  func betweenSteps() async throws {
    let (_, outcome) = try await run(
      """
      parallel("workers", run.inventory.workers, { max_failures = 2 }, function(worker)
        local found = step("look", function() return world.has(worker, "x") end)
        if found == false then fail("there is no x") end
      end)
      """, failing: [])
    let failure = try #require(outcome.failure)
    #expect(failure.message.contains("2 branches failed"))
    #expect(failure.related.map(\.host) == ["w1", "w2"])
    #expect(
      failure.related.map(\.message) == [
        "the branch \"workers/w1\": there is no x", "the branch \"workers/w2\": there is no x",
      ])
  }

  @Test("failed branches of a parallel that the runbook catches are named once each")
  func caughtParallel() async throws {
    let (_, outcome) = try await run(
      """
      pcall(parallel, run.inventory.workers, function(worker)
        parallel("inner", { "a" }, function(name)
          step("s", once, function() world.set(worker, name) end)
        end)
      end)
      """, failing: ["w1:a", "w2:a"])
    #expect(paths(try #require(outcome.failure)) == ["w1/inner/a/s", "w2/inner/a/s"])
  }

  @Test("as many failures as a number can hold are no trap")
  func largest() async throws {
    for limit in ["math.maxinteger", "math.maxinteger - 1", "8e15 // 1"] {
      let (_, outcome) = try await run(
        """
        parallel({ "a", "b" }, { max_failures = \(limit), limit = \(limit), serial = \(limit) }, function(name)
          step("s", once, function() world.set("m", name) end)
        end)
        """, failing: ["m:a", "m:b"])
      #expect(paths(try #require(outcome.failure)) == ["a/s", "b/s"])
    }
  }

  @Test("a failed step weighs more than findings that the runbook ends with, and both are told")
  func findings() async throws {
    for ending in ["conclude(\"two are full\", found)", "refuse(found)"] {
      let (rig, outcome) = try await run(
        "pcall(risky)\nlocal found = { { message = \"m is full\", host = \"m\" } }\n\(ending)", failing: ["m:x"])
      let failure = try #require(outcome.failure)
      #expect(failure.code == Self.stepsFailed)
      #expect(failure.related.first?.step == "risky")
      #expect(failure.related.flatMap { [$0.message] + $0.related.map(\.message) }.contains("m is full"))
      #expect(try await rig.state().status == .failed)
    }
  }

  @Test("a step that is known to fail is found before the run begins, also where its failure is caught")
  func knownBefore() async throws {
    for call in [
      "pcall(step, \"a\", function() fail(\"no\") end)",
      "parallel({ \"b\" }, { max_failures = math.maxinteger }, function() step(\"a\", function() fail(\"no\") end) end)",
    ] {
      let rig = try Rig()
      try rig.body("step(\"first\", function() end)\n\(call)")
      let failure = try #require(await failure { try await rig.run() })
      #expect(failure.code == Self.stepsFailed)
      #expect(failure.related.map(\.message) == ["no"])
      #expect(failure.related.first?.location == SourceLocation(file: "test.lua", line: 4))
      #expect(try await rig.store.runs().isEmpty)
    }
  }

  @Test("a plan shows its steps and warns of one that can't be looked at, when the runbook goes on")
  func plan() async throws {
    let rig = try Rig()
    try rig.body(
      "pcall(step, \"look\", function() return world.has(\"m\", \"x\") end)\nstep(\"after\", function() end)")
    rig.world.onCall { _ in throw Failure("world.silent", "m does not answer") }
    let plan = try await rig.runner().plan(rig.source, parameters: [:])
    #expect(plan.steps.map(\.path) == ["look", "after"])
    #expect(plan.warnings.contains { $0.contains("look") && $0.contains("m does not answer") })
  }

  @Test("a run that replays everything comes to its end although a failure is caught")
  func replayed() async throws {
    let rig = try Rig()
    try rig.body(Self.steps + "\npcall(risky)\nstep(\"one\", function() end)\nstep(\"two\", function() end)")
    rig.world.failNext("m:x", times: 99)
    let record = try await rig.create()
    let outcome = try await rig.runner(replays: true).execute(record, rig.source)
    #expect(paths(try #require(outcome.failure)) == ["risky"])
    #expect(rig.world.calls == ["set m:x"])
    #expect(try await rig.state().step(at: "two")?.status == .succeeded)
  }

  @Test("a refusal does not say that nothing was changed where something was")
  func refusedAfterChange() async throws {
    let (rig, outcome) = try await run(
      """
      risky()
      refuse { { message = "m is full" } }
      """, failing: [])
    guard case .failed(let failure) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(!failure.message.contains("nothing was changed"))
    #expect(try await rig.state().status == .failed)
  }
}
