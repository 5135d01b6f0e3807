import Foundation

/// One execution of a run that asks for the right to change hosts.
public struct LockRequest: Sendable, Hashable {
  /// Its difference from every other execution: lower-case hexadecimal digits.
  public var id: String
  /// Who executes.
  public var holder: LeaseHolder
  /// How long, in seconds, the lock holds without being renewed.
  public var duration: Double

  /// Describes a request.
  public init(id: String, holder: LeaseHolder, duration: Double) {
    self.id = id
    self.holder = holder
    self.duration = duration
  }
}

/// A lock as a host reports it. It is text from elsewhere: any user of the host can have written it.
public struct HeldLock: Sendable, Hashable {
  /// The ID of the request that it was given to.
  public var id: String
  /// Who holds it; a part that is missing or makes no sense is empty.
  public var holder: LeaseHolder
  /// Since when, by the host's clock.
  public var since: Date
  /// Whether its time is over, by the host's clock.
  public var hasExpired: Bool
  /// Whether its run has changed something.
  public var hasChanged: Bool
  /// Whether its execution has ended it itself, and left it as a record.
  public var wasLeft: Bool

  /// Describes a lock.
  public init(
    id: String, holder: LeaseHolder, since: Date, hasExpired: Bool, hasChanged: Bool, wasLeft: Bool = false
  ) {
    self.id = id
    self.holder = holder
    self.since = since
    self.hasExpired = hasExpired
    self.hasChanged = hasChanged
    self.wasLeft = wasLeft
  }
}

/// What a host answers to a request.
public enum LockResult: Sendable, Hashable {
  /// The lock is the request's.
  case granted
  /// It belongs to another one, or did until it expired.
  case taken(HeldLock)
  /// It was the request's, and is not held now: it was taken over and given back, or removed.
  case missing
}

/// The locks that may be taken over, by their IDs.
public struct TakenOver: Sendable, Hashable {
  /// Those that no longer count, whether they have expired or not.
  public var gone: Set<String>
  /// Those that count until they have expired.
  public var expired: Set<String>

  /// Names locks.
  public init(gone: Set<String> = [], expired: Set<String> = []) {
    self.gone = gone
    self.expired = expired
  }
}
