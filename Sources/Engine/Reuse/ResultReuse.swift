import Foundation
import Journal
import LuaVM
import Synchronization
import Values

/// Begins a run in the middle: the steps before one step return what an earlier run has recorded.
///
/// Nothing is guessed. Both runs must be of the same runbook, inventory and parameters; each step that comes before, in
/// the order of the script, must have a recorded result and the code that made it. Approvals are not taken over: an
/// approval was given to the run that asked.
package struct ResultReuse: Sendable {
  /// The step that the run begins with: its path, or the end of it.
  package var step: String
  /// The ID of the run whose results are used; `nil` for the newest one that fits.
  package var run: String?

  /// Begins at that step.
  package init(from step: String, of run: String? = nil) {
    self.step = step
    self.run = run
  }
}

/// Finds out which results a new run takes from an earlier one.
struct ReusedResults {
  let source: RunSource
  let environment: RunEnvironment
  let parameters: [String: Value]

  /// The events with which the new run begins: the checkpoints and recorded values before the step.
  func events(_ reuse: ResultReuse) async throws -> [Event] {
    let run = try await earlier(reuse)
    let events = try await environment.services.store.events(of: run.id, after: 0)
    let history = RunState(events: events)
    if let doubt = history.doubt(of: run.id, .resultsMissing) { throw doubt }
    let walk = try await Self.walk(source, run, history, events, environment)
    let target = try Self.target(reuse.step, walk, run)
    let before = walk.steps.filter { $0.order.lexicographicallyPrecedes(target.order) }
    let missing = before.filter { $0.result?.status != .succeeded }
    if let first = missing.first {
      throw Failure(
        .resultsMissing,
        "\"\(target.path)\" needs what \(Self.count(missing.count)) before it returned, and run \(run.id) has no result of "
          + missing.prefix(5).map { "\"\($0.path)\"" }.joined(separator: ", ") + (missing.count > 5 ? ", …" : ""),
        step: first.path, location: first.location,
        hint: "begin at an earlier step, or use another run's results with --results-of (see: runbook list)")
    }
    let isSame = try await compare(before, run, history, events)
    let now = environment.services.clock.now()
    let warning = Event(
      at: now,
      Event.LogMessage(
        level: "warning",
        text:
          "files were edited since run \(run.id): the steps that are taken over are unchanged, but what they call "
          + "was not compared"))
    let values = walk.values.filter { $0.order.lexicographicallyPrecedes(target.order) }.map { value in
      Event(at: now, path: value.key, Event.ValueRecorded(value: value.value))
    }
    return (isSame ? [] : [warning]) + values
      + before.map { step in
        Event(
          at: now, path: step.path, attempt: step.result?.attempt, host: step.result?.host,
          Event.StepSucceeded(result: step.result?.result ?? .null, outcome: .reused, run: run.id))
      }
  }

  /// The run whose results are used.
  private func earlier(_ reuse: ResultReuse) async throws -> RunRecord {
    if let id = reuse.run {
      guard let run = try await environment.services.store.run(RunID(validating: id).text) else {
        throw Failure(.runUnknown, "there is no run \"\(id)\"", hint: "list the runs with: runbook list")
      }
      if let reason = try await unfitness(of: run) {
        throw Failure(.resultsMissing, "the results of run \(run.id) can't be used: \(reason)")
      }
      return run
    }
    for run in try await environment.services.store.runs() where try await unfitness(of: run) == nil {
      // The list has no files.
      if let whole = try await environment.services.store.run(run.id) { return whole }
    }
    throw Failure(
      .resultsMissing,
      "no earlier run of \(source.runbook) with this inventory and these parameters has results for --from",
      hint: "run it from the start")
  }

