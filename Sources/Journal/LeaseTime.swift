import Foundation

/// A moment by which a lease is measured.
public struct LeaseTime: Sendable, Hashable {
  /// By the wall clock, which a person, or a time server, can set.
  public var wall: Date
  /// By the clock that counts from this machine's start; `nil` where there is none.
  public var boot: BootTime?

  /// Names a moment.
  public init(wall: Date, boot: BootTime? = BootTime.now) {
    self.wall = wall
    self.boot = boot
  }

  /// The present moment.
  public static var now: LeaseTime { LeaseTime(wall: Date()) }
}

extension Lease {
  /// Whether its time is over. A lease of this machine's present start is measured by the clock that counts from there:
  /// setting the time ends no lease.
  public func hasExpired(at time: LeaseTime) -> Bool {
    if let end = bootExpiry, let boot = time.boot, boot.boot == BootTime.boot(of: holder.bootID) {
      return boot.microseconds >= end
    }
    return time.wall >= expiresAt
  }

  /// Whether it counts. As long as its holder's process is known to live it does, however long that takes; once the process
  /// is known to be gone it does not. Where neither is known, its time decides.
  public func holds(_ liveness: ProcessLiveness, at time: LeaseTime) -> Bool {
    switch liveness {
    case .alive: true
    case .gone: false
    case .unknown: !hasExpired(at: time)
    }
  }
}
