import Engine
import Journal
import Synchronization
import TestSupport
import Testing
import Values

@Suite("An execution that is held short", .usualTimeLimit) struct BoundsTests {
  private static let three = """
    step("a", function() world.set("m", "a") end)
    scope("b", function() step("one", function() world.set("m", "b") end) end)
    step("c", function() world.set("m", "c") end)
    """

  /// Two hosts' branches between two steps on the manager.
  private static let branches = """
    step("before", function() world.set("m", "before") end)
    local seen = parallel("workers", run.inventory.workers, function(worker)
      local had = step("look", function() return world.has(worker, "x") end)
      step("work", function() world.set(worker, "work") end)
      return tostring(had)
    end)
    step("after", function() world.set("m", table.concat(seen, " ")) end)
    """

  @Test("--until stops once the step is done, says so, and a resume does the rest and nothing twice")
  func until() async throws {
    let rig = try Rig()
    try rig.body(Self.three)
    #expect(try await rig.run(within: ExecutionBounds(until: "one")) == .interrupted)
    #expect(rig.world.calls == ["set m:a", "set m:b"])
    #expect(try await rig.state().reason == "stopped after \"b/one\" (--until)")
    // Done before: it stops there again, and does nothing.
    #expect(try await rig.resume(within: ExecutionBounds(until: "a")) == .interrupted)
    #expect(rig.world.calls.count == 2)
    #expect(try await rig.resume(within: ExecutionBounds()) == .succeeded)
    #expect(rig.world.calls == ["set m:a", "set m:b", "set m:c"])
  }

  @Test("--until in a branch lets the others finish the step that they are in")
  func untilInBranch() async throws {
    let rig = try Rig()
    try rig.body(Self.branches)
    #expect(try await rig.run(within: ExecutionBounds(until: "workers/w1/work")) == .interrupted)
    #expect(try await rig.state().reason?.contains("workers/w1/work") == true)
    #expect(!rig.world.calls.contains { $0.hasPrefix("set m:false") })
    #expect(try await rig.state().steps.allSatisfy { $0.status == .succeeded })
    #expect(try await rig.resume(within: ExecutionBounds()) == .succeeded)
    #expect(rig.world.calls.count == Set(rig.world.calls).count)
  }

  @Test("a step that is not there is refused before anything is done, with the one that was meant")
  func unknownStep() async throws {
    let rig = try Rig()
    try rig.body("step(\"prepare\", function() return 1 end)\nstep(\"stop it\", function() return 2 end)")
    let problem = await failure(of: { try await rig.run(within: ExecutionBounds(until: "stop ot")) })
    #expect(problem?.code == .stepUnknown)
    #expect(problem?.hint == "did you mean \"stop it\"?")
    #expect(try await rig.store.runs().isEmpty)
    try rig.body(Self.branches)
    let several = await failure(of: { try await rig.run(within: ExecutionBounds(until: "work")) })
    #expect(several?.message == "2 steps end in \"work\"")
    #expect(several?.hint?.contains("workers/w2/work") == true)
    let host = await failure(of: { try await rig.run(within: ExecutionBounds(only: "w3")) })
    #expect(host?.message.contains("\"w3\" is not a host") == true)
    #expect(try await rig.store.runs().isEmpty && rig.world.calls.isEmpty)
  }

  @Test("a step that depends on what is found out and is not reached ends the run as failed, with what was meant")
  func missedStep() async throws {
    let rig = try Rig()
    try rig.body(
      """
      local had = step("look", function() return world.has("m", "x") end)
      if had == true then step("repair", function() end) end
      step("end", function() end)
      """)
    // What stands nowhere in the script is refused at once.
    #expect(await failure(of: { try await rig.run(within: ExecutionBounds(until: "repare")) })?.code == .stepUnknown)
    let problem = try #require(try await rig.run(within: ExecutionBounds(until: "repair")).failure)
    #expect(problem.message == "no such step was reached: \"repair\"")
    #expect(try await rig.resume(within: ExecutionBounds()) == .succeeded)
    #expect(rig.world.calls == ["has m:x"])
  }