  /// Why the results of a run can't be used for this one; `nil` when they can.
  private func unfitness(of run: RunRecord) async throws -> String? {
    if run.runbookPath != source.runbookPath { return "it is a run of \(run.runbook)" }
    if run.inventoryPath != source.inventoryPath { return "it has a different inventory" }
    if run.parameters != parameters { return "it has different parameters" }
    let events = try await environment.services.store.events(of: run.id, after: 0)
    let state = RunState(events: events)
    let wasSimulated = events.contains { $0.content(Event.RunCreated.self)?.simulated == true }
    if wasSimulated != environment.options.isSimulated {
      return wasSimulated ? "it was simulated" : "it was not simulated"
    }
    if state.imported != nil { return "it was imported from another machine" }
    if state.isRollingBack || state.status == .rolledBack { return "it was rolled back" }
    if state.counts.done == 0 { return "it has none" }
    let kept = try await environment.services.store.run(run.id)?.files.first { $0.role == .inventory }?.text
    if kept != source.inventoryText { return "the inventory was edited since then" }
    return nil
  }

  private static func target(_ name: String, _ walk: ResultWalk.Found, _ run: RunRecord) throws -> ResultWalk.Step {
    let paths = walk.steps.map(\.path), matching = StepName(name).matching(in: paths)
    if let found = walk.steps.first(where: { $0.path == matching.first }), matching.count == 1 { return found }
    if matching.count > 1 { throw StepName(name).ambiguous(matching) }
    let ends = walk.steps.filter { $0.result?.status != .succeeded }.map(\.path)
    if ends.isEmpty { throw StepName(name).unknown(among: paths) }
    throw Failure(
      .resultsMissing,
      "\"\(name)\" was not reached with what run \(run.id) has recorded: it has no result of "
        + ends.prefix(5).map { "\"\($0)\"" }.joined(separator: ", "),
      hint: "begin at one of these, or check the names of the steps: runbook show \(run.id)")
  }

  /// Throws when a step that is taken over is not the one that made the result. Also returns whether all files are the
  /// same.
  private func compare(
    _ steps: [ResultWalk.Step], _ run: RunRecord, _ history: RunState, _ events: [Event]
  ) async throws -> Bool {
    let editions = FileEditions(run, events)
    var isSame = true
    for (index, files) in editions.all.enumerated() {
      let own = steps.filter { (editions.ofSteps[$0.path] ?? 0) == index }
      if own.isEmpty { continue }
      for file in files {
        let text =
          switch file.role {
          case .runbook: try source.runbookText()
          case .module: try source.searchPath.find(file.name)?.text
          case .inventory: source.inventoryText
          }
        if text != file.text { isSame = false }
      }
      var former = source
      former.kept = files
      let kept = try await Self.walk(former, run, history, events, environment)
      let codes = Dictionary(kept.steps.map { ($0.path, $0.code) }, uniquingKeysWith: { first, _ in first })
      if let edited = own.first(where: { codes[$0.path] != $0.code }) { throw self.edited(edited, since: run) }
    }
    return isSame
  }

  private func edited(_ edited: ResultWalk.Step, since run: RunRecord) -> Failure {
    Failure(
      .resultsMissing, "\"\(edited.path)\" was edited since run \(run.id), so its result is not known",
      step: edited.path,
      location: edited.location, hint: "begin at that step, or at one before it")
  }

  /// Why a run that has taken over results of others can't continue: their work was undone since then. `nil` if it can.
  static func undoing(_ history: RunState, _ store: any JournalStore) async throws -> Failure? {
    for step in history.steps where step.outcome == .reused {
      guard let run = step.reusedFrom else { continue }
      let state = RunState(events: try await store.events(of: run, after: 0))
      guard state.isRollingBack || state.status == .rolledBack else { continue }
      return Failure(
        .resultsMissing, "\"\(step.path)\" was taken over from run \(run), which was rolled back since then",
        step: step.path,
        hint: "roll this run back, and begin a new one")
    }
    return nil
  }

