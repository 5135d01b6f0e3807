import Foundation
import Journal
import LuaVM
import Values

/// Creates, plans, executes and resumes runs: the engine's front.
public struct Runner: Sendable {
  let surroundings: RunSurroundings

  /// A runner in these surroundings.
  public init(_ surroundings: RunSurroundings) { self.surroundings = surroundings }

  /// What each step would do, found out by reading only.
  public func plan(_ source: RunSource, parameters: [String: String]) async throws -> [PlannedStep] {
    try await Rehearsal(source: source, surroundings: surroundings, reads: true)
      .walk(.texts(parameters), run: "plan").steps
  }

  /// Rehearses the runbook, then records a new run of it. Throws a ``Failure`` before anything is touched when
  /// something is known to be wrong; `nil` when the stop signal came first.
  public func create(_ source: RunSource, parameters: [String: String], id: String = RunID.make()) async throws
    -> RunRecord?
  {
    do {
      let findings = try await Rehearsal(source: source, surroundings: surroundings, reads: false)
        .walk(.texts(parameters), run: id)
      var files = [RunFile(role: .runbook, name: source.runbookPath, text: findings.text)] + findings.modules
      if let path = source.inventoryPath, let text = source.inventoryText {
        files.append(RunFile(role: .inventory, name: path, text: text))
      }
      let now = surroundings.clock.now()
      let record = RunRecord(
        id: id, runbook: source.runbook, runbookPath: source.runbookPath, inventoryPath: source.inventoryPath,
        parameters: findings.parameters, createdAt: now, user: surroundings.holder.user,
        machine: surroundings.holder.machine, files: files)
      let created = Event(
        at: now, kind: .runCreated,
        payload: [
          "runbook": .string(source.runbook), "summary": .string(findings.summary),
          "stack": source.hosts.stack["name"] ?? .null,
        ])
      for event in try await surroundings.store.create(record, events: [created]) { surroundings.watch(event) }
      return record
    } catch is StopRequested {
      return nil
    }
  }

  /// Executes a run, from the start or from where its journal ends. Throws a ``Failure`` when it can't begin.
  public func execute(_ run: RunRecord, _ source: RunSource) async throws -> RunOutcome {
    var holder = surroundings.holder
    holder.run = run.id
    let lease = try await RunLease.take("run:\(run.id)", holder, surroundings)
    let events = try await surroundings.store.events(of: run.id, after: 0)
    let history = RunState(events: events)
    do {
      if history.status.isOver {
        throw Failure(
          .runOver, "run \(run.id) is over (\(history.status.rawValue)); there is nothing to resume",
          hint: "begin a new one: runbook run \(run.runbook)")
      }
      if history.executions > 0 {
        _ = try await Rehearsal(source: source, surroundings: surroundings, reads: false, history: history)
          .walk(.recorded(run.parameters), run: run.id)
      }
    } catch is StopRequested {
      await lease.release()
      return .interrupted
    } catch {
      await lease.release()
      throw error
    }
    let recorder = Recorder(
      store: surroundings.store, run: run.id, lease: lease.lease, clock: surroundings.clock, state: history,
      watch: surroundings.watch)
    let execution = RunExecution(
      run: run, source: source, surroundings: surroundings, recorder: recorder, history: history, events: events)
    let outcome = await lease.kept(for: recorder, surroundings) { await execution.go() }
    await lease.release()
    return outcome
  }
}
