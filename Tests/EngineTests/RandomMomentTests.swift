import CrashTesting
import Engine
import Foundation
import Journal
import TestSupport
import Testing
import Values

/// Processes die at a thousand random moments, each before or after a write to the journal or an effect, some of them
/// again while it is resumed or undone; then the world is compared with that of an undisturbed run.
///
/// `RUNBOOK_MOMENTS` says how many runs are tried, `RUNBOOK_SEED` which is the first: a failure names its seed.
@Suite(.usualTimeLimit) struct RandomMomentTests {
  /// Everything that an execution can consist of. What a `undo` takes away is named in ``undone``.
  static let procedure = """
    local token = step("get the token", function() return world.token("m") end)
    local lucky = random.integer(1, 1000000)
    approve("Is there a backup?")
    step("base", { undo = function(mark) world.clear("m", mark or "base") end },
      function() world.set("m", "base") return "base" end)
    scope("outer", function()
      scope("inner", function()
        step("flaky", { retry = { attempts = 4, initial = "10s", backoff = 2 },
          undo = function() world.clear("m", "flaky") end }, function() world.set("m", "flaky") end)
        time.sleep("1h")
      end)
      step("lucky", function() world.set("m", "lucky-" .. lucky) end)
    end)
    local names = parallel("workers", run.inventory.workers, function(worker)
      step("checked", { check = function() return world.has(worker, "checked") end },
        function() world.once(worker, "checked") end)
      time.sleep("10m")
      step("asked", { undo = function() world.clear(worker, "asked") end }, function() world.once(worker, "asked") end)
      parallel("parts", { "a", "b" }, { limit = 1 }, function(part)
        step("job", { undo = function() world.clear(worker, part) end }, function() world.job(worker, part) end)
      end)
      return step("name", function() world.use(token) return worker.name end)
    end)
    log.info("nearly")
    step("two calls", { undo = function() world.clear("m", "second") world.clear("m", "first") end }, function()
      world.set("m", "first")
      world.set("m", "second")
    end)
    step("again lucky", function() world.set("w1", "lucky-" .. lucky .. "-" .. table.concat(names, "-")) end)
    note("to do", { "enter " .. lucky })
    """

  private static let undone: Set<String> = [
    "m:base", "m:flaky", "w1:asked", "w2:asked", "w1:a", "w1:b", "w2:a", "w2:b", "m:first", "m:second",
  ]

  /// One try: a run with its processes, each dying at its moment, and at last one that lives.
  private struct Try {
    let seed: UInt64
    let rig: Rig
    let clock = SkippingClock()
    var random: SeededGenerator
    var processes: Int32 = 0
    var deaths = 0

    init(seed: UInt64) throws {
      self.seed = seed
      random = SeededGenerator(seed: seed)
      rig = try Rig()
      try rig.body(RandomMomentTests.procedure)
      rig.world.failNext("m:flaky", times: 2)
    }

    /// The person looks at the host before answering.
    var approver: Approver {
      let world = rig.world
      return Approver(
        settle: { path, _ in
          let parts = path.split(separator: "/")
          return world.marks.contains("\(parts[1]):\(parts[2])") ? .done : .retry
        },
        ask: { _ in .init(isYes: true, by: "ann", how: "terminal") })
    }

    /// Starts a process that goes forward, or back; whether that came to its end.
    mutating func process(diesAt moment: Int? = nil, isRollback: Bool = false) async throws -> Bool {
      processes += 1
      let process = MortalProcess(processes, end: moment.map { .moment($0) } ?? .never)
      let runner = rig.runner(in: process, clock: clock, approver: approver)
      defer { if process.isDead { deaths += 1 } }
      do {
        var record = try await rig.store.run("run1")
        if record == nil {
          record = try await runner.create(rig.source, parameters: [:], id: RunID(validating: "run1"))
        }
        guard let record else { return false }
        let outcome = try await isRollback ? runner.rollback(record, rig.source) : runner.execute(record, rig.source)
        if outcome != .succeeded && !process.isDead { throw Failure("test.ended", "seed \(seed): \(outcome)") }
        return outcome == .succeeded
      } catch let failure as Failure where failure.code == .runOver {
        return true  // it died after its last word
      } catch is MortalProcess.Death { return false }
    }

    /// Has processes die at random moments, then one that goes on to the end.
    mutating func toTheEnd(deaths: Int, within moments: Int, isRollback: Bool = false) async throws {
      for _ in 0..<deaths {
        if try await process(diesAt: Int.random(in: 1...moments, using: &random), isRollback: isRollback) { return }
      }
      let isOver = try await process(isRollback: isRollback)
      if !isOver { throw Failure("test.ended", "seed \(seed): it did not come to its end") }
    }
  }

