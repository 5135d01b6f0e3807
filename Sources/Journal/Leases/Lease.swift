import Foundation
import Values

/// The exclusive, expiring right to execute a run, or to change a target.
package struct Lease: Sendable, Hashable {
  /// What is leased, for example `run:k3f9x2` or `swarm:abc…`.
  package var key: String
  /// Who holds it.
  package var holder: LeaseHolder
  /// Since when.
  package var acquiredAt: Date
  /// Until when, unless it is renewed, by the wall clock.
  package var expiresAt: Date
  /// The same by the clock that counts from the start of the holder's machine, in microseconds; `nil` where that is not
  /// known, as in a journal of an older version.
  package var bootExpiry: Int64?
  /// Grows with each change of holder: a write under an older number is refused.
  package var fence: Int64

  package init(
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
package enum LeaseAnswer: Sendable, Hashable {
  /// The lease was granted.
  case granted(Lease)
  /// Another process holds it, and it is still valid.
  case heldBy(Lease)
}

/// A moment by which a lease is measured.
package struct LeaseTime: Sendable, Hashable {
  /// By the wall clock, which a person, or a time server, can set.
  package var wall: Date
  /// By the clock that counts from this machine's start; `nil` where there is none.
  package var boot: BootTime?

  package init(wall: Date, boot: BootTime? = BootTime.now) {
    self.wall = wall
    self.boot = boot
  }

  /// The present moment.
  package static var now: LeaseTime { LeaseTime(wall: Date()) }
}

extension Lease {
  /// Whether its time is over. A lease of this machine's present start is measured by the clock that counts from there:
  /// setting the time ends no lease.
  package func hasExpired(at time: LeaseTime) -> Bool {
    if let end = bootExpiry, let boot = time.boot, boot.boot == BootTime.boot(of: holder.bootID) {
      return boot.microseconds >= end
    }
    return time.wall >= expiresAt
  }

  /// Whether it counts. As long as its holder's process is known to live it does, however long that takes; once the process
  /// is known to be gone it does not. Where neither is known, its time decides.
  package func holds(_ liveness: ProcessLiveness, at time: LeaseTime) -> Bool {
    switch liveness {
    case .alive: true
    case .gone: false
    case .unknown: !hasExpired(at: time)
    }
  }
}

/// Whether the process behind a lease lives.
package enum ProcessLiveness: Sendable, Hashable {
  /// It certainly does: this very process, by its ID and the time when it started, runs on this machine.
  case alive
  /// It has certainly ended.
  case gone
  /// Unknown: it runs, or ran, on another machine or among other process IDs.
  case unknown
}
