import Foundation
import Journal
import Values

extension FailureCode {
  /// Another run changes the same swarm or host.
  package static let hostHeld: FailureCode = "run.host_held"
  /// Another, unfinished run has changed the same swarm or host.
  package static let hostUnfinished: FailureCode = "run.host_unfinished"
  /// The right to change a host was lost: it was not renewed in time, and another run took it.
  package static let hostLost: FailureCode = "run.host_lost"
}

/// The messages for the operator about who changes the hosts.
struct HostLockFailures {
  let run: String
  /// Whether the run was executed before, so that it can be resumed.
  let isResumed: Bool

  private var again: String { isResumed ? "continue: runbook resume \(run)" : "run the same command again" }

  /// Other runs change hosts now. `held`: their locks by the hosts' names.
  func held(_ held: [String: HeldLock]) -> Failure {
    combined(held) { names, lock in
      Failure(
        .hostHeld, "\(Self.list(names)) \(names.count == 1 ? "is" : "are") being changed by \(Self.words(lock))",
        host: names.count == 1 ? names.first : nil,
        hint:
          "wait until that run is over, then \(again); if its process hangs, end it (\(lock.holder.ending)); if it is "
          + "gone, the hosts are free half a minute after its end")
    }
  }

  /// An unfinished run has changed hosts, and the operator has not decided what to do.
  func unfinished(_ held: [String: HeldLock], own: Set<String>) -> Failure {
    combined(held) { names, lock in
      let other = lock.holder.run
      let way =
        own.contains(lock.id)
        ? "finish it first: runbook resume \(other), or runbook rollback \(other)"
        : "have \(lock.holder.user) finish it: runbook resume \(other), or runbook rollback \(other)"
      return Failure(
        .hostUnfinished, Self.unfinished(names, lock), host: names.count == 1 ? names.first : nil,
        hint:
          "\(way). Or take over with --take-over: this run then continues from the present state, and "
          + "\(other) must not be resumed")
    }
  }

  /// The question before a run takes over from an unfinished one.
  func question(_ held: [String: HeldLock]) -> String {
    let parts = Self.grouped(held).map { Self.unfinished($0.names, $0.lock) + "." }
    let runs = Set(held.values.map(\.holder.run)).sorted()
    return parts.joined(separator: "\n")
      + "\nTaking over means: this run continues from the present state, and run \(Self.list(runs)) "
      + "must not be resumed any more.\nTake over?"
  }

  /// Another run holds the target that was this run's.
  func lost(_ host: String, to lock: HeldLock, after seconds: Double) -> Failure {
    Failure(
      .hostLost,
      "this run has lost its right to change \(host): it did not renew it for \(Int(seconds.rounded())) s, and now "
        + "\(Self.words(lock)) has it",
      host: host, hint: "check what that run does; when it is over: runbook resume \(run)")
  }

  /// The host was this run's, and no run has it now.
  func lost(_ host: String, after seconds: Double) -> Failure {
    Failure(
      .hostLost,
      "this run has lost its right to change \(host): it did not renew it for \(Int(seconds.rounded())) s, and its "
        + "record is gone from there; another run may have changed the host since",
      host: host, hint: "check the host, then continue: runbook resume \(run)")
  }

  private func combined(
    _ held: [String: HeldLock], _ make: ([String], HeldLock) -> Failure
  ) -> Failure {
    var failures = Self.grouped(held).map { make($0.names, $0.lock) }
    var first = failures.removeFirst()
    first.related = failures
    return first
  }

  private static func unfinished(_ names: [String], _ lock: HeldLock) -> String {
    "\(list(names)) \(names.count == 1 ? "was" : "were") changed by \(words(lock)), and that run is not over: "
      + "its work may be half done"
  }

  private static func words(_ lock: HeldLock) -> String {
    let holder = lock.holder
    if holder.run.isEmpty { return "a run whose record can't be read" }
    return "run \(holder.run) of \(holder.user) on \(holder.machine), process \(holder.processID), since "
      + lock.since.formatted(.iso8601)
  }

  /// The hosts of each lock together, in the order of their names.
  private static func grouped(_ held: [String: HeldLock]) -> [(names: [String], lock: HeldLock)] {
    Dictionary(grouping: held.keys.sorted()) { held[$0]!.id }.values
      .sorted { $0[0] < $1[0] }.map { ($0, held[$0[0]]!) }
  }

  static func list(_ names: [String]) -> String {
    if names.count > 6 { return names.prefix(5).joined(separator: ", ") + " and \(names.count - 5) more" }
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " and " + last
  }
}
