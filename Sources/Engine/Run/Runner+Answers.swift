import Foundation
import Journal
import Values

extension Runner {
  /// Records the operator's answer about a step in doubt. `step` is its path, or the end of it.
  public func resolve(_ run: RunRecord, step: String, _ answer: DoubtAnswer, by user: String) async throws -> String {
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
        .event(at: environment.clock.now(), by: user, how: "command")
      _ = try await environment.store.append([event], to: run.id, under: lease)
      return found.path
    }
  }

  /// Records the operator's answer to the approvals that the run waits for, and returns their questions.
  ///
  /// - Parameter how: `command` or `page`.
  public func answer(
    _ run: RunRecord, isYes: Bool, by user: String, how: String = "command"
  ) async throws -> [String] {
    try await whileNobodyExecutes(run) { state, lease in
      let open = state.approvals.filter { $0.answer == .none }
      guard !open.isEmpty else {
        throw Failure(.approvalMissing, "run \(run.id) waits for no approval", hint: "run runbook show \(run.id)")
      }
      let events = open.map { approval in
        let now = environment.clock.now()
        return isYes
          ? Event(at: now, path: approval.path, Event.ApprovalGranted(by: user, how: how))
          : Event(at: now, path: approval.path, Event.ApprovalRejected(by: user, how: how))
      }
      _ = try await environment.store.append(events, to: run.id, under: lease)
      return open.map(\.message)
    }
  }

  private func whileNobodyExecutes<Answer>(
    _ run: RunRecord, _ work: (RunState, Lease) async throws -> Answer
  ) async throws -> Answer {
    var holder = environment.holder
    holder.run = run.id
    let lease = try await RunLease.take("run:\(run.id)", holder, environment)
    do {
      let state = RunState(events: try await environment.store.events(of: run.id, after: 0))
      if let origin = state.imported { throw Self.imported(run, origin) }
      if state.status.isOver { throw Self.over(run, state) }
      let answer = try await work(state, lease.lease)
      await lease.release()
      return answer
    } catch {
      await lease.release()
      throw error
    }
  }
}

extension FailureCode {
  /// The name refers to no step, or to more than one.
  public static let stepUnknown: FailureCode = "run.step_unknown"
  /// The run does not wait for an approval.
  public static let approvalMissing: FailureCode = "run.no_approval"
}
