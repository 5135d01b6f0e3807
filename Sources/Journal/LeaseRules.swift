import Foundation
import Values

/// Who may hold a lease: the one set of rules that every store follows.
enum LeaseRules {
  /// A lease's line in a store. The line outlives the release, so that fences never repeat.
  struct Entry: Sendable, Hashable {
    /// The newest fence that was given out for the key; 0 for a key that was never leased.
    var fence: Int64 = 0
    /// What stands; `nil` while it is free.
    var lease: Lease?
  }

  /// The answer to a request, and what the line is afterwards.
  ///
  /// `gone` is the lease whose holder's process was found gone before; it counts only when it still stands.
  static func acquire(
    _ key: String, for holder: LeaseHolder, duration: TimeInterval, at now: Date, entry: Entry, gone: Lease?
  ) -> (answer: LeaseAnswer, entry: Entry) {
    let expiry = JournalTime.rounded(now.addingTimeInterval(duration))
    if var standing = entry.lease {
      if standing.holder == holder {
        standing.expiresAt = expiry
        return (.granted(standing), Entry(fence: entry.fence, lease: standing))
      }
      let isGone = gone?.fence == standing.fence && gone?.holder == standing.holder
      if standing.expiresAt > now && !isGone { return (.heldBy(standing), entry) }
    }
    let lease = Lease(
      key: key, holder: holder, acquiredAt: JournalTime.rounded(now), expiresAt: expiry, fence: entry.fence + 1)
    return (.granted(lease), Entry(fence: lease.fence, lease: lease))
  }

  /// The extended lease. One that expired and that nobody else took is still its holder's.
  static func renew(_ lease: Lease, duration: TimeInterval, at now: Date, entry: Entry) throws -> Lease {
    try verify(lease, entry: entry)
    var renewed = lease
    renewed.expiresAt = JournalTime.rounded(now.addingTimeInterval(duration))
    return renewed
  }

  /// Whether this very lease still stands.
  static func isStanding(_ lease: Lease, entry: Entry) -> Bool {
    entry.fence == lease.fence && entry.lease?.holder == lease.holder
  }

  /// Fails when the lease is no longer its holder's.
  static func verify(_ lease: Lease, entry: Entry) throws {
    if isStanding(lease, entry: entry) { return }
    let cause = entry.lease.map { standing in
      let holder = standing.holder
      return
        "\(lease.key) is held by \(holder.user) on \(holder.machine), process \(holder.processID), run \(holder.run)"
    }
    throw Failure(
      .leaseLost, "the lease was lost; nothing was written under it",
      cause: cause ?? "\(lease.key) was given back",
      hint: "Another process went on with this work. Look at it with: runbook show \(lease.holder.run)")
  }
}
