import Engine
import Journal
import TestSupport
import Testing
import Values

@Suite("A run that begins in the middle", .usualTimeLimit) struct ReuseTests {
  private static let procedure = """
    local a = step("a", function() return world.set("m", "a") end)
    local n = random.integer(1, 1 << 50)
    local lengths = parallel("workers", run.inventory.workers, function(worker)
      return step("measure", function() world.set(worker, "x") return #worker.name end)
    end)
    step("b", function() return world.set("m", a .. n .. (lengths[1] + lengths[2])) end)
    step("c", function() world.set("m", "c") end)
    """

  private func begin(_ rig: Rig, from step: String, of run: String? = nil) async throws -> RunOutcome {
    let record = try await rig.runner(pid: 2).create(
      rig.source, parameters: [:], id: RunID(validating: "run2"), reuse: ResultReuse(from: step, of: run))
    return try await rig.runner(pid: 2).execute(#require(record), rig.source)
  }

  private func state(_ rig: Rig, _ run: String = "run2") async throws -> RunState {
    RunState(events: try await rig.store.events(of: run, after: 0))
  }

  @Test(
    "earlier steps are not carried out, their results and recorded values are the earlier run's, and that is recorded")
  func begins() async throws {
    let rig = try Rig()
    try rig.body(Self.procedure)
    #expect(try await rig.run() == .succeeded)
    let first = rig.world.calls
    #expect(try await begin(rig, from: "b") == .succeeded)
    // The random number is in what step b sets.
    #expect(Array(rig.world.calls.dropFirst(first.count)) == Array(first.suffix(2)))
    let steps = try await state(rig).steps
    #expect(steps.filter { $0.outcome == .reused }.map(\.path) == ["a", "workers/w1/measure", "workers/w2/measure"])
    #expect(steps.filter { $0.outcome == .reused }.allSatisfy { $0.reusedFrom == "run1" })
    #expect(try await state(rig).counts.reused == 3)
  }

  @Test("a run does not go on with results of one that was rolled back meanwhile, and says where files were edited")
  func rolledBackMeanwhile() async throws {
    let rig = try Rig()
    let procedure =
      "step(\"a\", { undo = function() world.clear(\"m\", \"a\") end }, function() world.set(\"m\", \"a\") end)\n"
    try rig.body(procedure + "step(\"b\", function() end)")
    #expect(try await rig.run() == .succeeded)
    try rig.body(procedure + "approve(\"go on?\")\nstep(\"b\", function() end)")
    guard case .waiting = try await begin(rig, from: "b") else {
      Issue.record("it did not wait")
      return
    }
    let warnings = try await rig.store.events(of: "run2", after: 0).filter { $0.kind == .logMessage }
    #expect(warnings.count == 1 && warnings[0].payload["text"]?.stringValue?.contains("was not compared") == true)
    let record = try #require(try await rig.store.run("run1")), second = try #require(try await rig.store.run("run2"))
    #expect(try await rig.runner(pid: 3).rollback(record, rig.source) == .succeeded)
    let problem = await failure(of: { try await rig.runner(pid: 4).execute(second, rig.source) })
    #expect(problem?.code == .resultsMissing && problem?.message.contains("rolled back") == true)
  }

  @Test("what is in a branch before the step, in the order of the script, is taken over, and what comes after is done")
  func branch() async throws {
    let rig = try Rig()
    try rig.body(Self.procedure)
    #expect(try await rig.run() == .succeeded)
    #expect(try await begin(rig, from: "workers/w2/measure") == .succeeded)
    #expect(try await state(rig).steps.filter { $0.outcome == .reused }.map(\.path) == ["a", "workers/w1/measure"])
  }

  @Test("it is refused where the earlier run has begun something of which it is not known what became")
  func doubtful() async throws {
    let rig = try Rig()
    try rig.body("step(\"a\", function() return 1 end) step(\"b\", function() world.job(\"w1\", \"x\") end)")
    try await rig.killed(after: 1)
    let problem = await failure(of: { try await begin(rig, from: "b") })
    #expect(problem?.code == .resultsMissing && problem?.step == "b")
    #expect(problem?.hint?.contains("resolve run1") == true)
    #expect(rig.begun == ["job w1:x": 1])
  }

  @Test("it is refused where an earlier step has no result, and the step is named")
  func missing() async throws {
    let rig = try Rig()
    try rig.body(Self.procedure)
    rig.world.failNext("w1:x", times: 9)
    #expect(try await rig.run().failure != nil)
    let calls = rig.world.calls
    let problem = await failure(of: { try await begin(rig, from: "workers/w2/measure") })
    #expect(problem?.code == .resultsMissing)
    #expect(problem?.message.contains("workers/w1/measure") == true)
    let far = await failure(of: { try await begin(rig, from: "c") })
    #expect(
      far?.code == .resultsMissing && far?.message.contains("workers/w1/measure") == true, "\(String(describing: far))")
    #expect(rig.world.calls == calls)
    #expect(try await rig.store.runs().map(\.id) == ["run1"])
  }

