import Foundation

/// Who wants to hold a lease.
public struct LeaseHolder: Sendable, Hashable, Codable {
  /// The machine's host name.
  public var machine: String
  /// The machine's boot, so that a process ID of an earlier boot is not taken for a living one.
  public var bootID: String
  /// The process.
  public var processID: Int32
  /// When that process started, in clock ticks since boot, so that a recycled process ID is not taken for it.
  public var processStart: UInt64
  /// The operator's user name.
  public var user: String
  /// The run on whose behalf it is held.
  public var run: String

  /// Names a holder.
  public init(machine: String, bootID: String, processID: Int32, processStart: UInt64, user: String, run: String) {
    self.machine = machine
    self.bootID = bootID
    self.processID = processID
    self.processStart = processStart
    self.user = user
    self.run = run
  }
}

extension LeaseHolder {
  /// What ends its process, for a person: `kill 4711 on desk`.
  public var ending: String { "kill \(processID) on \(machine)" }
}

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
  /// It is yours.
  case granted(Lease)
  /// Somebody else's, still valid.
  case heldBy(Lease)
}
