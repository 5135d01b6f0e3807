import Foundation
import Journal
import LuaVM
import Values

/// A walk through a runbook before anything is done, or instead of it.
struct DryRun: Sendable {
  let source: RunSource
  let environment: RunEnvironment
  /// Whether primitives that only read are carried out.
  let reads: Bool
  /// Whether it watches where the script decides by something that is not known yet.
  var watches = false
  var history = RunState()

  /// The results of the walk.
  struct Findings: Sendable {
    var summary: String
    var parameters: [String: Value]
    var steps: [PlannedStep]
    /// Every step that was reached, those that are done included.
    var reached: [ReachedStep]
    /// Deprecated names, each with its line.
    var warnings: [String]
    /// Where the real run may take a different path.
    var uncertainties: [PlanUncertainty]
    var modules: [RunFile]
    var text: String
    /// Whether every step was reached: nothing was left open that the script decides by.
    var isComplete: Bool
  }

  /// Walks; throws the first failure that is certain.
  func walk(_ given: Parameters, run: String) async throws -> Findings {
    let conversion = Conversion(hosts: source.hosts)
    let driver = DryRunDriver(
      reads: reads, watches: watches, conversion: conversion, clock: environment.services.clock,
      bound: DryRunBound(
        calls: environment.options.dryRunCalls, hosts: source.hosts.hosts.count, stop: environment.stop),
      history: history)
    let text = try source.runbookText()
    let session = try await ScriptSession(
      driver: driver, conversion: conversion, hostModules: environment.hosts.modules, path: source.searchPath,
      folder: source.folder, limits: environment.options.limits)
    let ending = await guarded(session, driver) {
      let definition = try await session.load(source.runbookPath, text: text)
      try definition.needs.check(source.hosts, runbook: source.runbook, location: definition.location)
      let parameters = try given.values(definition, hosts: source.hosts, runbook: source.runbook)
      do {
        try await TaskContext.$dryRunTime.withValue(DryRunTime()) {
          try await session.execute(definition, run: run, parameters: parameters)
        }
      } catch {
        try conclude(error, driver, session)
      }
      // For a run that has begun, its records say more than a walk.
      if !reads, history.executions == 0, let failure = session.failures.foreseen(driver.isConclusive) { throw failure }
      return (definition.summary, parameters)
    }
    let modules = await session.modules.sources.map { RunFile(role: .module, name: $0.name, text: $0.text) }
    await session.runtime.close()
    switch ending {
    case .success(let (summary, parameters)):
      return Findings(
        summary: summary, parameters: parameters, steps: driver.steps.map { conversion.secrets.hidden($0) },
        reached: driver.reached,
        warnings: (driver.warnings + (reads ? session.failures.warnings : [])).map { conversion.secrets.hidden($0) },
        uncertainties: driver.uncertainties, modules: modules, text: text,
        isComplete: !driver.sawUnknown)
    case .failure(let error as StopRequested): throw error
    case .failure(let error):
      var failure = FailureMapping.failure(error)
      if failure.code == .runbookRaised, failure.hint == nil, source.hosts.hosts.isEmpty {
        failure.hint = "no inventory was given: if the runbook works on hosts, name them with --inventory FILE"
      }
      throw conversion.secrets.hidden(failure)
    }
  }

  /// Whether the error says something about the real run.
  private func conclude(_ error: any Error, _ driver: DryRunDriver, _ session: ScriptSession) throws {
    if error is StopRequested { throw error }
    if let mistake = session.failures.mistake, driver.isConclusive(mistake) { throw mistake }
    if error is RunRefused || error is RunConcluded {
      // For a run that has begun, only an execution can do this: the run has to be ended, and its hosts released.
      if history.executions == 0 { throw error }
      return
    }
    if let error = error as? LuaError, error.kind == .interrupted {
      if environment.stop.isRaised { throw StopRequested() }
      if driver.sawUnknown { return }
      throw endless(error)
    }
    if error is any UncatchableError || error is CancellationError { return }
    let failure = FailureMapping.failure(error)
    if driver.isConclusive(failure) { throw failure }
  }

  private func endless(_ error: LuaError) -> Failure {
    Failure(
      .runbookEndless, "the runbook computes for \(environment.options.computeTimeout.formatted()) s without end",
      location: error.location, hint: "look for a loop whose condition never changes", traceback: error.traceback)
  }

  /// Runs the walk, and watches for loops without end and for the stop signal.
  private func guarded<Answer: Sendable>(
    _ session: ScriptSession, _ driver: DryRunDriver, _ work: @escaping @Sendable () async throws -> Answer
  ) async -> Result<Answer, any Error> {
    await withTaskGroup(of: Result<Answer, any Error>?.self) { group in
      group.addTask {
        do { return .success(try await work()) } catch let error as LuaError where error.kind == .interrupted {
          // The file itself, before its function: nothing unknown was seen yet.
          if environment.stop.isRaised { return .failure(StopRequested()) }
          return .failure(endless(error))
        } catch { return .failure(error) }
      }
      group.addTask {
        await ScriptWatch(session: session, stop: environment.stop).interruptWhenStuck(
          after: environment.options.computeTimeout)
        return nil
      }
      let first = await group.next()!
      group.cancelAll()
      if let first { return first }
      return (await group.next() ?? nil) ?? .failure(StopRequested())
    }
  }

  /// The parameters that were given: on the command line, or recorded when the run began.
  enum Parameters: Sendable {
    case texts([String: String])
    case recorded([String: Value])

    func values(_ definition: RunbookDefinition, hosts: HostDirectory, runbook: String) throws -> [String: Value] {
      switch self {
      case .texts(let texts): try definition.values(of: texts, hosts: hosts, runbook: runbook)
      case .recorded(let values): values
      }
    }
  }
}

/// What a run would do, and its inputs.
package struct RunPlan: Sendable, Hashable {
  /// What the runbook is for.
  package var summary: String
  /// The parameters, those that were not given with their defaults.
  package var parameters: [String: Value]
  /// The runbook, the modules that it required, the inventory.
  package var files: [RunFile]
  /// The steps in the order of the runbook.
  package var steps: [PlannedStep]
  /// The deprecated names that the script uses, each with its line, in alphabetical order.
  package var warnings: [String]
  /// Where a run may take a different path than the plan: decisions by file and line, then findings.
  package var uncertainties: [PlanUncertainty]
}

/// A step that a walk through a runbook reached.
struct ReachedStep: Sendable, Hashable {
  var path: String
  /// The lines of its functions and its options.
  var code: String
  var location: SourceLocation?
}
