import Engine
import Foundation
import Journal
import Synchronization
import Values

/// Targets that keep their claims in memory, for runs that share nothing else.
final class FakeTargets: TargetKeeper {
  struct Record: Sendable {
    var claim: TargetClaim
    var hasChanged = false
    var hasExpired = false
    var wasLeft = false
  }
  struct State {
    var records: [String: Record] = [:]
    var silent: Set<String> = []
    var calls: [String] = []
    var onRefusal: (@Sendable (inout State) -> Void)?
  }
  let state = Mutex(State())
  let targets: [String]
  let managers: [String]
  private let id: String?

  init(_ targets: [String] = ["m", "w1", "w2"], managers: [String] = ["m"], cluster: String? = nil) {
    self.targets = targets
    self.managers = managers
    id = cluster
  }

  func cluster() async -> String? {
    if state.withLock({ $0.silent.contains("the swarm") }) { try? await Task.sleep(for: .seconds(3600)) }
    return id
  }

  /// Changes what the targets say.
  func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }
  var records: [String: Record] { state.withLock { $0.records } }
  /// What was asked so far, as a verb and a target.
  var calls: [String] { state.withLock { $0.calls } }

  /// What happens once, when a claim was refused.
  func onRefusal(_ hook: @escaping @Sendable (inout State) -> Void) { change { $0.onRefusal = hook } }

  /// Puts the claim of another run there.
  func put(_ id: String, run: String, on names: [String], hasExpired: Bool = false, hasChanged: Bool = false) {
    let holder = LeaseHolder(machine: "there", bootID: "t", processID: 7, processStart: 7, user: "alice", run: run)
    for name in names {
      change {
        $0.records[name] = Record(
          claim: TargetClaim(id: id, holder: holder, duration: 30), hasChanged: hasChanged, hasExpired: hasExpired)
      }
    }
  }

  private func ask(_ verb: String, _ target: String, _ body: (inout Record?) -> TargetAnswer) throws -> TargetAnswer {
    try state.withLock { state in
      state.calls.append("\(verb) \(target)")
      if state.silent.contains(target) {
        throw Failure("ssh.unreachable", "The host can't be reached.", host: target, isRetryable: true)
      }
      let answer = body(&state.records[target])
      if case .taken = answer, let hook = state.onRefusal {
        state.onRefusal = nil
        hook(&state)
      }
      return answer
    }
  }

  private static func standing(_ record: Record) -> StandingClaim {
    StandingClaim(
      id: record.claim.id, holder: record.claim.holder, since: Date(timeIntervalSince1970: 0),
      hasExpired: record.hasExpired, hasChanged: record.hasChanged,
      wasLeft: record.wasLeft)
  }

  func take(
    _ target: String, for claim: TargetClaim, hasChanged: Bool, displacing: Displaced
  ) async throws -> TargetAnswer {
    try ask("take", target) { record in
      if let other = record, other.claim.id != claim.id {
        let isFree =
          displacing.gone.contains(other.claim.id)
          || (other.hasExpired && displacing.expired.contains(other.claim.id))
        if !isFree { return .taken(Self.standing(other)) }
      }
      record = Record(claim: claim, hasChanged: hasChanged)
      return .granted
    }
  }

  func renew(_ target: String, for claim: TargetClaim, hasChanged: Bool) async throws -> TargetAnswer {
    try ask("renew", target) { record in
      guard let other = record else { return .missing }
      if other.claim.id != claim.id { return .taken(Self.standing(other)) }
      record = Record(claim: claim, hasChanged: hasChanged)
      return .granted
    }
  }

  func leaveRecord(_ target: String, of claim: TargetClaim) async throws {
    _ = try ask("leave", target) { record in
      if record?.claim.id == claim.id {
        record?.hasExpired = true
        record?.hasChanged = true
      }
      return .granted
    }
  }

  func release(_ target: String, of claim: TargetClaim) async throws {
    _ = try ask("release", target) { record in
      if record?.claim.id == claim.id { record = nil }
      return .granted
    }
  }
}
