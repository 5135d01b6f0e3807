import Foundation
import Journal
import Values

extension Runner {
  /// Pauses a run that any process executes: running steps finish, and nothing further begins until
  /// ``unpause(_:by:how:)``, or the end of the execution. False when a pause was requested already.
  ///
  /// - Parameters:
  ///   - user: who requests it.
  ///   - how: `command`, `page` or `key`.
  public func pause(_ run: RunRecord, by user: String, how: String) async throws -> Bool {
    let state = try await executed(run)
    if state.pause != nil { return false }
    try await ask(Event.RunPauseRequested(by: user, how: how), run)
    return true
  }

  /// Lets a paused run continue. False when no pause was requested.
  public func unpause(_ run: RunRecord, by user: String, how: String) async throws -> Bool {
    let state = try await executed(run)
    if state.pause == nil { return false }
    try await ask(Event.RunUnpaused(by: user, how: how), run)
    return true
  }

  /// Without a lease: it belongs to the process that executes the run.
  private func ask(_ content: some EventContent, _ run: RunRecord) async throws {
    let event = Event(at: environment.clock.now(), content)
    _ = try await environment.store.append([event], to: run.id, under: nil)
  }

  /// The state of a run that is being executed; a failure when it is not.
  private func executed(_ run: RunRecord) async throws -> RunState {
    let state = RunState(events: try await environment.store.events(of: run.id, after: 0))
    let lease = try await environment.store.leases().first { $0.key == "run:\(run.id)" }
    let isAlive =
      lease.map { $0.holds(environment.liveness($0.holder), at: LeaseTime(wall: environment.clock.now())) } ?? false
    guard state.status == .running, isAlive else {
      throw Failure(
        .runNotExecuted, "run \(run.id) is not being executed, so there is nothing to pause",
        hint: "run runbook show \(run.id)")
    }
    return state
  }
}

extension FailureCode {
  /// No process executes the run at present.
  public static let runNotExecuted: FailureCode = "run.not_executed"
}
