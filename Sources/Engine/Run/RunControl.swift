import Foundation
import Journal
import Values

/// What an operator does to a run without executing it: answers what it waits for, and pauses it.
package struct RunControl: Sendable {
  private let services: RunServices

  /// Controls the runs of this store.
  package init(_ services: RunServices) { self.services = services }

  /// Records the operator's answer about a step in doubt. `step` is its path, or the end of it.
  package func resolve(_ run: RunRecord, step: String, _ answer: DoubtAnswer, by user: String) async throws -> String {
    try await whileNobodyExecutes(run) { state, lease in
      let candidates = state.steps.filter { $0.isInDoubt }
      let named = StepName(step).matching(in: candidates.map(\.path))
      guard let found = candidates.first(where: { $0.path == named.first }), named.count == 1 else {
        let paths = candidates.map { "\"\($0.path)\"" }.joined(separator: ", ")
        throw Failure(
          .stepUnknown,
          (named.isEmpty ? "no step in doubt is" : "\(named.count) steps in doubt are") + " called \"\(step)\"",
          hint: candidates.isEmpty ? "no step of run \(run.id) is in doubt" : "choose one in doubt: \(paths)")
      }
      let event = StepResolution(path: found.path, attempt: found.attempt, host: found.host, answer: answer)
        .event(at: services.clock.now(), by: user, how: "command")
      _ = try await services.store.append([event], to: run.id, under: lease)
      return found.path
    }
  }

  /// Records the operator's answer to the approvals that the run waits for, and returns their questions.
  ///
  /// - Parameter how: `command` or `page`.
  package func answer(
    _ run: RunRecord, isYes: Bool, by user: String, how: String = "command"
  ) async throws -> [String] {
    try await whileNobodyExecutes(run) { state, lease in
      let open = state.approvals.filter { $0.answer == .none }
      guard !open.isEmpty else {
        throw Failure(.approvalMissing, "run \(run.id) waits for no approval", hint: "run runbook show \(run.id)")
      }
      let events = open.map { approval in
        let now = services.clock.now()
        return isYes
          ? Event(at: now, path: approval.path, Event.ApprovalGranted(by: user, how: how))
          : Event(at: now, path: approval.path, Event.ApprovalRejected(by: user, how: how))
      }
      _ = try await services.store.append(events, to: run.id, under: lease)
      return open.map(\.message)
    }
  }

  private func whileNobodyExecutes<Answer>(
    _ run: RunRecord, _ work: (RunState, Lease) async throws -> Answer
  ) async throws -> Answer {
    var holder = services.holder
    holder.run = run.id
    let lease = try await RunLease.take("run:\(run.id)", holder, services)
    do {
      let state = RunState(events: try await services.store.events(of: run.id, after: 0))
      if let origin = state.imported { throw Runner.imported(run, origin) }
      if state.status.isOver { throw Runner.over(run, state) }
      let answer = try await work(state, lease.lease)
      await lease.release()
      return answer
    } catch {
      await lease.release()
      throw error
    }
  }

  /// Pauses a run that any process executes: running steps finish, and nothing further begins until
  /// ``unpause(_:by:how:)``, or the end of the execution. False when a pause was requested already.
  ///
  /// - Parameters:
  ///   - user: who requests it.
  ///   - how: `command`, `page` or `key`.
  package func pause(_ run: RunRecord, by user: String, how: String) async throws -> Bool {
    let state = try await executed(run)
    if state.pause != nil { return false }
    try await ask(Event.RunPauseRequested(by: user, how: how), run)
    return true
  }

  /// Lets a paused run continue. False when no pause was requested.
  package func unpause(_ run: RunRecord, by user: String, how: String) async throws -> Bool {
    let state = try await executed(run)
    if state.pause == nil { return false }
    try await ask(Event.RunUnpaused(by: user, how: how), run)
    return true
  }

  /// Without a lease: it belongs to the process that executes the run.
  private func ask(_ content: some EventContent, _ run: RunRecord) async throws {
    let event = Event(at: services.clock.now(), content)
    _ = try await services.store.append([event], to: run.id, under: nil)
  }

  /// The state of a run that is being executed; a failure when it is not.
  private func executed(_ run: RunRecord) async throws -> RunState {
    let state = RunState(events: try await services.store.events(of: run.id, after: 0))
    let lease = try await services.store.leases().first { $0.key == "run:\(run.id)" }
    let isAlive =
      lease.map { $0.holds(services.liveness($0.holder), at: LeaseTime(wall: services.clock.now())) } ?? false
    guard state.status == .running, isAlive else {
      throw Failure(
        .runNotExecuted, "run \(run.id) is not being executed, so there is nothing to pause",
        hint: "run runbook show \(run.id)")
    }
    return state
  }
}

extension FailureCode {
  /// The name refers to no step, or to more than one.
  package static let stepUnknown: FailureCode = "run.step_unknown"
  /// The run does not wait for an approval.
  package static let approvalMissing: FailureCode = "run.no_approval"

  /// No process executes the run at present.
  package static let runNotExecuted: FailureCode = "run.not_executed"
}