  @Test(
    "--only carries out one host's branch, only reads in the others, and leaves what follows to a resume without it")
  func only() async throws {
    let rig = try Rig()
    try rig.body(Self.branches)
    #expect(try await rig.run(within: ExecutionBounds(only: "w1")) == .interrupted)
    #expect(Set(rig.world.calls) == ["set m:before", "has w1:x", "has w2:x", "set w1:work"])
    #expect(try await rig.state().reason?.contains("w2") == true)
    #expect(try await rig.state().step(at: "workers/w2/work") == nil)
    // Once all branches are done, what follows is carried out, also with --only.
    #expect(try await rig.resume(within: ExecutionBounds(only: "w2")) == .succeeded)
    #expect(rig.world.calls.count == Set(rig.world.calls).count)
    #expect(rig.world.calls.suffix(2) == ["set w2:work", "set m:false false"])
  }

  @Test("--only changes nothing on another host where a walk could not foresee that a step would")
  func onlyUnforeseen() async throws {
    let rig = try Rig()
    try rig.body(
      """
      parallel("workers", run.inventory.workers, function(worker)
        step("repair", function() if world.has(worker, "x") == false then world.set(worker, "x") end end)
      end)
      """)
    #expect(try await rig.run(within: ExecutionBounds(only: "w1")) == .interrupted)
    #expect(rig.world.marks == ["w1:x"])
    #expect(try await rig.state().status == .interrupted)
    // Nothing was begun there, so it is carried out without asking anybody.
    #expect(try await rig.resume(within: ExecutionBounds()) == .succeeded)
    #expect(rig.world.marks == ["w1:x", "w2:x"])
  }

  @Test("a failure in the one branch is told as the failure that it is")
  func onlyFails() async throws {
    let rig = try Rig()
    try rig.body(Self.branches)
    rig.world.failNext("w1:work", times: 9)
    let problem = try #require(try await rig.run(within: ExecutionBounds(only: "w1")).failure)
    #expect(problem.code == "world.trouble")
    #expect(try await rig.resume(within: ExecutionBounds()).failure != nil)
    #expect(!rig.world.marks.contains("w1:work") && rig.world.marks.contains("w2:work"))
  }

  @Test("--step asks before each step that would be carried out, one at a time, and no more once told to go on")
  func stepwise() async throws {
    let rig = try Rig()
    try rig.body(Self.branches)
    let asked = Mutex<[StepQuestion]>([]), open = Mutex(0)
    let bounds = ExecutionBounds(ask: { question in
      #expect(
        open.withLock {
          $0 += 1; return $0
        } == 1)
      await Task.yield()
      open.withLock { $0 -= 1 }
      let count = asked.withLock {
        $0.append(question); return $0.count
      }
      return count < 4 ? .carryOut : .carryOutRest
    })
    #expect(try await rig.run(within: bounds) == .succeeded)
    let paths = asked.withLock { $0.map(\.path) }
    #expect(paths.count == 4 && paths.first == "before" && Set(paths).count == 4)
    #expect(asked.withLock { $0.first?.commands } == [ProcedureCommand(on: "m", "mark before")])
    #expect(asked.withLock { $0.first?.location } == SourceLocation(file: "test.lua", line: 3))
  }

  @Test("stopping at a question begins no further step; a resume asks for what is left")
  func stepwiseStops() async throws {
    let rig = try Rig()
    try rig.body(Self.three)
    let asked = Mutex<[String]>([])
    let bounds = ExecutionBounds(ask: { question in
      asked.withLock {
        $0.append(question.path); return $0.count == 1
      } ? .carryOut : .stop
    })
    #expect(try await rig.run(within: bounds) == .interrupted)
    #expect(rig.world.calls == ["set m:a"])
    #expect(try await rig.state().reason == "stopped before the step \"b/one\"")
    // Nobody there any more counts as a stop.
    #expect(try await rig.resume(within: ExecutionBounds(ask: { _ in nil })) == .interrupted)
    #expect(rig.world.calls == ["set m:a"])
    let answers = ExecutionBounds(ask: { question in
      asked.withLock { $0.append(question.path) }
      return .carryOut
    })
    #expect(try await rig.resume(within: answers) == .succeeded)
    #expect(asked.withLock { $0 } == ["a", "b/one", "b/one", "c"])
    #expect(rig.world.calls == ["set m:a", "set m:b", "set m:c"])
  }
}
