import Foundation
import Journal
import LuaVM
import Values

/// Undoes a run: carries out the `undo` of its steps in reverse, each as a step of its own that is recorded and resumed
/// like any other.
struct RollbackExecution: Sendable {
  let run: RunRecord
  let source: RunSource
  let environment: RunEnvironment
  let recorder: Recorder
  let locks: RunLocks?
  let pause: PauseGate
  let history: RunState
  let events: [Event]

  /// The function that undoes a step, and the script that it belongs to.
  private struct Undo: Sendable {
    var step: RollbackDriver.Undo
    var session: ScriptSession
  }

  func script() async throws {
    let editions = FileEditions(run, events)
    // Each step is undone by the files that carried it out.
    let wanted = editions.all.indices.filter { index in index == 0 || editions.ofSteps.values.contains(index) }
    try await undo(wanted[...], of: editions, [:])
  }

  /// Walks through the files of one edition, then of the next ones, and undoes when all undo functions are found. The
  /// scripts stay loaded meanwhile, because their functions are called.
  private func undo(
    _ wanted: ArraySlice<Int>, of editions: FileEditions, _ found: [String: Undo]
  ) async throws {
    guard let index = wanted.first else { return }
    var source = source
    // What an undo loads only when it is called was kept by a rollback before this one.
    source.kept = editions.all[index].adding(modulesOf: editions.current)
    let conversion = Conversion(hosts: source.hosts, secrets: recorder.secrets)
    let values = RecordedValues(events: events)
    let walker = RollbackDriver(history: history, conversion: conversion, recordedValues: values)
    let driver = DriverSwitch(walker)
    let live = LiveDriver(
      run: run.id, recorder: recorder, history: history, conversion: conversion, clock: environment.services.clock,
      stop: environment.stop, pause: pause, approver: environment.options.approver, recordedValues: values,
      locks: locks,
      replay: nil, commands: environment.hosts.commands, done: DoneSteps(RunState()),
      doubtful: DoubtfulSteps(RunState()), changes: environment.options.changes)
    let session = try await ScriptSession(
      driver: driver, conversion: conversion, hostModules: environment.hosts.modules, path: source.searchPath,
      folder: source.folder, limits: environment.options.limits, coverage: environment.observer.coverage,
      keep: { try await recorder.record(recorder.event(Event.FileKept(file: $0))) })
    let ending = await WatchedScript(session: session, environment: environment).run { [source] in
      let definition = try await session.load(source.runbookPath, text: source.runbookText())
      do { try await session.execute(definition, run: run.id, parameters: run.parameters) } catch {
        guard Self.endsWalk(error) else { throw error }
      }
      driver.use(live)
      var found = found
      for step in walker.gathered where (editions.ofSteps[step.request.path] ?? 0) == index {
        found[step.request.path] = found[step.request.path] ?? Undo(step: step, session: session)
      }
      if wanted.count > 1 { return try await undo(wanted.dropFirst(), of: editions, found) }
      try await settleCommands(with: live)
      try await undo(found, with: live)
    }
    await session.runtime.close()
    try ending.get()
  }

  /// Whether the walk has reached the point where the run had stopped, or fails as it did. Steps that it did not reach
  /// are not forgotten: the operator is asked about them.
  private static func endsWalk(_ error: any Error) -> Bool {
    if error is BranchHalted || error is RunEnded { return true }
    if error is CancellationError || error is any UncatchableError { return false }
    return (error as? LuaError)?.kind != .interrupted
  }

  /// Makes sure that none of the steps to undo still runs: a running command would have its effect after the undo.
  private func settleCommands(with live: LiveDriver) async throws {
    for step in history.steps where !step.path.hasPrefix(RollbackDriver.prefix) {
      let frame = StepFrame(path: step.path, attempt: step.attempt, host: step.host)
      for effect in step.open + step.loose where effect.isFoundAgain && effect.outcome == nil {
        try await settle(effect, of: step, with: live, frame)
      }
    }
  }

