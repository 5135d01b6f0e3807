import Foundation
import Values

/// The exclusive, expiring right to execute a run, or to change a target.
public struct Lease: Sendable, Hashable {
  /// What is leased, for example `run:k3f9x2` or `swarm:abc…`.
  public var key: String
  /// Who holds it.
  public var holder: LeaseHolder
  /// Since when.
  public var acquiredAt: Date
  /// Until when, unless it is renewed, by the wall clock.
  public var expiresAt: Date
  /// The same by the clock that counts from the start of the holder's machine, in microseconds; `nil` where that is not
  /// known, as in a journal of an older version.
  public var bootExpiry: Int64?
  /// Grows with each change of holder: a write under an older number is refused.
  public var fence: Int64

  /// Describes a lease.
  public init(
    key: String, holder: LeaseHolder, acquiredAt: Date, expiresAt: Date, bootExpiry: Int64? = nil, fence: Int64
  ) {
    self.bootExpiry = bootExpiry
    self.key = key
    self.holder = holder
    self.acquiredAt = acquiredAt
    self.expiresAt = expiresAt
    self.fence = fence
  }
}

/// The answer to a request for a lease.
public enum LeaseAnswer: Sendable, Hashable {
  /// The lease was granted.
  case granted(Lease)
  /// Another process holds it, and it is still valid.
  case heldBy(Lease)
}
