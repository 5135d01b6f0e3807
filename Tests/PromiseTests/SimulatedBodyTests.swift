import CrashTesting
import Engine
import Foundation
import Fuzzing
import HostModules
import Inventory
import Journal
import Simulation
import Synchronization
import TestSupport
import Testing
import Values

/// Random step bodies in simulated worlds: their processes die at random moments, connections are lost at random calls.
/// The hosts' own logs are the witness.
///
/// `RUNBOOK_BODIES` says how many are tried, `RUNBOOK_SEED` which is the first: a failure names its seed.
@Suite(.usualTimeLimit) struct SimulatedBodyTests {
  private static let inventory = """
    hosts:
      h1: { address: 10.77.0.1, role: manager }
      h2: { address: 10.77.0.2, role: worker }
    """
  private static let log = "/var/log/witness"

  /// What one body came to.
  private struct Outcome: Sendable {
    var deaths = 0
    var cuts = 0
    var doubts = 0
    var isUndone = false
    var problems: [String] = []
  }

  @Test("random bodies, killed and cut off at random moments: no command twice, none lost")
  func bodies() async throws {
    let variables = ProcessInfo.processInfo.environment
    let count = variables["RUNBOOK_BODIES"].flatMap(Int.init) ?? 250
    let first = variables["RUNBOOK_SEED"].flatMap(UInt64.init) ?? 1
    let folder = FileManager.default.temporaryDirectory.appending(path: "promise-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let outcomes = try await withThrowingTaskGroup(of: Outcome.self) { group in
      var next = first, outcomes: [Outcome] = []
      while outcomes.count < count {
        if next < first + UInt64(count), Int(next - first) - outcomes.count < 12 {
          let seed = next
          group.addTask { try await Self.one(seed, in: folder) }
          next += 1
        } else if let outcome = try await group.next() {
          outcomes.append(outcome)
        }
      }
      return outcomes
    }
    let problems = outcomes.flatMap(\.problems)
    func sum(_ part: (Outcome) -> Int) -> Int { outcomes.map(part).reduce(0, +) }
    print(
      "simulated bodies: \(count) bodies, \(sum(\.deaths)) kills, \(sum(\.cuts)) executions cut off, "
        + "\(outcomes.count { $0.isUndone }) undone, \(sum(\.doubts)) doubts settled by a person, "
        + "\(outcomes.count { $0.problems.isEmpty }) held")
    #expect(problems == [])
    #expect(sum(\.deaths) > count / 2)
    if count >= 100 {
      #expect(sum(\.cuts) > 0)
      #expect(sum(\.doubts) > 0)
      #expect(outcomes.count { $0.doubts == 0 } > count / 2)
    }
  }

  private static func one(_ seed: UInt64, in folder: URL) async throws -> Outcome {
    var random = SeededRandom(seed: (seed ^ 0xfeed) &+ 0x5eed), outcome = Outcome()
    let body = RandomBody(
      seed: seed, witness: "ssh.run(host, { \"tee\", \"-a\", \"\(log)\" }, { stdin = tag .. \"\\n\" })", folder: "/tmp",
      log: log)
    let file = folder.appending(path: "\(seed).lua")
    try body.text.write(to: file, atomically: true, encoding: .utf8)
    let inventory = try Inventory.parse(text: Self.inventory, file: "inventory.yaml")
    var plan = WorldPlan(inventory: inventory)
    plan.start = .none
    plan.seed = seed
    if seed % 2 == 0 {
      plan.faults = [WorldFault.Kind.lose, .loseAnswer].map { kind in
        var fault = WorldFault(kind)
        fault.chance = 0.03
        return fault
      }
    }
    let simulated = try SimulatedWorld(plan)
    let store = InMemoryJournalStore(), doubts = Mutex(0)
    let source = RunSource(
      runbook: "body.lua", runbookPath: file.path, inventoryPath: nil, inventoryText: nil,
      hosts: HostDirectory(inventory), modulePath: ModulePath(folders: []), folder: folder.path)
    var isBack = false, processes: Int32 = 0, isOver = false
    let deaths = Int.random(in: 1...3, using: &random), goesBack = seed % 4 == 0
    while !isOver {
      processes += 1
      if processes > 40 {
        outcome.problems.append("seed \(seed): it does not come to its end")
        return outcome
      }
      let dies = outcome.deaths < deaths + (isBack ? 2 : 0)
      let process = MortalProcess(
        processes, end: dies ? .moment(Int.random(in: 2...(isBack ? 15 : 30), using: &random)) : .never)
      let fleet = Fleet(inventory: inventory, access: simulated.access)
      let runner = Runner(
        RunEnvironment(
          RunServices(
            store: process.around(store), holder: process.holder,
            liveness: { $0.processID != process.holder.processID ? .gone : .unknown }, clock: SkippingClock(Date())),
          hosts: RunHosts(modules: process.around(HostModules.all(fleet: fleet)), commands: fleet.commands),
          options: RunOptions(
            approver: Approver(
              settle: { _, _ in
                doubts.withLock { $0 += 1 }
                return .done
              }, ask: { _ in nil }), computeTimeout: 60)))
      do {
        var record = try await store.run("run1")
        if record == nil { record = try await runner.create(source, parameters: [:], id: RunID(validating: "run1")) }
        let ending = try await isBack ? runner.rollback(record!, source) : runner.execute(record!, source)
        switch ending {
        case .succeeded:
          if goesBack && !isBack { isBack = true } else { isOver = true }
        case .failed(let failure) where !process.isDead:
          outcome.cuts += 1
          if !failure.isRetryable && !failure.leavesDoubt { outcome.problems.append("seed \(seed): \(failure)") }
          if goesBack && Bool.random(using: &random) { isBack = true }
        default: if goesBack && Bool.random(using: &random) { isBack = true }
        }
      } catch let failure as Failure where failure.code == .runOver {
        if goesBack && !isBack { isBack = true } else { isOver = true }
      } catch let failure as Failure where process.isDead || failure.isRetryable {
      } catch is MortalProcess.Death {}
      if process.isDead { outcome.deaths += 1 }
      await fleet.close()
    }
    outcome.doubts = doubts.withLock { $0 }
    outcome.isUndone = isBack
    let done = ["h1", "h2"].flatMap { host in
      String(decoding: simulated.file(log, on: host) ?? [], as: UTF8.self).split(separator: "\n").map {
        "\(host):\($0)"
      }
    }
    let state = RunState(events: try await store.events(of: "run1", after: 0))
    let wanted = outcome.doubts == 0 && !isBack ? state.notes.last?.items : nil
    if outcome.doubts == 0 && !isBack && wanted == nil {
      outcome.problems.append("seed \(seed): it says nothing of what it did")
    }
    outcome.problems += body.problems(done: done, wanted: wanted).map { "seed \(seed): \($0)" }
    return outcome
  }
}
