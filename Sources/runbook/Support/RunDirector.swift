import ArgumentParser
import Engine
import Foundation
import HostModules
import Inventory
import Journal
import Presentation
import Simulation
import Synchronization
import Values

#if DEBUG
  import CrashTesting
#endif

/// Puts the parts together for one execution of a run, and shows it.
struct RunDirector {
  let options: GlobalOptions
  let input: RunInput
  let store: SQLiteJournalStore
  let saysYes: Bool
  /// How long the running steps of a stopped run may take to finish, in seconds.
  var grace = 120.0
  /// Whether everything is replayed after each step.
  var replaysEverything = false
  /// What to do when the runbook was edited since the run began; `nil` asks.
  var changes: ChangePolicy?
  /// Whether it takes over from an unfinished run that has changed the hosts.
  var takesOver = false
  /// Whether the tree shows as much of the commands' output as there is room for.
  var isVerbose = false
  /// Who is notified when the run waits or ends; see ``Notifier/way``.
  var notify: String?
  /// How an author who tries out a runbook watches the run and limits it.
  var debugging = Debugging()
  /// The simulated world used instead of the hosts; `nil` for the hosts themselves.
  var simulated: KeptWorld?
  let stop = StopSignal()

  /// Creates a run and executes it.
  func start(parameters: [String: String]) async throws -> ExitCode {
    try input.source.checkStepVariables()
    let world = world()
    let signals = Signals(stop: stop)
    defer { withExtendedLifetime(signals) {} }
    let record: RunRecord?
    let id = RunID.make(), folder = StateFolder(option: options.state).path
    // Before the run is recorded: one without its world could be resumed on the real hosts.
    try simulated?.keep(for: id, in: folder)
    do {
      record = try await Runner(environment(world)).create(
        input.source, parameters: parameters, id: id, reuse: debugging.reuse)
    } catch {
      if simulated != nil { KeptWorld.discard(id, in: folder) }
      await world?.close()
      throw error
    }
    guard let record else {
      if simulated != nil { KeptWorld.discard(id, in: folder) }
      await world?.close()
      FileHandle.standardError.write(Data("interrupted before anything began\n".utf8))
      return ExitStatus.interrupted
    }
    return try await execute(record, world, signals)
  }

  /// Executes a run that is recorded already.
  func resume(_ record: RunRecord) async throws -> ExitCode {
    let signals = Signals(stop: stop)
    defer { withExtendedLifetime(signals) {} }
    let director = try await recalled(record)
    return try await director.execute(record, director.world(), signals)
  }

  /// Undoes what a run has done.
  func rollback(_ record: RunRecord) async throws -> ExitCode {
    let signals = Signals(stop: stop)
    defer { withExtendedLifetime(signals) {} }
    let director = try await recalled(record)
    return try await director.execute(record, director.world(), signals, isRollback: true)
  }

  /// The same with the simulated world of a run that began in one: a run never leaves its world.
  private func recalled(_ record: RunRecord) async throws -> RunDirector {
    let created = try await store.events(of: record.id, after: 0).first { $0.kind == .runCreated }
    guard created?.content(Event.RunCreated.self)?.simulated == true, let inventory = input.inventory else {
      return self
    }
    let folder = StateFolder(option: options.state).path, id = try RunID(validating: record.id)
    guard let world = try KeptWorld(of: id, in: folder, inventory: inventory) else {
      throw Failure(
        "simulation.world_missing", "the run \(record.id) was simulated, and its world is missing",
        cause: "there is no \(KeptWorld.path(id, in: folder))",
        hint: "it is not resumed on the real hosts; begin a new run")
    }
    var director = self
    director.simulated = world
    try world.keep(for: id, in: folder)
    return director
  }

  /// The folder on each host in which its lease is; `nil` means the usual one.
  static var lockFolder: String? {
    ProcessInfo.processInfo.environment["RUNBOOK_LOCK_FOLDER"].flatMap { $0.isEmpty ? nil : $0 }
  }

  private func world() -> Fleet? {
    input.inventory.map { Fleet(inventory: $0, ways: simulated?.world.ways, lockFolder: Self.lockFolder) }
  }

