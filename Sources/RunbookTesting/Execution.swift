import CrashTesting
import Engine
import Foundation
import HostModules
import Journal
import LuaVM
import Values

/// One execution of a run in a test's world: forward or back, perhaps to its death.
struct Execution {
  let scene: TestScene
  let options: ExecutionOptions
  let coverage: LineCoverage?

  /// What to do.
  enum Way {
    case begin(RunSource, parameters: [String: String])
    case resume
    case rollback
  }

  /// Executes, and returns the result of the run.
  func carryOut(_ way: Way) async throws -> Value {
    // Ending the test ends the run, even while its script computes.
    let stop = StopSignal()
    return try await withTaskCancellationHandler {
      try await carryOut(way, unless: stop)
    } onCancel: {
      stop.raise()
    }
  }

  private func carryOut(_ way: Way, unless stop: StopSignal) async throws -> Value {
    let process = MortalProcess(scene.nextProcess(), end: options.end)
    let runner = Runner(environment(process, stop))
    let ending: String
    var failure: Failure?
    do {
      let outcome = try await execute(way, runner)
      (ending, failure) = Self.words(outcome)
    } catch is MortalProcess.Death {
      ending = "died"
    } catch let problem as Failure {
      // It was refused before anything was recorded.
      (ending, failure) = (problem.code == .findings ? "findings" : "refused", problem)
    }
    if process.isDead { failure = nil }
    var events: [Event] = []
    if let run = try? scene.latest().record { events = try await scene.store.events(of: run.id, after: 0) }
    return ExecutionResult(
      status: process.isDead ? "died" : ending, failure: failure, events: events,
      moments: process.moments.flatMap(\.self), primitives: scene.changing
    ).value
  }

  private func execute(_ way: Way, _ runner: Runner) async throws -> RunOutcome {
    switch way {
    case .begin(let source, let parameters):
      guard let record = try await runner.create(source, parameters: parameters) else { return .interrupted }
      scene.began(record, source)
      return try await runner.execute(record, source)
    case .resume:
      let (record, source) = try scene.latest()
      return try await runner.execute(record, source)
    case .rollback:
      let (record, source) = try scene.latest()
      return try await runner.rollback(record, source)
    }
  }

  private func environment(_ process: MortalProcess, _ stop: StopSignal) -> RunEnvironment {
    let options = options
    var environment = RunEnvironment(
      store: process.around(scene.store),
      hostModules: process.around(options.faults.around(scene.modules)), holder: process.holder,
      liveness: { $0.processID != process.holder.processID ? .gone : .unknown }, clock: scene.clock,
      approver: Approver(
        settle: { _, _ in options.settle },
        ask: { question in .init(isYes: options.answers(question), by: "test", how: "option") }),
      changes: .accept(by: "test"), locks: scene.fleet.locks,
      commands: scene.fleet.commands, grace: 0, stop: stop)
    environment.snapshot = { [world = scene.fleet] in await world.snapshot() }
    environment.coverage = coverage
    return environment
  }

  private static func words(_ outcome: RunOutcome) -> (String, Failure?) {
    switch outcome {
    case .succeeded: ("succeeded", nil)
    case .failed(let failure): ("failed", failure)
    case .concluded(let failure): ("findings", failure)
    case .refused(let failure): ("refused", failure)
    case .interrupted: ("interrupted", nil)
    case .waiting(let reason, let path, let message):
      ("waiting", Failure("run.waiting", message, step: path, hint: reason))
    }
  }
}
