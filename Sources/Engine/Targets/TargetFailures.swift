import Foundation
import Journal
import Values

extension FailureCode {
  /// Another run changes the same swarm or host.
  public static let targetHeld: FailureCode = "run.target_held"
  /// Another run that is not over has changed the same swarm or host.
  public static let targetUnfinished: FailureCode = "run.target_unfinished"
  /// The right to change a host was lost: it was not renewed in time, and somebody else took it.
  public static let targetLost: FailureCode = "run.target_lost"
}

/// What an operator is told about who changes the targets.
struct TargetFailures {
  let run: String
  /// Whether the run was executed before, so that it can be resumed.
  let isResumed: Bool

  private var again: String { isResumed ? "go on: runbook resume \(run)" : "give the same command again" }

  /// Somebody else changes targets now. `targets`: the names by the claim that stands on them.
  func held(_ standing: [String: StandingClaim]) -> Failure {
    combined(standing) { names, claim in
      Failure(
        .targetHeld, "\(Self.list(names)) \(names.count == 1 ? "is" : "are") being changed by \(Self.words(claim))",
        host: names.count == 1 ? names.first : nil,
        hint:
          "wait until that run is over, then \(again); if its process hangs, end it (\(claim.holder.ending)); if it is "
          + "gone, the hosts are free half a minute after its end")
    }
  }

  /// A run that is not over has changed targets, and nobody said what to do.
  func unfinished(_ standing: [String: StandingClaim], own: Set<String>) -> Failure {
    combined(standing) { names, claim in
      let other = claim.holder.run
      let way =
        own.contains(claim.id)
        ? "finish it first: runbook resume \(other), or runbook rollback \(other)"
        : "have \(claim.holder.user) finish it: runbook resume \(other), or runbook rollback \(other)"
      return Failure(
        .targetUnfinished, Self.unfinished(names, claim), host: names.count == 1 ? names.first : nil,
        hint:
          "\(way). Or take over with --take-over: it goes on from what is there now, and \(other) must not be resumed")
    }
  }

  /// What a person is asked before a run takes over from one that is not over.
  func question(_ standing: [String: StandingClaim]) -> String {
    let parts = Self.grouped(standing).map { Self.unfinished($0.names, $0.claim) + "." }
    let runs = Set(standing.values.map(\.holder.run)).sorted()
    return parts.joined(separator: "\n")
      + "\nTo take over means: this run goes on from what is there now, and run \(Self.list(runs)) "
      + "must not be resumed any more.\nTake over?"
  }

  /// Another run holds the target that was this run's.
  func lost(_ target: String, to claim: StandingClaim, after seconds: Double) -> Failure {
    Failure(
      .targetLost,
      "this run has lost its right to change \(target): it did not renew it for \(Int(seconds.rounded())) s, and now "
        + "\(Self.words(claim)) has it",
      host: target, hint: "look at what that run does; when it is over: runbook resume \(run)")
  }

  /// The target was this run's, and is nobody's now.
  func lost(_ target: String, after seconds: Double) -> Failure {
    Failure(
      .targetLost,
      "this run has lost its right to change \(target): it did not renew it for \(Int(seconds.rounded())) s, and its "
        + "record is gone from there; another run may have changed the host since",
      host: target, hint: "look at the host, then go on with: runbook resume \(run)")
  }

  private func combined(
    _ standing: [String: StandingClaim], _ make: ([String], StandingClaim) -> Failure
  ) -> Failure {
    var failures = Self.grouped(standing).map { make($0.names, $0.claim) }
    var first = failures.removeFirst()
    first.related = failures
    return first
  }

  private static func unfinished(_ names: [String], _ claim: StandingClaim) -> String {
    "\(list(names)) \(names.count == 1 ? "was" : "were") changed by \(words(claim)), and that run is not over: what it "
      + "began may be half done"
  }

  private static func words(_ claim: StandingClaim) -> String {
    let holder = claim.holder
    if holder.run.isEmpty { return "somebody whose record can't be read" }
    return "run \(holder.run) of \(holder.user) on \(holder.machine), process \(holder.processID), since "
      + claim.since.formatted(.iso8601)
  }

  /// The targets of each claim together, in the order of their names.
  private static func grouped(_ standing: [String: StandingClaim]) -> [(names: [String], claim: StandingClaim)] {
    Dictionary(grouping: standing.keys.sorted()) { standing[$0]!.id }.values
      .sorted { $0[0] < $1[0] }.map { ($0, standing[$0[0]]!) }
  }

  static func list(_ names: [String]) -> String {
    if names.count > 6 { return names.prefix(5).joined(separator: ", ") + " and \(names.count - 5) more" }
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " and " + last
  }
}
