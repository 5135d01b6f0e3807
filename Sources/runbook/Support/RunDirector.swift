import ArgumentParser
import Engine
import Foundation
import HostModules
import Inventory
import Journal
import LuaVM
import Presentation
import Values

/// Puts the parts together for one execution of a run, and shows it.
struct RunDirector {
  let options: GlobalOptions
  let input: RunInput
  let store: SQLiteJournalStore
  let saysYes: Bool
  let stop = StopSignal()

  /// Creates a run and executes it.
  func start(parameters: [String: String]) async throws -> ExitCode {
    let world = input.inventory.map { World(inventory: $0) }
    let signals = Signals(stop: stop)
    defer { withExtendedLifetime(signals) {} }
    let record: RunRecord?
    do { record = try await Runner(surroundings(world)).create(input.source, parameters: parameters) } catch {
      await world?.close()
      throw error
    }
    guard let record else {
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
    return try await execute(record, input.inventory.map { World(inventory: $0) }, signals)
  }

  private func execute(_ record: RunRecord, _ world: World?, _ signals: Signals) async throws -> ExitCode {
    let history = RunState(events: try await store.events(of: record.id, after: 0))
    let screen = Screen(options)
    let presenter = makePresenter(record, history, screen)
    let pump = EventPump(to: presenter)
    signals.onFirst {
      Task {
        await presenter.say("Stopping at the next safe point: what is under way is finished. Once more stops at once.")
      }
    }
    let approver = TerminalApprover(
      saysYes: saysYes, presenter: presenter, user: ProcessIdentity.current.user
    ).approver
    let sources = SourceText(files: record.files)
    do {
      let outcome = try await Runner(surroundings(world, approver: approver, watch: { pump.push($0) }))
        .execute(record, input.source)
      await pump.close()
      await world?.close()
      await presenter.finish(ending(outcome, record, sources))
      return ExitStatus.of(outcome)
    } catch {
      await pump.close()
      await world?.close()
      throw error
    }
  }

  private func surroundings(
    _ world: World?, approver: Approver = .nobody, watch: @escaping @Sendable (Event) -> Void = { _ in }
  ) -> RunSurroundings {
    RunSurroundings(
      store: store, hostModules: world.map(HostModules.all) ?? [], holder: ProcessIdentity.current.holder(for: ""),
      isGone: { ProcessIdentity.current.isGone($0) }, approver: approver, stop: stop, watch: watch)
  }

  private func makePresenter(_ run: RunRecord, _ history: RunState, _ screen: Screen) -> any Presenter {
    let kind = PresenterKind.suitable(
      environment: ProcessInfo.processInfo.environment, isTerminal: screen.isTerminal, json: options.json)
    switch kind {
    case .json: return JSONLines(run: run.id, state: history, output: DescriptorOutput(1))
    case .lines:
      return PlainLines(
        run: run.id, runbook: run.runbook, state: history, output: DescriptorOutput(1), style: screen.style,
        columns: screen.columns ?? 100)
    case .tree:
      return LiveTree(run: run.id, runbook: run.runbook, state: history, terminal: 1, style: screen.style)
    }
  }

  private func ending(_ outcome: RunOutcome, _ run: RunRecord, _ sources: SourceText) -> Ending {
    let resume = NextCommand("runbook resume \(run.id)", "goes on where it stopped; nothing that is done is repeated")
    let show = NextCommand("runbook show \(run.id)", "shows every step, its commands and its outcome")
    switch outcome {
    case .succeeded: return Ending(sources: sources, next: [show])
    case .failed(let failure): return Ending(failure: failure, sources: sources, next: [resume, show])
    case .refused(let failure): return Ending(failure: failure, sources: sources)
    case .interrupted: return Ending(sources: sources, next: [resume, show])
    case .waiting(let reason, _, _):
      let yes = NextCommand("runbook resume --yes \(run.id)", "says yes and goes on")
      return Ending(sources: sources, next: reason == "approval" ? [yes, resume] : [show, resume])
    }
  }
}
