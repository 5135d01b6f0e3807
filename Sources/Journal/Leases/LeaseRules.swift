import Foundation
import Values

/// Who may hold a lease: the one set of rules that every store follows.
enum LeaseRules {
  /// A lease's line in a store. The line outlives the release, so that fences never repeat.
  struct Entry: Sendable, Hashable {
    /// The newest fence that was given out for the key; 0 for a key that was never leased.
    var fence: Int64 = 0
    /// The present lease; `nil` while it is free.
    var lease: Lease?
  }

  /// What was found out about the holder of a lease before the rules are applied. It counts only while that lease is
  /// held.
  struct Known: Sendable {
    let fence: Int64
    let holder: LeaseHolder
    let liveness: ProcessLiveness

    init(_ lease: Lease, _ liveness: ProcessLiveness) {
      fence = lease.fence
      holder = lease.holder
      self.liveness = liveness
    }

    func liveness(of lease: Lease) -> ProcessLiveness {
      lease.fence == fence && lease.holder == holder ? liveness : .unknown
    }
  }

  /// The answer to a request, and what the line is afterwards.
  static func acquire(
    _ key: String, for holder: LeaseHolder, duration: TimeInterval, at time: LeaseTime, entry: Entry, known: Known?
  ) -> (answer: LeaseAnswer, entry: Entry) {
    if let held = entry.lease {
      if held.holder == holder {
        let extended = held.extended(by: duration, at: time)
        return (.granted(extended), Entry(fence: entry.fence, lease: extended))
      }
      if held.holds(known?.liveness(of: held) ?? .unknown, at: time) { return (.heldBy(held), entry) }
    }
    let lease = Lease(
      key: key, holder: holder, acquiredAt: JournalTime.rounded(time.wall), expiresAt: time.wall,
      fence: entry.fence.addingBounded(1)
    ).extended(by: duration, at: time)
    return (.granted(lease), Entry(fence: lease.fence, lease: lease))
  }

  /// The extended lease. One that expired and that no other process took is still its holder's.
  static func renew(_ lease: Lease, duration: TimeInterval, at time: LeaseTime, entry: Entry) throws -> Lease {
    try verify(lease, entry: entry)
    return lease.extended(by: duration, at: time)
  }

  /// Whether this very lease is still held.
  static func isHeld(_ lease: Lease, entry: Entry) -> Bool {
    entry.fence == lease.fence && entry.lease?.holder == lease.holder
  }

  /// Fails when the lease is no longer its holder's.
  static func verify(_ lease: Lease, entry: Entry) throws {
    if isHeld(lease, entry: entry) { return }
    let cause = entry.lease.map { held in
      let holder = held.holder
      return
        "\(lease.key) is held by \(holder.user) on \(holder.machine), process \(holder.processID), run \(holder.run)"
    }
    throw Failure(
      .leaseLost, "the lease was lost; nothing was written under it",
      cause: cause ?? "\(lease.key) was released",
      hint: "see what the other process does: runbook show \(lease.holder.run)")
  }
}

extension Lease {
  /// The lease with so many seconds from then on. Its end is also kept by the clock of the machine's start where that start
  /// is the holder's.
  fileprivate func extended(by duration: TimeInterval, at time: LeaseTime) -> Lease {
    var lease = self
    lease.expiresAt = JournalTime.rounded(time.wall.addingTimeInterval(duration))
    let isOwnBoot = time.boot.map { $0.boot == BootTime.boot(of: holder.bootID) } ?? false
    lease.bootExpiry = isOwnBoot ? time.boot.map { $0.microseconds.addingBounded(Int64(nearest: duration * 1e6)) } : nil
    return lease
  }
}
