import Foundation
import Journal
import LuaVM
import Values

/// One execution of a run: from its first event in this process to its last.
struct RunExecution: Sendable {
  let run: RunRecord
  let source: RunSource
  let environment: RunEnvironment
  let recorder: Recorder
  let locks: RunLocks?
  let pause: PauseGate
  /// The ID of this execution's claim on the locks.
  let lock: String
  let history: RunState
  let events: [Event]

  /// Whether the run is undone.
  var isRollback = false
  /// Its limits, with whole paths, and what a walk found out about the steps for them.
  var bounds = ExecutionBounds()
  var planned: [PlannedStep] = []

  /// Executes, records how it ended, and reports that.
  func go() async -> RunOutcome {
    do {
      try await recorder.record(
        recorder.event(
          Event.RunStarted(
            machine: environment.services.holder.machine, pid: environment.services.holder.processID,
            user: environment.services.holder.user,
            resumed: history.executions > 0, rollback: isRollback, lock: lock)))
      let (outcome, reason) = await pause.watched {
        await ending {
          try await takeTargets()
          try await snapshot(.before)
          guard isRollback else { return try await script() }
          try await RollbackExecution(
            run: run, source: source, environment: environment, recorder: recorder, locks: locks, pause: pause,
            history: history, events: events
          ).script()
        }
      }
      try await recorder.flush()
      try await close(outcome, reason)
      return outcome
    } catch {
      return .failed(recorder.secrets.hidden(FailureMapping.failure(error)))
    }
  }

  /// Whether the run may change something.
  private var mayChange: Bool { events.first?.content(Event.RunCreated.self)?.changes != false }

  /// Records the state of the hosts: before anything was changed, once; and whenever an execution has ended.
  private func snapshot(_ moment: SnapshotMoment) async throws {
    guard mayChange, let look = environment.hosts.snapshot else { return }
    if moment == .before, events.contains(where: { $0.kind == .runSnapshot }) { return }
    await tell(moment == .before ? "reading the state of the hosts" : "reading the state of the hosts again")
    let snapshot = await look()
    try Task.checkCancellation()
    try await recorder.record(
      recorder.event(Event.SnapshotTaken(moment: moment, snapshot: snapshot)))
  }

  private func tell(_ phase: String) async {
    await recorder.show(recorder.event(Event.RunPhase(text: phase)))
  }

  /// Takes the locks first where it is known already that the run changes something.
  private func takeTargets() async throws {
    guard mayChange, let locks else { return }
    await tell("taking the hosts")
    do { try await locks.begin() } catch let failure as Failure where history.executions == 0 {
      throw RunRefused(failure: failure)
    }
  }

  /// Runs the script to its end; pass after pass where everything is replayed.
  private func script() async throws {
    if !environment.options.replaysEverything { return try await pass(history, events, DoneSteps(history), nil) }
    while true {
      let events = try await environment.services.store.events(of: run.id, after: 0)
      let history = RunState(events: events)
      let done = DoneSteps(history)
      var isOver = true
      do { try await pass(history, events, done, ReplayGate()) } catch is ReplayGate.NextPass { isOver = false }
      if let missing = done.missed.first {
        throw Failure(
          .diverged, "a replay did not reach the step \"\(missing.path)\", which is recorded as done",
          step: missing.path, location: missing.location,
          hint: "record what the runbook decides by in a step, or use time.now(), random.integer(), env(): "
            + "a replay sees something differently")
      }
      if isOver { return }
    }
  }