  private func execute(
    _ record: RunRecord, _ world: Fleet?, _ signals: Signals, isRollback: Bool = false
  ) async throws -> ExitCode {
    if simulated != nil {
      FileHandle.standardError.write(Data("simulated: no host is touched\n".utf8))
    }
    let history = RunState(events: try await store.events(of: record.id, after: 0))
    let screen = Screen(options)
    let presenter = await makePresenter(record, history, screen)
    let pump = EventPump(to: presenter)
    signals.onFirst {
      Task {
        await presenter.say("Stopping at the next safe point: running steps finish first. Ctrl-C again stops at once.")
      }
    }
    let keys = await keys(record, presenter)
    defer { keys?.close() }
    let notifier = notify.map { Notifier(way: $0, run: record) }
    let person = TerminalApprover(saysYes: saysYes, presenter: presenter, user: ProcessIdentity.current.user)
    let sources = SourceText(files: record.files)
    let seen = Mutex(history)
    do {
      var environment = environment(
        world, approver: person.approver, changes: changes ?? .ask { try await person.askAboutChanges($0) },
        takeOver: takesOver ? .accept(by: ProcessIdentity.current.user) : .ask { try await person.askToTakeOver($0) },
        bounds: debugging.bounds(with: person, stop: stop), trace: debugging.tracer(options, pump),
        watch: { event in
          seen.withLock { $0.apply(event) }
          pump.push(event)
          guard event.kind == .approvalRequested, !saysYes, TerminalApprover.isThere, let notifier else { return }
          let question = event.content(Event.ApprovalRequested.self)?.message ?? ""
          Task { await warn(notifier.tellWaiting(question), presenter) }
        })
      environment.room = { await pump.room() }
      let runner = Runner(environment)
      let outcome =
        try await isRollback ? runner.rollback(record, input.source) : runner.execute(record, input.source)
      await pump.close()
      await world?.close()
      await warn(notifier?.tell(outcome, isRollback: isRollback), presenter)
      let state = seen.withLock { $0 }
      await presenter.finish(ending(outcome, record, sources, isRollback: isRollback, state))
      return ExitStatus.of(outcome)
    } catch {
      await pump.close()
      await world?.close()
      throw error
    }
  }

  private func environment(
    _ world: Fleet?, approver: Approver = .nobody, changes: ChangePolicy = .refuse,
    takeOver: TakeOverPolicy = .ask { _ in nil }, bounds: ExecutionBounds? = nil,
    trace: (@Sendable (Event) -> Void)? = nil, watch: @escaping @Sendable (Event) -> Void = { _ in }
  ) -> RunEnvironment {
    var modules = world.map(HostModules.all) ?? []
    var journal: any JournalStore = store
    #if DEBUG
      if let points = CrashPoints() {
        modules = points.around(modules)
        journal = points.around(journal)
      }
    #endif
    var environment = RunEnvironment(
      store: journal, hostModules: modules, holder: ProcessIdentity.current.holder(for: ""),
      liveness: { ProcessIdentity.current.liveness(of: $0) }, approver: approver, changes: changes,
      locks: world?.locks, commands: world?.commands ?? HostCommands(),
      takeOver: takeOver, replaysEverything: replaysEverything, grace: grace, stop: stop,
      watch: watch)
    environment.bounds = bounds ?? debugging.plainBounds
    environment.trace = trace
    if let world { environment.snapshot = { await world.snapshot() } }
    environment.isSimulated = simulated != nil
    #if DEBUG
      // For tests of a lease holder that comes back after its lease has ended.
      if let seconds = ProcessInfo.processInfo.environment["RUNBOOK_LEASE_SECONDS"].flatMap(Double.init),
        NumberBounds.duration.contains(seconds)
      {
        environment.leaseDuration = seconds
      }
    #endif
    return environment
  }

  /// Says that a message was not delivered.
  private func warn(_ failure: Failure?, _ presenter: any Presenter) async {
    guard let failure else { return }
    FileHandle.standardError.write(Data("warning: \(failure.description)\n".utf8))
  }

  /// The keys of the live tree. Ctrl-C stays what it is.
  private func keys(_ run: RunRecord, _ presenter: any Presenter) async -> RunKeys? {
    guard let tree = presenter as? LiveTree else { return nil }
    let runner = Runner(environment(nil)), user = ProcessIdentity.current.user, stop = stop
    return await RunKeys(
      tree,
      togglePause: { isWanted in
        _ =
          try await isWanted
          ? runner.pause(run, by: user, how: "key") : runner.unpause(run, by: user, how: "key")
      },
      abort: {
        stop.raise()
        Task { await tree.say("Stopping at the next safe point: running steps finish first. Ctrl-C stops at once.") }
      })
  }