  /// The number that was drawn differs from run to run; that it is one and the same in a run does not.
  private func normal(_ marks: Set<String>) -> Set<String> {
    Set(marks.map { $0.replacing(#/lucky-\d+/#, with: "lucky") })
  }

  @Test("a thousand random moments: what is resumed ends as if undisturbed, what is undone leaves nothing")
  func randomMoments() async throws {
    let variables = ProcessInfo.processInfo.environment
    let count = variables["RUNBOOK_MOMENTS"].flatMap(UInt64.init) ?? 600
    let first = variables["RUNBOOK_SEED"].flatMap(UInt64.init) ?? 1

    var reference = try Try(seed: 0)
    let whole = MortalProcess(1)
    let runner = reference.rig.runner(in: whole, clock: reference.clock, approver: reference.approver)
    let record = try #require(
      try await runner.create(reference.rig.source, parameters: [:], id: RunID(validating: "run1")))
    #expect(try await runner.execute(record, reference.rig.source) == .succeeded)
    let marks = normal(reference.rig.world.marks)
    let steps = Set(try await reference.rig.state().steps.map(\.path))
    #expect(Self.undone.isSubset(of: marks))
    let moments = whole.moments.count
    #expect(moments > 80)
    reference.processes = 1
    #expect(try await reference.process(isRollback: true))
    #expect(normal(reference.rig.world.marks) == marks.subtracting(Self.undone))

    let results = try await withThrowingTaskGroup(of: (deaths: Int, problems: [String]).self) { group in
      var next = first, results: [(deaths: Int, problems: [String])] = []
      while results.count < count {
        if next < first + count, Int(next - first) - results.count < 8 {
          let seed = next
          group.addTask { try await self.one(seed, moments: moments, marks: marks, steps: steps) }
          next += 1
        } else if let result = try await group.next() {
          results.append(result)
        }
      }
      return results
    }
    let deaths = results.map(\.deaths).reduce(0, +), problems = results.flatMap(\.problems)
    let held = results.count { $0.problems.isEmpty }
    print("random moments: \(moments) in a run, \(count) tries, \(deaths) deaths, \(held) held")
    #expect(problems == [])
    #expect(deaths >= count * 3 / 2)
  }

  /// The try of a seed: two of five go back, half of them from where the run was broken off.
  private func one(
    _ seed: UInt64, moments: Int, marks: Set<String>, steps: Set<String>
  ) async throws -> (deaths: Int, problems: [String]) {
    var one = try Try(seed: seed), problems: [String] = []
    func expect(_ condition: Bool, _ problem: @autoclosure () -> String) {
      if !condition { problems.append("seed \(seed): \(problem())") }
    }
    let kind = seed % 5
    do {
      if kind == 4 {
        let isOver = try await one.process(diesAt: Int.random(in: 1...moments, using: &one.random))
        expect(one.deaths == 1 || isOver, "it neither died nor ended")
      } else {
        try await one.toTheEnd(deaths: 1 + Int(seed % 3), within: moments)
        let found = normal(one.rig.world.marks)
        expect(found == marks, "the world differs by \(found.symmetricDifference(marks).sorted())")
        let state = try await one.rig.state()
        let done = Set(state.steps.filter { $0.status == .succeeded }.map(\.path))
        expect(done == steps, "steps differ by \(done.symmetricDifference(steps).sorted())")
      }
      if kind >= 3 {
        try await one.toTheEnd(deaths: 1 + Int(seed % 2), within: moments / 2, isRollback: true)
        let left = normal(one.rig.world.marks).intersection(Self.undone)
        expect(left.isEmpty, "not undone: \(left.sorted())")
      }
    } catch { problems.append("seed \(seed): \(error)") }
    problems += try await twice(one).map { "seed \(seed): \($0)" }
    return (one.deaths, problems)
  }

  /// What was done twice, by the world's own list of calls and by the journal.
  private func twice(_ one: Try) async throws -> [String] {
    var found: [String] = []
    for (call, times) in Dictionary(one.rig.world.calls.map { ($0, 1) }, uniquingKeysWith: +)
    where times > 1 && (call.hasPrefix("once ") || call.hasPrefix("job ")) {
      found.append("\(call) was done \(times) times")
    }
    guard try await one.rig.store.run("run1") != nil else { return found }
    var done: Set<String> = []
    for event in try await one.rig.store.events(of: "run1", after: 0) {
      guard let path = event.path else { continue }
      let isWork = [.stepStarted, .effectStarted, .stepSucceeded].contains(event.kind)
      if isWork, done.contains(path) { found.append("\(path) went on after its checkpoint: \(event.kind.rawValue)") }
      if event.kind == .stepSucceeded { done.insert(path) }
    }
    return found
  }
}
