import Foundation
import Journal

/// Keeps, on the targets themselves, who may change them: so that two operators who share nothing but the targets see
/// each other.
public protocol TargetKeeper: Sendable {
  /// The names of the targets that the run takes part in: the hosts of its inventory.
  var targets: [String] { get }

  /// Those of them that stand for the swarm: nothing is changed unless one of them is the run's own.
  var managers: [String] { get }

  /// The ID of the managers' cluster, as far as it can be told now.
  func cluster() async -> String?

  /// Takes a target if nobody has it. Taking it again for the same claim extends it.
  ///
  /// - Throws: A `Failure` when the target can't be asked.
  func take(_ target: String, for claim: TargetClaim, hasChanged: Bool, displacing: Displaced) async throws
    -> TargetAnswer

  /// Extends the claim. One that expired and that nobody else took is still its holder's.
  func renew(_ target: String, for claim: TargetClaim, hasChanged: Bool) async throws -> TargetAnswer

  /// Ends the claim and leaves the record that its run has changed something and is not over.
  func leaveRecord(_ target: String, of claim: TargetClaim) async throws

  /// Ends the claim and leaves nothing.
  func release(_ target: String, of claim: TargetClaim) async throws
}

/// One execution of a run that wants to change targets.
public struct TargetClaim: Sendable, Hashable {
  /// What tells it from every other execution: random hexadecimal digits.
  public var id: String
  /// Who executes.
  public var holder: LeaseHolder
  /// How long, in seconds, it holds without being renewed.
  public var duration: Double

  /// Describes a claim.
  public init(id: String, holder: LeaseHolder, duration: Double) {
    self.id = id
    self.holder = holder
    self.duration = duration
  }

  /// How many targets are renewed in time, three times within the duration of their claim, without more ado.
  private static let usualTargets = 500
  /// How many are renewed in a second at most, beyond those. A run on thousands of targets would else be busy with
  /// nothing but their claims.
  private static let renewalsPerSecond = 50.0

  /// The same claim, as long as so many targets need.
  func lasting(on targets: Int) -> TargetClaim {
    var claim = self
    claim.duration += 3 * Double(max(0, targets - Self.usualTargets)) / Self.renewalsPerSecond
    return claim
  }
}

/// The claims that may be displaced, by their IDs.
public struct Displaced: Sendable, Hashable {
  /// Those that no longer count, whether they have expired or not.
  public var gone: Set<String> = []
  /// Those that count until they have expired.
  public var expired: Set<String> = []

  /// Names claims.
  public init(gone: Set<String> = [], expired: Set<String> = []) {
    self.gone = gone
    self.expired = expired
  }
}

/// The claim that stands on a target, as the target tells it. It is text from elsewhere.
public struct StandingClaim: Sendable, Hashable {
  /// Its ID.
  public var id: String
  /// Who holds it.
  public var holder: LeaseHolder
  /// Since when, by the target's clock.
  public var since: Date
  /// Whether its time is over, by the target's clock.
  public var hasExpired: Bool
  /// Whether its run has changed something.
  public var hasChanged: Bool
  /// Whether its execution has ended it itself, and left it as a record.
  public var wasLeft: Bool

  /// Describes a claim.
  public init(
    id: String, holder: LeaseHolder, since: Date, hasExpired: Bool, hasChanged: Bool, wasLeft: Bool = false
  ) {
    self.wasLeft = wasLeft
    self.id = id
    self.holder = holder
    self.since = since
    self.hasExpired = hasExpired
    self.hasChanged = hasChanged
  }
}

/// What a target answers.
public enum TargetAnswer: Sendable, Hashable {
  /// It is the claim's.
  case granted
  /// It is somebody else's, or was until it expired.
  case taken(StandingClaim)
  /// It was the claim's and is nobody's now.
  case missing
}

/// What to do when a run that is not over has changed the targets.
public enum TakeOverPolicy: Sendable {
  /// A person is asked; `nil` when nobody is there.
  case ask(@Sendable (_ question: String) async throws -> Approver.Answer?)
  /// The person said yes beforehand.
  case accept(by: String)
}
