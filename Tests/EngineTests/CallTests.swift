import CrashTesting
import Engine
import Foundation
import Journal
import TestSupport
import Testing
import Values

/// How a step finds again what it had begun, whatever its body does the second time.
@Suite(.usualTimeLimit) struct CallTests {
  @Test("a command is found again though a call before it is left out the second time")
  func conditional() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("a", function()
        if not world.has("w1", "marker") then world.set("w1", "marker") world.job("w1", "prepare") end
        world.job("w1", "x")
      end)
      """)
    // The first one is done by then, and its record is there: the second time it is not called.
    try await rig.killed(after: 2)
    let outcome = try await rig.goOn()
    #expect(rig.begun == ["job w1:prepare": 1, "job w1:x": 1])
    guard case .waiting("in_doubt", "a", let message) = outcome else {
      Issue.record("it went on: \(outcome)")
      return
    }
    #expect(message.contains("mark=prepare") || message.contains("world.job"))
    #expect(message.contains("nothing more"))
  }

  @Test("a call that needs no record is left out the second time: the command is the same one, wherever it stands")
  func leftOut() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("a", function()
        if not world.has("w1", "marker") then world.set("w1", "marker") end
        world.job("w1", "x")
      end)
      """)
    try await rig.killed(after: 1)
    #expect(try await rig.goOn() == .succeeded)
    #expect(rig.begun == ["job w1:x": 1])
  }

  @Test("branches inside a step find their commands again, in whichever order they come", arguments: 1...8)
  func branches(count: Int) async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("all at once", function()
        parallel({ "a", "b", "c", "d", "e", "f", "g", "h" }, { limit = 3 }, function(x)
          if x == "b" then time.sleep("1s") end
          world.job("w1", x)
          world.job("w2", x)
        end)
      end)
      """)
    try await rig.killed(after: count)
    #expect(try await rig.goOn() == .succeeded)
    #expect(rig.begun.count == 16)
    #expect(rig.begun.values.allSatisfy { $0 == 1 }, "\(rig.begun)")
  }

  @Test("equal commands of one step are told apart by their branch, then by their order")
  func equal() async throws {
    let rig = try Rig()
    try rig.body(
      """
      local said = step("a", function()
        world.job("w1", "x")
        world.job("w1", "x")
        parallel({ "p", "q" }, function() world.job("w1", "x") end)
        world.job("w1", "x")
      end)
      """)
    try await rig.killed(after: 4)
    #expect(try await rig.goOn() == .succeeded)
    #expect(rig.begun == ["job w1:x": 5])
    #expect(rig.world.calls.filter { $0.hasPrefix("follow ") }.count == 4)
  }

  @Test("a command whose words are others the second time is not begun: the person sees both sides")
  func otherWords() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("a", function() world.job("w1", "at " .. string.format("%.3f", time.now())) end)
      step("b", function() world.set("w1", "b") end)
      """)
    try await rig.killed(after: 1)
    // Time goes on between the two.
    let record = try #require(try await rig.store.run("run1"))
    func again(_ process: Int32, _ approver: Approver = .nobody) async throws -> RunOutcome {
      try await rig.runner(
        in: MortalProcess(process), clock: SkippingClock(Date(timeIntervalSince1970: 1_700_000_000 + Double(process))),
        approver: approver
      ).execute(record, rig.source)
    }
    for process in 2...3 {
      guard case .waiting("in_doubt", "a", let message) = try await again(Int32(process)) else {
        Issue.record("it was not in doubt")
        return
      }
      #expect(message.contains("Begun before:\n  w1: world.job"))
      #expect(message.contains("Requested now:\n  w1: world.job"))
    }
    #expect(rig.begun.count == 1)
    #expect(try await again(4, Approver(settle: { _, _ in .done }, ask: { _ in nil })) == .succeeded)
    #expect(rig.begun.count == 1)
    #expect(rig.world.marks.contains("w1:b"))
  }

  @Test("what a person has carried out once more first ends what still runs of the earlier attempt")
  func retriedByAPerson() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("a", function() world.job("w1", "at " .. string.format("%.3f", time.now())) end)
      """)
    try await rig.killed(after: 1)
    rig.world.state.withLock { state in for call in state.jobs.keys { state.jobs[call]?.isOver = false } }
    let record = try #require(try await rig.store.run("run1"))
    let outcome = try await rig.runner(
      in: MortalProcess(2), clock: SkippingClock(Date(timeIntervalSince1970: 1_800_000_000)),
      approver: Approver(settle: { _, _ in .retry }, ask: { _ in nil })
    ).execute(record, rig.source)
    #expect(outcome == .succeeded)
    let calls = rig.world.calls.filter { !$0.hasPrefix("look ") }.map { $0.prefix(4) }
    #expect(calls == ["job ", "end ", "job "])
  }

  @Test("where repeating does no harm, what still runs comes to its end before the step is tried again")
  func repeatable() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("a", { idempotent = true }, function() world.job("w1", "at " .. string.format("%.3f", time.now())) end)
      """)
    try await rig.killed(after: 1)
    let world = rig.world
    world.onCall { call in
      if call.hasPrefix("look ") { for job in world.state.withLock({ $0.jobs.keys }) { world.finish(job) } }
    }
    let record = try #require(try await rig.store.run("run1"))
    let outcome = try await rig.runner(
      in: MortalProcess(2), clock: SkippingClock(Date(timeIntervalSince1970: 1_800_000_000)), approver: .nobody
    ).execute(record, rig.source)
    #expect(outcome == .succeeded)
    #expect(rig.world.calls.map { $0.prefix(4) } == ["job ", "look", "job "])
  }

  @Test("a step stays in doubt over attempts that fail before they come to what was begun")
  func attemptsRemember() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("a", function()
        world.job("w1", "first")
        world.has("m", "between")
        world.job("w1", "x")
      end)
      """)
    try await rig.killed(after: 2)
    // The manager can't be reached, three times; then the host.
    for attempt in 0..<3 {
      rig.world.failNext("m:between", times: 1)
      #expect(try await rig.goOn(process: Int32(2 + attempt)).failure?.code == "world.trouble")
      #expect(try await rig.state().step(at: "a")?.isInDoubt == true)
    }
    rig.world.failNext("w1:first", times: 1)
    #expect(try await rig.goOn(process: 7).failure?.code == "world.trouble")
    #expect(try await rig.goOn(process: 8) == .succeeded)
    #expect(rig.begun == ["job w1:first": 1, "job w1:x": 1])
  }

  @Test("a command is found again once its own host is back, however many attempts met the host away")
  func hostAway() async throws {
    let rig = try Rig()
    try rig.body("step(\"a\", { retry = { attempts = 1 } }, function() world.job(\"w1\", \"x\") end)")
    try await rig.killed(after: 1)
    for attempt in 0..<3 {
      rig.world.failNext("w1:x", times: 1)
      #expect(try await rig.goOn(process: Int32(2 + attempt)).failure != nil)
      #expect(try await rig.state().step(at: "a")?.isInDoubt == true)
    }
    #expect(try await rig.goOn(process: 7) == .succeeded)
    #expect(rig.begun == ["job w1:x": 1])
  }

  @Test("work that was begun and of which the host knows nothing any more is in doubt")
  func traces() async throws {
    let rig = try Rig()
    try rig.body("step(\"a\", function() world.set(\"m\", \"before\") world.job(\"w1\", \"x\") end)")
    let record = try await rig.create()
    // Five writes: the run, the step, both effects, and that the host has begun; not the end.
    let world = rig.world
    world.state.withLock { $0.endless = ["w1:x"] }
    let runner = rig.runner(pid: 1), source = rig.source, stop = rig.stop
    let running = Task { try await runner.execute(record, source) }
    try await rig.sees(.effectLaunched)
    stop.raise()
    running.cancel()
    _ = try? await running.value
    world.state.withLock { $0.jobs = [:] }
    world.state.withLock { $0.endless = [] }
    guard case .waiting("in_doubt", "a", _) = try await rig.goOn() else {
      Issue.record("it went on")
      return
    }
    #expect(rig.begun == ["job w1:x": 1])
  }

  @Test("a failure that is known for what it is leaves no doubt: a retry begins everything anew")
  func definite() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("a", { retry = { attempts = 2, initial = 0 } }, function()
        world.job("w1", "x")
        world.set("m", "y")
      end)
      """)
    rig.world.failNext("m:y", times: 1)
    #expect(try await rig.run() == .succeeded)
    #expect(rig.begun == ["job w1:x": 2])
  }

  @Test("an undo that is killed finds its commands again")
  func undo() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("a", { undo = function()
        if world.has("w1", "a") then world.clear("w1", "a") world.job("w1", "u1") end
        world.job("w1", "u2")
      end }, function() world.set("w1", "a") end)
      """)
    #expect(try await rig.run() == .succeeded)
    try await rig.killed(after: 2, isRollback: true)
    let record = try #require(try await rig.store.run("run1"))
    let outcome = try await rig.runner(in: MortalProcess(9), clock: SkippingClock(), approver: .nobody)
      .rollback(record, rig.source)
    #expect(rig.begun == ["job w1:u1": 1, "job w1:u2": 1])
    guard case .waiting("in_doubt", "rollback/a", _) = outcome else {
      Issue.record("it went on: \(outcome)")
      return
    }
  }

  @Test("nothing is undone before what is to be undone has ended")
  func rollback() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("first", { undo = function() world.clear("m", "first") end }, function() world.set("m", "first") end)
      step("a", { undo = function() world.clear("w1", "x") end }, function() world.job("w1", "x") end)
      """)
    rig.world.state.withLock { $0.endless = ["w1:x"] }
    let record = try await rig.cutOff()
    let outcome = try await rig.runner(in: MortalProcess(2), clock: SkippingClock(), approver: .nobody)
      .rollback(record, rig.source)
    #expect(outcome == .succeeded)
    let calls = rig.world.calls.drop { !$0.hasPrefix("job ") }
    #expect(calls.map { $0.split(separator: " ")[0] } == ["job", "look", "end", "clear", "clear"])
    #expect(try await rig.events(.effectEnded).map { $0.payload["outcome"] }.contains("ended"))
  }

  /// Starts a run whose step does work that may be done again, and that does not end by itself; cancels it meanwhile.
  private func deployed(_ rig: Rig) async throws -> RunRecord {
    try rig.body(
      "step(\"a\", { undo = function() world.clear(\"w1\", \"x\") end }, function() world.deploy(\"w1\", \"x\") end)")
    rig.world.state.withLock { $0.endless = ["w1:x"] }
    let record = try await rig.create(), runner = rig.runner(pid: 1), source = rig.source
    let world = rig.world
    let running = Task { try await runner.execute(record, source) }
    let (begun, tell) = AsyncStream.makeStream(of: Void.self)
    world.onCall { if $0.hasPrefix("deploy") { tell.finish() } }
    for await _ in begun {}
    running.cancel()
    _ = try? await running.value
    world.onCall { _ in }
    world.state.withLock { $0.endless = [] }
    return record
  }

  @Test("work that may be done again, and still runs, is ended before the next attempt")
  func againAfterEnd() async throws {
    let rig = try Rig()
    _ = try await deployed(rig)
    #expect(try await rig.goOn() == .succeeded)
    #expect(rig.world.calls == ["deploy w1:x", "look w1:", "end w1:", "deploy w1:x"])
    #expect(try await rig.events(.effectEnded).map { $0.payload["outcome"] } == ["ended", "finished"])
    #expect(try await rig.state().step(at: "a")?.loose == [])
  }

  @Test("work that may be done again, and still runs, is ended before its step is undone")
  func undoneAfterEnd() async throws {
    let rig = try Rig()
    let record = try await deployed(rig)
    let outcome = try await rig.runner(in: MortalProcess(2), clock: SkippingClock(), approver: .nobody)
      .rollback(record, rig.source)
    #expect(outcome == .succeeded)
    #expect(rig.world.calls == ["deploy w1:x", "look w1:", "end w1:", "clear w1:x"])
  }

  @Test("work that may be done again and whose host was lost is ended there before the step's next attempt")
  func againAfterLoss() async throws {
    let rig = try Rig()
    try rig.body("step(\"a\", function() world.deploy(\"w1\", \"x\") end)")
    rig.world.failNext("w1:x", times: 1)
    let record = try await rig.create()
    let outcome = try await rig.runner(in: MortalProcess(2), clock: SkippingClock(), approver: .nobody)
      .execute(record, rig.source)
    #expect(outcome == .succeeded)
    #expect(rig.world.calls == ["deploy w1:x", "look w1:", "end w1:", "deploy w1:x"])
  }

  @Test("a rollback waits for a person where it can't be seen whether a command still runs")
  func rollbackUnseen() async throws {
    let rig = try Rig()
    try rig.body(
      "step(\"a\", { undo = function() world.clear(\"w1\", \"x\") end }, function() world.job(\"w1\", \"x\") end)")
    let world = rig.world
    world.state.withLock { $0.endless = ["w1:x"] }
    let record = try await rig.cutOff()
    world.state.withLock { $0.jobs = [:] }
    func back(_ process: Int32) async throws -> RunOutcome {
      try await rig.runner(in: MortalProcess(process), clock: SkippingClock(), approver: .nobody)
        .rollback(record, rig.source)
    }
    guard case .waiting("in_doubt", "a", let message) = try await back(2) else {
      Issue.record("it went back")
      return
    }
    #expect(message.contains("can't find out whether"))
    #expect(!rig.world.calls.contains("clear w1:x"))
    _ = try await rig.control(pid: 3).resolve(record, step: "a", .fail, by: "ann")
    #expect(try await back(4) == .succeeded)
    #expect(rig.world.calls.suffix(2) == ["end w1:mark=x", "clear w1:x"])
  }

  /// Executes the run with a clock on which a time limit is over as soon as something was begun, or never.
  private func limited(_ rig: Rig, isOver: Bool) async throws -> RunOutcome {
    var record = try await rig.store.run("run1")
    if record == nil { record = try await rig.create() }
    let world = rig.world
    return try await rig.runner(
      in: MortalProcess(isOver ? 1 : 2), clock: LimitClock { isOver && world.begun > 0 }, approver: .nobody
    ).execute(record!, rig.source)
  }

  @Test("a time limit ends the command on its host, and the failure says so")
  func timeLimit() async throws {
    let rig = try Rig()
    try rig.body("step(\"slow\", { timeout = 0.05 }, function() world.job(\"w1\", \"x\") end)")
    rig.world.state.withLock { $0.endless = ["w1:x"] }
    let failure = try #require(try await limited(rig, isOver: true).failure)
    #expect(failure.code == .stepTimeout)
    #expect(failure.message.contains("ended on its host: w1: world.job"))
    #expect(!failure.leavesDoubt)
    #expect(rig.world.calls == ["job w1:x", "end w1:mark=x"])
    #expect(try await rig.state().step(at: "slow")?.isInDoubt == false)
  }

  @Test("what a step that failed may still be doing is not begun by another step, though its failure was caught")
  func failedInDoubt() async throws {
    let rig = try Rig()
    try rig.body(
      """
      local ok = pcall(step, "one", { timeout = 0.05 }, function() world.job("w1", "x") end)
      step("something else", function() world.set("m", "else") end)
      if not ok then step("one again", function() world.job("w1", "x") end) end
      """)
    let world = rig.world
    world.state.withLock { $0.endless = ["w1:x"] }
    world.onCall { call in
      if call.hasPrefix("end ") { throw Failure("world.away", "the host is away", isRetryable: true) }
    }
    let outcome = try await limited(rig, isOver: true)
    guard case .waiting("in_doubt", "one", let message) = outcome else {
      Issue.record("it went on: \(outcome)")
      return
    }
    #expect(message.contains("about to do the same"))
    #expect(rig.begun == ["job w1:x": 1] && rig.world.marks.contains("m:else"))
  }

  @Test(
    "a command whose traces are gone at its time limit is never said to have ended, and a person looks before it is undone"
  )
  func timeLimitWithoutTraces() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("slow", { timeout = 0.05, undo = function() world.clear("w1", "x") end }, function() world.job("w1", "x") end)
      """)
    let world = rig.world
    world.state.withLock { $0.endless = ["w1:x"] }
    world.onCall { call in if call.hasPrefix("end ") { world.state.withLock { $0.jobs = [:] } } }
    let failure = try #require(try await limited(rig, isOver: true).failure)
    #expect(failure.code == .stepTimeout && failure.leavesDoubt, "\(failure)")
    #expect(failure.message.contains("may still run") && !failure.message.contains("ended on"), "\(failure)")
    for isRollback in [false, true] {
      guard case .waiting("in_doubt", "slow", _) = try await rig.goOn(isRollback: isRollback) else {
        Issue.record("it went on")
        return
      }
    }
    #expect(rig.begun == ["job w1:x": 1])
  }

  @Test("what a time limit could not end is ended before the step is undone", arguments: [false, true])
  func timeLimitAndRollback(isAway: Bool) async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("slow", { timeout = 0.05, undo = function() world.clear("w1", "x") end }, function() world.job("w1", "x") end)
      """)
    rig.world.state.withLock { $0.endless = ["w1:x"] }
    if isAway {
      rig.world.onCall { call in
        if call.hasPrefix("end ") { throw Failure("world.away", "the host is away", isRetryable: true) }
      }
    }
    #expect(try await limited(rig, isOver: true).failure?.code == .stepTimeout)
    rig.world.onCall { _ in }
    #expect(try await rig.goOn(isRollback: true) == .succeeded)
    let calls = rig.world.calls.filter { !$0.hasPrefix("look ") }
    let ended = try #require(calls.lastIndex { $0.hasPrefix("end ") }, "\(calls)")
    let undone = try #require(calls.firstIndex { $0.hasPrefix("clear ") }, "\(calls)")
    #expect(ended < undone, "\(calls)")
    #expect(rig.begun["job w1:x"] == 1)
  }

  @Test("a command that a time limit can't end stays in doubt, and is never said to have ended")
  func timeLimitUnreachable() async throws {
    let rig = try Rig()
    try rig.body("step(\"slow\", { timeout = 0.05 }, function() world.job(\"w1\", \"x\") end)")
    rig.world.state.withLock { $0.endless = ["w1:x"] }
    rig.world.onCall { call in
      if call.hasPrefix("end ") { throw Failure("world.away", "the host is away", isRetryable: true) }
    }
    let failure = try #require(try await limited(rig, isOver: true).failure)
    #expect(failure.code == .stepTimeout)
    #expect(failure.leavesDoubt)
    #expect(failure.message.contains("may still run"))
    #expect(!failure.message.contains("ended on"))
    rig.world.onCall { _ in }
    rig.world.state.withLock { $0.endless = [] }
    #expect(try await limited(rig, isOver: false) == .succeeded)
    #expect(rig.begun == ["job w1:x": 1])
  }

  @Test("the journal names a call, its host and its words; what tells its secret input is sealed")
  func recorded() async throws {
    let rig = try Rig()
    try rig.body("step(\"a\", function() world.job(\"w1\", \"x\") end)")
    #expect(try await rig.run() == .succeeded)
    let started = try #require(try await rig.events(.effectStarted).first)
    #expect(started.host == "w1")
    #expect(started.payload["words"]?.arrayValue?.last == "mark=x")
    #expect(started.payload["call"]?.stringValue?.count == 32)
    #expect(try await rig.events(.effectEnded).map { $0.payload["outcome"] } == ["finished"])
  }
}

/// The machine's clock, on which a time limit is over when something else says so.
private struct LimitClock: EngineClock {
  let isOver: @Sendable () -> Bool

  func now() -> Date { Date() }
  func sleep(seconds: Double) async throws { try await Task.sleep(for: .seconds(seconds)) }
  func limit(seconds: Double) async throws {
    try await eventually { isOver() }
  }
}
