import Foundation
import Journal
import LuaVM
import Values

/// Creates, plans, executes and resumes runs: the engine's interface.
package struct Runner: Sendable {
  let environment: RunEnvironment

  /// A runner in this environment.
  package init(_ environment: RunEnvironment) { self.environment = environment }

  /// Finds out what each step would do, by reading only.
  package func plan(_ source: RunSource, parameters: [String: String]) async throws -> RunPlan {
    var walk = DryRun(source: source, environment: environment, reads: true, watches: true)
    var findings: DryRun.Findings
    do { findings = try await walk.walk(.texts(parameters), run: "plan") } catch let failure as Failure
      where failure.code == .runbookRaised
    {
      // Lua's own errors name the line and the variable as they are in the file, not between looks.
      walk.watches = false
      findings = try await walk.walk(.texts(parameters), run: "plan")
    }
    return RunPlan(
      summary: findings.summary, parameters: findings.parameters, files: files(source, findings), steps: findings.steps,
      warnings: findings.warnings, uncertainties: findings.uncertainties)
  }

  private func files(_ source: RunSource, _ findings: DryRun.Findings) -> [RunFile] {
    var files = [RunFile(role: .runbook, name: source.runbookPath, text: findings.text)] + findings.modules
    if let path = source.inventoryPath, let text = source.inventoryText {
      files.append(RunFile(role: .inventory, name: path, text: text))
    }
    return files
  }

  /// Walks through the runbook in a dry run, then records a new run of it. Throws a ``Failure`` before anything is
  /// touched if a mistake is certain; `nil` when the stop signal came first.
  ///
  /// - Parameter reuse: begins in the middle, with the results of an earlier run.
  package func create(
    _ source: RunSource, parameters: [String: String], id: RunID = .make(), reuse: ResultReuse? = nil
  ) async throws -> RunRecord? {
    do {
      let findings = try await DryRun(source: source, environment: environment, reads: false)
        .walk(.texts(parameters), run: id.text)
      _ = try environment.options.bounds.settled(by: findings, hosts: source.hosts)
      let now = environment.services.clock.now()
      let record = RunRecord(
        id: id.text, runbook: source.runbook, runbookPath: source.runbookPath, inventoryPath: source.inventoryPath,
        parameters: findings.parameters, createdAt: now, user: environment.services.holder.user,
        machine: environment.services.holder.machine, files: files(source, findings))
      let created = Event(
        at: now,
        Event.RunCreated(
          runbook: source.runbook, summary: findings.summary, stack: source.hosts.stack?["name"]?.stringValue,
          changes: findings.steps.contains { $0.verdict == .change },
          simulated: environment.options.isSimulated ? true : nil))
      var events = [created]
      if let reuse {
        events += try await ReusedResults(
          source: source, environment: environment, parameters: findings.parameters
        ).events(reuse)
      }
      for event in try await environment.services.store.create(record, events: events) {
        environment.observer.watch(event)
      }
      return record
    } catch is StopRequested {
      return nil
    }
  }

  /// Executes a run, from the start or from where its journal ends. Throws a ``Failure`` when it can't begin.
  package func execute(_ run: RunRecord, _ source: RunSource) async throws -> RunOutcome {
    try await execute(OpenRun(run, environment.services), source)
  }

  /// Undoes what a run has done, from the latest step to the first. A rollback that failed or was interrupted continues
  /// where it stopped.
  package func rollback(_ run: RunRecord, _ source: RunSource) async throws -> RunOutcome {
    try await rollback(OpenRun(run, environment.services), source)
  }

  /// Executes a run that is open already, and closes it.
  package func execute(_ run: OpenRun, _ source: RunSource) async throws -> RunOutcome {
    try await execute(run, source, isRollback: false)
  }

  /// Undoes a run that is open already, and closes it.
  package func rollback(_ run: OpenRun, _ source: RunSource) async throws -> RunOutcome {
    try await execute(run, source, isRollback: true)
  }

  private func execute(_ open: OpenRun, _ source: RunSource, isRollback: Bool) async throws -> RunOutcome {
    let (run, events, history, lease) = (open.record, open.events, open.history, open.lease)
    let services = environment.services
    let recorder = Recorder(
      store: services.store, run: run.id, lease: lease.lease, clock: services.clock, state: history,
      watch: environment.observer.watch, room: environment.observer.room)
    let request = LockRequest(id: Self.randomID(), holder: open.holder, duration: services.leaseDuration)
    let locks = environment.hosts.locks.map {
      RunLocks(
        locks: $0, request: request, environment: environment, recorder: recorder, history: history, events: events)
    }
    var bounds = isRollback ? ExecutionBounds() : environment.options.bounds, planned: [PlannedStep] = []
    var source = source
    do {
      try Self.check(run, history, isRollback: isRollback)
      if !isRollback {
        if let undone = try await ReusedResults.undoing(history, services.store) { throw undone }
        switch try await settleChanges(run, source, history, events, recorder) {
        case .waiting(let outcome):
          await lease.release()
          return outcome
        // From here on the files on disk are no longer read.
        case .goesOn(let files): source.kept = files
        }
      }
      if !bounds.isEmpty {
        let walk = try await DryRun(source: source, environment: environment, reads: false, history: history)
          .walk(.recorded(run.parameters), run: run.id)
        bounds = try bounds.settled(by: walk, hosts: source.hosts)
        planned = walk.steps
      }
    } catch is StopRequested {
      await lease.release()
      return .interrupted
    } catch {
      await lease.release()
      throw error
    }
    let execution = RunExecution(
      run: run, source: source, environment: environment, recorder: recorder, locks: locks,
      pause: PauseGate(store: services.store, run: run.id, recorder: recorder, seen: history.lastSequence),
      lock: request.id, history: history, events: events, isRollback: isRollback, bounds: bounds, planned: planned)
    let outcome = await lease.kept(for: recorder, locks, services, stop: environment.stop) { await execution.go() }
    await locks?.end(isOver: recorder.state.status.isOver)
    await lease.release()
    return outcome
  }

  /// A name that nothing else has: 32 hexadecimal digits.
  static func randomID() -> String {
    (0..<32).map { _ in String(Int.random(in: 0..<16), radix: 16) }.joined()
  }

  /// The files with which the run began count again, even if the operator has accepted others since then.
  private func goingBack(
    to first: [RunFile], _ editions: FileEditions, _ recorder: Recorder
  ) async throws -> [RunFile] {
    if editions.current != first {
      try await recorder.record(
        recorder.event(
          Event.ChangesAccepted(
            differences: ["the files are those with which the run began"], files: first,
            by: environment.services.holder.user,
            how: "option")))
    }
    return first
  }

  private static func check(_ run: RunRecord, _ history: RunState, isRollback: Bool) throws {
    if let origin = history.imported { throw imported(run, origin) }
    if history.status == .displaced { throw displaced(run, history) }
    if isRollback {
      if history.status == .rolledBack {
        throw Failure(.runOver, "run \(run.id) is already rolled back; there is nothing to undo")
      }
      return
    }
    if history.status.isOver { throw over(run, history) }
    if history.isRollingBack {
      throw Failure(
        .runOver, "run \(run.id) is being rolled back; it can't be resumed any more",
        hint: "continue undoing: runbook rollback \(run.id)")
    }
  }

  private static func displaced(_ run: RunRecord, _ history: RunState) -> Failure {
    let other = history.reason ?? ""
    return Failure(
      .runOver,
      "run \(run.id) was displaced: run \(other) took over what it had half changed, as an operator has accepted",
      hint: "see what it had done: runbook show \(run.id); see what followed: runbook show \(other)")
  }

  static func imported(_ run: RunRecord, _ origin: RunImport) -> Failure {
    Failure(
      .runImported, "run \(run.id) was imported from \(origin.machine); here it can only be read",
      hint: "continue it, or undo it, on \(origin.machine), where its journal is")
  }

  static func over(_ run: RunRecord, _ history: RunState) -> Failure {
    Failure(
      .runOver, "run \(run.id) is over (\(history.status.rawValue)); there is nothing to resume",
      hint: "begin a new one: runbook run \(run.runbook)")
  }

  /// The result of comparing the files.
  private enum Comparison {
    /// No one has accepted them.
    case waiting(RunOutcome)
    /// Continue with these files.
    case goesOn([RunFile])
  }

  /// Walks through the files as they are now, and asks the operator to accept the differences.
  private func settleChanges(
    _ run: RunRecord, _ source: RunSource, _ history: RunState, _ events: [Event], _ recorder: Recorder
  ) async throws -> Comparison {
    let editions = FileEditions(run, events), first = editions.all[0]
    if source.kept != nil { return .goesOn(try await goingBack(to: first, editions, recorder)) }
    guard history.executions > 0 else { return .goesOn(first) }
    var isStrict = false
    if case .refuse = environment.options.changes { isStrict = true }
    let (differences, files) = try await RunComparison(
      run: run, kept: isStrict ? first : editions.current, source: source, environment: environment, history: history
    ).differences()
    if differences.isEmpty {
      return .goesOn(isStrict ? try await goingBack(to: first, editions, recorder) : editions.current)
    }
    let answer: Approver.Answer?
    switch environment.options.changes {
    case .accept(let by): answer = .init(isYes: true, by: by, how: "option")
    case .ask(let ask): answer = try await ask(differences)
    case .refuse:
      throw Failure(
        .runChanged, "the runbook has changed since run \(run.id) began",
        hint: "restore it, or resume with --as-started or --accept-changes", related: differences.sentences)
    }
    guard let answer, answer.isYes else {
      if answer != nil {
        throw Failure(
          .rejected, "the operator rejected the edited runbook",
          hint: "resume with --as-started to continue with the runbook as it was")
      }
      return .waiting(
        .waiting(
          reason: "changes", path: "",
          message: "the runbook has changed since the run began:\n"
            + differences.sentences.map { "  " + $0.description }.joined(separator: "\n")))
    }
    try await recorder.record(
      recorder.event(
        Event.ChangesAccepted(
          differences: differences.sentences.map(\.message), gone: differences.pathsGone, files: files,
          by: answer.by, how: answer.how)))
    return .goesOn(files)
  }
}

/// How an execution of a run ended.
package enum RunOutcome: Sendable, Hashable {
  /// The runbook reached its end.
  case succeeded
  /// It stopped at a failure; it can be resumed.
  case failed(Failure)
  /// It came to its end and found something that the operator must check; it is over, whatever it has changed.
  case concluded(Failure)
  /// Checks refused it before anything was changed; it is over.
  case refused(Failure)
  /// It was stopped at a safe point; it can be resumed.
  case interrupted
  /// The operator must decide something first; then it can be resumed.
  case waiting(reason: String, path: String, message: String)
}

extension RunOutcome {
  /// The outcome with other words for what failed.
  func mapFailure(_ change: (Failure) -> Failure) -> RunOutcome {
    switch self {
    case .failed(let failure): .failed(change(failure))
    case .concluded(let failure): .concluded(change(failure))
    case .refused(let failure): .refused(change(failure))
    case .succeeded, .interrupted, .waiting: self
    }
  }
}