  /// What the newest runs of the same runbook on the same inventory lead to expect; nothing where they can't be read.
  private func expectedTimes(_ run: RunRecord) async -> ExpectedTimes {
    do {
      let earlier = try await store.runs().filter {
        $0.id != run.id && $0.runbookPath == run.runbookPath && $0.inventoryPath == run.inventoryPath
      }
      var states: [RunState] = []
      for record in earlier.prefix(20) where states.count < 5 {
        let state = RunState(events: try await store.events(of: record.id, after: 0))
        // One that found everything in place says nothing of how long the work takes.
        if state.status == .succeeded, state.counts.changed > 0 { states.append(state) }
      }
      return ExpectedTimes(from: states)
    } catch { return ExpectedTimes() }
  }

  private func makePresenter(
    _ run: RunRecord, _ history: RunState, _ screen: Screen
  ) async -> any Presenter {
    let kind = PresenterKind.suitable(
      environment: ProcessInfo.processInfo.environment, isTerminal: screen.isTerminal && !debugging.isTraced,
      json: options.json)
    switch kind {
    case .json: return JSONLines(run: run.id, trace: .given(run), state: history, output: DescriptorOutput(1))
    case .lines:
      return PlainLines(
        run: run.id, runbook: run.runbook, state: history, output: DescriptorOutput(1), style: screen.style,
        columns: screen.columns ?? 100)
    case .tree:
      return LiveTree(
        run: run.id, runbook: run.runbook, state: history, terminal: 1, style: screen.style,
        expected: await expectedTimes(run),
        isVerbose: isVerbose)
    }
  }

  private func ending(
    _ outcome: RunOutcome, _ run: RunRecord, _ sources: SourceText, isRollback: Bool, _ state: RunState
  ) -> Ending {
    let resume =
      isRollback
      ? NextCommand("runbook rollback \(run.id)", "continues undoing where it stopped")
      : NextCommand("runbook resume \(run.id)", "continues where it stopped; no step that is done is repeated")
    let show = NextCommand("runbook show \(run.id)", "shows every step, its commands and its outcome")
    let rollback = NextCommand("runbook rollback \(run.id)", "undoes what was done")
    switch outcome {
    case .succeeded: return Ending(sources: sources, next: [show])
    case .failed(let failure):
      let asked = state.steps.filter { $0.isInDoubt && $0.waitsForPerson }.prefix(3).flatMap {
        Self.answers("in_doubt", $0.path, run.id, then: isRollback ? "roll back again" : "resume")
      }
      return Ending(
        failure: failure, sources: sources, next: asked + (isRollback ? [resume, show] : [resume, rollback, show]))
    case .concluded(let failure):
      return Ending(failure: failure, sources: sources, next: state.mayHaveChanged ? [rollback, show] : [show])
    case .refused(let failure): return Ending(failure: failure, sources: sources)
    case .interrupted: return Ending(sources: sources, next: [resume, show])
    case .waiting(let reason, let path, let message):
      let then = isRollback ? "roll back again" : "resume"
      let others = state.steps.filter { $0.isInDoubt && $0.waitsForPerson && $0.path != path }.prefix(2)
      return Ending(
        failure: reason == "changes" ? Failure(.runChanged, message) : nil, sources: sources,
        next: Self.answers(reason, path, run.id, then: then)
          + others.flatMap { Self.answers("in_doubt", $0.path, run.id, then: then) } + [show])
    }
  }

  /// What the operator can type to answer what a run waits for.
  private static func answers(
    _ reason: String, _ path: String, _ run: String, then next: String
  ) -> [NextCommand] {
    switch reason {
    case "approval":
      return [
        NextCommand("runbook resume --yes \(run)", "approves it and continues"),
        NextCommand("runbook reject \(run)", "rejects it"),
      ]
    case "changes":
      return [
        NextCommand("runbook resume --accept-changes \(run)", "continues with the runbook as it is now"),
        NextCommand("runbook resume --as-started \(run)", "continues with the runbook as it was"),
      ]
    default:
      let step = "\"\(path)\""
      return [
        NextCommand("runbook resolve \(run) \(step) --done", "it was carried out; then \(next)"),
        NextCommand("runbook resolve \(run) \(step) --retry", "it was not; then \(next)"),
        NextCommand("runbook resolve \(run) \(step) --fail", "it failed"),
      ]
    }
  }
}
