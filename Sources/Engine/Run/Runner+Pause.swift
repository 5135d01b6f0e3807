import Foundation
import Journal
import Values

extension Runner {
  /// Has a run pause that is being executed, by whichever process: what is under way is finished, and nothing further
  /// begins until ``unpause(_:by:how:)``, or the end of the execution. False when it is to pause already.
  ///
  /// - Parameters:
  ///   - user: who wants it.
  ///   - how: `command`, `page` or `key`.
  public func pause(_ run: RunRecord, by user: String, how: String) async throws -> Bool {
    let state = try await executed(run)
    if state.pause != nil { return false }
    try await ask(Event.RunPauseRequested(by: user, how: how), run)
    return true
  }

  /// Lets a paused run go on. False when it is not to pause.
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

  /// How a run stands that is being executed; a failure when it is not.
  private func executed(_ run: RunRecord) async throws -> RunState {
    let state = RunState(events: try await environment.store.events(of: run.id, after: 0))
    let lease = try await environment.store.leases().first { $0.key == "run:\(run.id)" }
    let isAlive =
      lease.map { $0.holds(environment.liveness($0.holder), at: LeaseTime(wall: environment.clock.now())) } ?? false
    guard state.status == .running, isAlive else {
      throw Failure(
        .runNotExecuted, "run \(run.id) is not being executed, so there is nothing to pause",
        hint: "see runbook show \(run.id)")
    }
    return state
  }
}

extension FailureCode {
  /// Nobody executes the run at present.
  public static let runNotExecuted: FailureCode = "run.not_executed"
}