  @Test("it is refused where a step before it was edited, and not where the step itself was")
  func edited() async throws {
    let rig = try Rig()
    try rig.body(Self.procedure)
    #expect(try await rig.run() == .succeeded)
    try rig.body(Self.procedure.replacing("world.set(\"m\", \"c\")", with: "world.set(\"m\", \"d\")"))
    #expect(try await begin(rig, from: "c") == .succeeded)
    #expect(rig.world.calls.last == "set m:d")
    try rig.body(Self.procedure.replacing("world.set(\"m\", \"a\")", with: "world.set(\"m\", \"e\")"))
    let problem = await failure(of: { try await begin(rig, from: "b") })
    #expect(problem?.message.contains("\"a\" was edited since run") == true)
  }

  @Test("other parameters, a run that was rolled back, and an unknown run or step are refused")
  func unfit() async throws {
    let rig = try Rig()
    try rig.body(Self.procedure, params: "params = { n = { type = \"integer\", default = 1 } },")
    let none = await failure(of: { try await begin(rig, from: "b") })
    #expect(none?.message.contains("no earlier run") == true)
    #expect(try await rig.run(["n": "2"]) == .succeeded)
    #expect(await failure(of: { try await begin(rig, from: "b") })?.message.contains("no earlier run") == true)
    let named = await failure(of: { try await begin(rig, from: "b", of: "run1") })
    #expect(named?.message.contains("different parameters") == true)
    #expect(await failure(of: { try await begin(rig, from: "b", of: "zzz") })?.code == .runUnknown)

    let other = try Rig()
    try other.body("step(\"first\", function() world.set(\"m\", \"a\") end)\nstep(\"second\", function() end)")
    let record = try await other.create()
    _ = try await other.runner().execute(record, other.source)
    #expect(await failure(of: { try await begin(other, from: "secnd") })?.hint == "did you mean \"second\"?")
    let back = try Rig()
    try back.body(
      "step(\"first\", function() end)\nstep(\"second\", { retry = { attempts = 1 } }, function() world.set(\"m\", \"a\") end)"
    )
    back.world.failNext("m:a", times: 1)
    let failed = try await back.create()
    _ = try await back.runner().execute(failed, back.source)
    #expect(try await back.runner(pid: 3).rollback(failed, back.source) == .succeeded)
    let undone = await failure(of: { try await begin(back, from: "second", of: "run1") })
    #expect(undone?.message.contains("rolled back") == true)
  }

  @Test("a yes is not taken over, and a rollback undoes nothing that the run has not done")
  func approvalAndRollback() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("a", { undo = function() world.clear("m", "a") end }, function() world.set("m", "a") end)
      approve("sure?")
      step("b", { undo = function() world.clear("m", "b") end }, function() world.set("m", "b") end)
      step("c", { retry = { attempts = 1 } }, function() world.set("m", "c") end)
      """)
    rig.world.failNext("m:c", times: 2)
    let yes = Approver { _ in .init(isYes: true, by: "op", how: "terminal") }
    #expect(try await rig.run(approver: yes).failure != nil)
    rig.world.state.withLock { $0.marks = [] }
    guard case .waiting(let reason, _, _) = try await begin(rig, from: "b") else {
      Issue.record("it did not ask")
      return
    }
    #expect(reason == "approval")
    let record = try #require(try await rig.store.run("run2"))
    #expect(try await rig.runner(pid: 3, approver: yes).execute(record, rig.source).failure != nil)
    #expect(try await rig.runner(pid: 3).rollback(record, rig.source) == .succeeded)
    #expect(rig.world.calls == ["set m:a", "set m:b", "set m:c", "set m:b", "set m:c", "clear m:b"])
  }
}