  private static func walk(
    _ source: RunSource, _ run: RunRecord, _ history: RunState, _ events: [Event], _ environment: RunEnvironment
  ) async throws -> ResultWalk.Found {
    let conversion = Conversion(hosts: source.hosts)
    let walk = ResultWalk(history: history, conversion: conversion, recordedValues: RecordedValues(events: events))
    let session = try await ScriptSession(
      driver: walk, conversion: conversion, hostModules: environment.hosts.modules, path: source.searchPath,
      folder: source.folder, limits: environment.options.limits)
    let ending = await WatchedScript(session: session, environment: environment).run {
      let definition = try await session.load(source.runbookPath, text: source.runbookText())
      do { try await session.execute(definition, run: run.id, parameters: run.parameters) } catch is BranchHalted {
        // Where the recorded results end.
      }
    }
    await session.runtime.close()
    try ending.get()
    return walk.found
  }

  private static func count(_ steps: Int) -> String { steps == 1 ? "a step" : "\(steps) steps" }
}

extension FailureCode {
  /// The records of an earlier run are not enough to begin in the middle.
  package static let resultsMissing: FailureCode = "run.results_missing"
}

/// Walks through a runbook along a run's records, and notes the steps that it reaches, with their places in the order
/// of the script. A branch ends at its first step without a result.
final class ResultWalk: StepDriver {
  /// A step that the walk reached.
  struct Step: Sendable {
    var path: String
    var order: [Int]
    var code: String
    var location: SourceLocation?
    /// Its state in the run; `nil` when it was never begun.
    var result: StepState?
  }

  /// The steps that the walk reached, in the order of the script.
  struct Found: Sendable {
    var steps: [Step] = []
    /// Values that were recorded between steps.
    var values: [(key: String, order: [Int], value: Value)] = []
  }

  private let history: RunState
  private let conversion: Conversion
  private let recordedValues: RecordedValues
  private let state = Mutex(Found())

  init(history: RunState, conversion: Conversion, recordedValues: RecordedValues) {
    self.history = history
    self.conversion = conversion
    self.recordedValues = recordedValues
  }

  var found: Found {
    var found = state.withLock { $0 }
    found.steps.sort { $0.order.lexicographicallyPrecedes($1.order) }
    return found
  }

  func step(_ request: StepRequest) async throws -> LuaValue {
    let step = history.step(at: request.path)
    state.withLock {
      $0.steps.append(
        Step(path: request.path, order: request.order, code: request.code, location: request.location, result: step))
    }
    guard let step, step.status == .succeeded else { throw BranchHalted() }
    return conversion.lua(step.result ?? .null)
  }

  func recorded(_ kind: String, in scope: Scope, make: @Sendable () -> Value) async throws -> Value {
    let key = scope.path(of: "\(kind) \(scope.next(kind))"), order = scope.nextOrder()
    guard let value = recordedValues.value(key) else { throw BranchHalted() }
    state.withLock { $0.values.append((key, order, value)) }
    return value
  }

  func sleep(seconds: Double, in scope: Scope, frame: StepFrame?) async throws {
    _ = try await recorded("sleep", in: scope) { .null }
  }

  func perform(_ call: PrimitiveCall, in frame: StepFrame) async throws -> LuaValue {
    // Only pure functions are called between steps.
    conversion.lua(
      try await call.primitive.perform(
        call.arguments.arguments, EffectContext(run: "walk", path: frame.path, attempt: 1)))
  }

  func approve(_ message: String, in scope: Scope) async throws {}
  func log(level: String, _ text: String, in scope: Scope) async throws {}
  func note(title: String, items: [String], in scope: Scope) async throws {}
  func showTable(title: String, headings: [String], rows: [[String]], in scope: Scope) async throws {}
  func refuse(_ findings: [Failure]) async throws { if !findings.isEmpty { throw BranchHalted() } }
  func conclude(_ message: String, _ findings: [Failure]) async throws { if !findings.isEmpty { throw BranchHalted() } }
  func now() -> Value { .null }
}