  private func pass(
    _ history: RunState, _ events: [Event], _ done: DoneSteps, _ replay: ReplayGate?
  ) async throws {
    let conversion = Conversion(hosts: source.hosts, secrets: recorder.secrets)
    let driver = LiveDriver(
      run: run.id, recorder: recorder, history: history, conversion: conversion, clock: environment.services.clock,
      stop: environment.stop, pause: pause, approver: environment.options.approver,
      recordedValues: RecordedValues(events: events),
      locks: locks, replay: replay, commands: environment.hosts.commands, done: done,
      doubtful: DoubtfulSteps(history), changes: environment.options.changes)
    var live: any StepDriver = driver
    if let trace = environment.observer.trace {
      live = TracingDriver(inner: live, conversion: conversion, clock: environment.services.clock, trace: trace)
    }
    let bounded = BoundedDrivers(
      bounds, around: live, history: history, planned: planned, turns: bounds.ask.map { StepTurns($0) },
      stop: environment.stop)
    // Modules that an earlier pass has loaded are known already.
    var source = source
    if replay != nil { source.kept = (source.kept ?? []).adding(modulesOf: FileEditions(run, events).current) }
    let session = try await ScriptSession(
      driver: bounded.driver, conversion: conversion, hostModules: environment.hosts.modules, path: source.searchPath,
      folder: source.folder, limits: environment.options.limits, coverage: environment.observer.coverage,
      keep: { try await recorder.record(recorder.event(Event.FileKept(file: $0))) })
    let ending = await WatchedScript(session: session, environment: environment).run { [source] in
      let definition = try await session.load(source.runbookPath, text: source.runbookText())
      try await session.execute(definition, run: run.id, parameters: run.parameters)
    }
    await session.runtime.close()
    do {
      try session.failures.settle(ending.flatMap { Result { try bounded.checkEnd() } })
    } catch let concluded as RunConcluded {
      try await driver.settleLeft()
      throw concluded
    }
    try await driver.settleLeft()
  }

  /// How the work ended; if its bounds ended it, with a message about that.
  private func ending(_ work: () async throws -> Void) async -> (RunOutcome, reason: String?) {
    do {
      return (try await outcome(work).mapFailure(recorder.secrets.hidden), nil)
    } catch let short as StoppedShort {
      return (.interrupted, short.reason)
    } catch let left as LeftOut {
      let hosts = left.hosts.sorted().joined(separator: ", ")
      return (.interrupted, "limited to one host (--only); the branches of \(hosts) are left")
    } catch {
      return (.failed(recorder.secrets.hidden(FailureMapping.failure(error))), nil)
    }
  }

  private func outcome(_ work: () async throws -> Void) async throws -> RunOutcome {
    do {
      try await work()
      return .succeeded
    } catch let error as StoppedShort {
      throw error
    } catch let error as LeftOut {
      throw error
    } catch let needed as PersonNeeded {
      return .waiting(reason: needed.reason, path: needed.path, message: needed.message)
    } catch let concluded as RunConcluded {
      return .concluded(concluded.failure)
    } catch let refused as RunRefused {
      let hasChanged = await recorder.state.mayHaveChanged
      return hasChanged ? .failed(refused.failure) : .refused(refused.failure)
    } catch is StopRequested {
      return .interrupted
    } catch let error as LuaError where error.kind == .interrupted {
      return .interrupted
    } catch is CancellationError {
      return .interrupted
    } catch {
      return .failed(FailureMapping.failure(error))
    }
  }

  /// Removes what the commands of the run have left on the hosts, now that no step will look for it again.
  private func removeTraces() async throws {
    let hosts = await recorder.state.hostsWithJobs
    if !hosts.isEmpty { await environment.hosts.commands.removeTraces(run.id, hosts) }
  }

  private func close(_ outcome: RunOutcome, _ reason: String?) async throws {
    let counts = await recorder.state.counts
    let changed = counts.changed, unchanged = counts.done - counts.changed
    switch outcome {
    case .succeeded, .concluded:
      // Before the end is recorded: if it is killed in between, the run has not ended, and its next execution does this
      // again.
      try await snapshot(.after)
      try await removeTraces()
      switch outcome {
      case .concluded(let failure):
        try await recorder.record(
          recorder.event(Event.RunConcluded(failure: failure, changed: changed, unchanged: unchanged)))
      case _ where isRollback:
        try await recorder.record(recorder.event(Event.RunRolledBack(changed: changed, unchanged: unchanged)))
      default: try await recorder.record(recorder.event(Event.RunSucceeded(changed: changed, unchanged: unchanged)))
      }
    case .failed(let failure):
      try await snapshot(.after)
      try await recorder.record(recorder.event(Event.RunFailed(failure: failure)))
    case .refused(let failure):
      try await recorder.record(recorder.event(Event.RunRefused(failure: failure)))
    case .interrupted:
      try await recorder.record(recorder.event(Event.RunInterrupted(reason: reason ?? "stopped")))
    case .waiting:
      break  // recorded by the step that waits, together with its reason
    }
  }
}
