import ArgumentParser
import Engine
import Foundation
import Journal
import Presentation
import Synchronization
import Values

/// The execution of one run as its operator follows it.
struct RunSession {
  let options: GlobalOptions
  let settings: ExecutionSettings
  let input: RunInput
  let services: RunServices
  let hosts: RunHosts
  let isSimulated: Bool
  let signals: Signals

  private var stop: StopSignal { signals.stop }

  /// Records the run; `nil` when it was interrupted before.
  func create(_ id: RunID, parameters: [String: String]) async throws -> RunRecord? {
    let runner = Runner(
      RunEnvironment(
        services, hosts: hosts,
        options: RunOptions(bounds: settings.debugging.plainBounds, isSimulated: isSimulated), stop: stop))
    return try await runner.create(input.source, parameters: parameters, id: id, reuse: settings.debugging.reuse)
  }

  /// Executes a run, or undoes it, and shows it.
  func execute(_ run: OpenRun, isRollback: Bool) async throws -> ExitCode {
    if isSimulated { FileHandle.standardError.write(Data("simulated: no host is touched\n".utf8)) }
    let record = run.record
    let presenter = await presenter(run)
    let pump = EventPump(to: presenter)
    signals.onFirst {
      Task {
        await presenter.say("Stopping at the next safe point: running steps finish first. Ctrl-C again stops at once.")
      }
    }
    let keys = await keys(record, presenter)
    defer { keys?.close() }
    let notifier = settings.notify.map { Notifier(way: $0, run: record) }
    let person = TerminalApprover(
      saysYes: settings.saysYes, presenter: presenter, user: ProcessIdentity.current.user)
    let state = Mutex(run.history)
    let runner = Runner(
      RunEnvironment(
        services, hosts: hosts, options: runOptions(person),
        observer: observer(pump, notifier) { event in state.withLock { $0.apply(event) } }, stop: stop))
    do {
      let outcome = try await isRollback ? runner.rollback(run, input.source) : runner.execute(run, input.source)
      await pump.close()
      await warn(notifier?.tell(outcome, isRollback: isRollback))
      await presenter.finish(
        RunEnding(run: record, state: state.withLock { $0 }, isRollback: isRollback).view(of: outcome))
      return ExitStatus.of(outcome)
    } catch {
      await pump.close()
      throw error
    }
  }

  private func runOptions(_ approver: TerminalApprover) -> RunOptions {
    RunOptions(
      approver: approver.approver, changes: settings.changes ?? .ask { try await approver.askAboutChanges($0) },
      takeOver: settings.takesOver
        ? .accept(by: ProcessIdentity.current.user) : .ask { try await approver.askToTakeOver($0) },
      bounds: settings.debugging.bounds(with: approver, stop: stop), replaysEverything: settings.replaysEverything,
      isSimulated: isSimulated, grace: settings.grace)
  }

  private func observer(
    _ pump: EventPump, _ notifier: Notifier?, _ apply: @escaping @Sendable (Event) -> Void
  ) -> RunObserver {
    let isAsked = !settings.saysYes && TerminalApprover.isThere
    return RunObserver(
      watch: { event in
        apply(event)
        pump.push(event)
        guard event.kind == .approvalRequested, isAsked, let notifier else { return }
        let question = event.content(Event.ApprovalRequested.self)?.message ?? ""
        Task { await warn(notifier.tellWaiting(question)) }
      },
      room: { await pump.room() }, trace: settings.debugging.tracer(options, pump))
  }

  /// Says that a message was not delivered.
  private func warn(_ failure: Failure?) async {
    guard let failure else { return }
    FileHandle.standardError.write(Data("warning: \(failure.description)\n".utf8))
  }

  /// The keys of the live tree. Ctrl-C stays what it is.
  private func keys(_ run: RunRecord, _ presenter: any Presenter) async -> RunKeys? {
    guard let tree = presenter as? LiveTree else { return nil }
    let control = RunControl(services), user = ProcessIdentity.current.user, stop = stop
    return await RunKeys(
      tree,
      togglePause: { isWanted in
        _ =
          try await isWanted
          ? control.pause(run, by: user, how: "key") : control.unpause(run, by: user, how: "key")
      },
      abort: {
        stop.raise()
        Task { await tree.say("Stopping at the next safe point: running steps finish first. Ctrl-C stops at once.") }
      })
  }

  /// What the newest runs of the same runbook on the same inventory lead to expect; nothing where they can't be read.
  private func expectedTimes(_ run: RunRecord) async -> ExpectedTimes {
    do {
      let earlier = try await services.store.runs().filter {
        $0.id != run.id && $0.runbookPath == run.runbookPath && $0.inventoryPath == run.inventoryPath
      }
      var states: [RunState] = []
      for record in earlier.prefix(20) where states.count < 5 {
        let state = RunState(events: try await services.store.events(of: record.id, after: 0))
        // One that found everything in place says nothing of how long the work takes.
        if state.status == .succeeded, state.counts.changed > 0 { states.append(state) }
      }
      return ExpectedTimes(from: states)
    } catch { return ExpectedTimes() }
  }

  private func presenter(_ open: OpenRun) async -> any Presenter {
    let (run, history, screen) = (open.record, open.history, Screen(options))
    let kind = PresenterKind.suitable(
      environment: ProcessInfo.processInfo.environment, isTerminal: screen.isTerminal && !settings.debugging.isTraced,
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
        isVerbose: settings.isVerbose)
    }
  }
}