  private func settle(
    _ effect: EffectState, of step: StepState, with live: LiveDriver, _ frame: StepFrame
  ) async throws {
    let isDeclared = step.loose.contains { $0.call == effect.call }
    do {
      switch try await environment.hosts.commands.look(run.id, effect) {
      case .over: try await live.finished(effect, frame)
      case .unknown(let why) where !isDeclared: throw try await question(effect, of: step, why)
      case .running, .notBegun, .unknown:
        guard let why = try await live.end(effect, frame) else { return }
        // A step that the operator has declared settled is not asked about again.
        if isDeclared { return try await live.letGo(effect, why, frame) }
        throw try await question(effect, of: step, why)
      }
    } catch var failure as Failure {
      failure.step = step.path
      failure.host = failure.host ?? effect.host
      failure.message = "`\(effect.text)` may still run, so nothing was undone: \(failure.message)"
      throw failure
    }
  }

  /// The question about a command that may still run.
  private func question(_ effect: EffectState, of step: StepState, _ why: String) async throws -> PersonNeeded {
    let message =
      "can't find out whether `\(effect.text)` still runs on \(effect.host ?? "its host"): \(why); check there, and "
      + "end it if it does, then record the outcome of the step"
    try await recorder.record(
      recorder.event(
        Event.RunWaiting(reason: "in_doubt", message: message), path: step.path, attempt: step.attempt,
        host: effect.host))
    return PersonNeeded(reason: "in_doubt", path: step.path, message: message)
  }

  /// Undoes step by step, the latest first. If the runbook no longer reaches a step, the operator undoes it.
  private func undo(_ found: [String: Undo], with live: LiveDriver) async throws {
    let root = Scope()
    for step in history.steps.reversed() {
      guard let (undo, session) = found[step.path].map({ ($0.step, $0.session) }) else {
        let isOwed = step.hasUndo && step.mayHaveChanged && !step.path.hasPrefix(RollbackDriver.prefix)
        if isOwed { try await askToUndo(step, with: live) }
        continue
      }
      let scope = Scope.child(of: root, at: RollbackDriver.prefix + undo.request.path, host: undo.request.host)
      let request = StepRequest(
        path: RollbackDriver.prefix + undo.request.path, host: undo.request.host, scope: scope,
        order: root.nextOrder(), options: StepOptions(), location: undo.function.location ?? undo.request.location,
        code: "",
        body: { try await session.first(of: undo.function, [undo.result]) })
      _ = try await TaskContext.$scope.withValue(scope) { try await live.step(request) }
    }
  }

  private func askToUndo(_ step: StepState, with live: LiveDriver) async throws {
    let path = RollbackDriver.prefix + step.path, known = history.step(at: path)
    if known?.status == .succeeded { return }
    // In doubt until the operator has said that it is done: after any other answer the question is asked again.
    let isAsked = known?.status == .started, attempt = (known?.attempt ?? 0) + (isAsked ? 0 : 1)
    if !isAsked {
      try await recorder.record(recorder.event(Event.StepStarted(), path: path, attempt: attempt, host: step.host))
    }
    let done = step.commands.map { "  " + LiveDriver.shown($0.text, $0.host) }
    let message =
      "the runbook no longer reaches the step \"\(step.path)\", so its undo can't be carried out: undo it by hand"
      + (done.isEmpty ? "" : ". It had begun:\n" + done.joined(separator: "\n"))
    guard try await live.askPerson(path, on: step.host, attempt: attempt, message) else {
      throw PersonNeeded(reason: "in_doubt", path: path, message: message)
    }
  }
}

extension Scope {
  /// The scope that a step of that path is in.
  fileprivate static func child(of root: Scope, at path: String, host: String?) -> Scope {
    path.split(separator: "/").dropLast().reduce(root) { scope, name in scope.child(String(name), host: host) }
  }
}
