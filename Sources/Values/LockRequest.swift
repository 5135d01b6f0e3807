import Foundation

/// One execution of a run that asks for the right to change hosts.
package struct LockRequest: Sendable, Hashable {
  /// Its difference from every other execution: lower-case hexadecimal digits.
  package var id: String
  /// Who executes.
  package var holder: LeaseHolder
  /// How long, in seconds, the lock holds without being renewed.
  package var duration: Double

  package init(id: String, holder: LeaseHolder, duration: Double) {
    self.id = id
    self.holder = holder
    self.duration = duration
  }
}

/// A lock as a host reports it. It is text from elsewhere: any user of the host can have written it.
package struct HeldLock: Sendable, Hashable {
  /// The ID of the request that it was given to.
  package var id: String
  /// Who holds it; a part that is missing or makes no sense is empty.
  package var holder: LeaseHolder
  /// Since when, by the host's clock.
  package var since: Date
  /// Whether its time is over, by the host's clock.
  package var hasExpired: Bool
  /// Whether its run has changed something.
  package var hasChanged: Bool
  /// Whether its execution has ended it itself, and left it as a record.
  package var wasLeft: Bool

  package init(
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
package enum LockResult: Sendable, Hashable {
  /// The lock is the request's.
  case granted
  /// It belongs to another one, or did until it expired.
  case taken(HeldLock)
  /// It was the request's, and is not held now: it was taken over and given back, or removed.
  case missing
}

/// The locks that may be taken over, by their IDs.
package struct TakenOver: Sendable, Hashable {
  /// Those that no longer count, whether they have expired or not.
  package var gone: Set<String>
  /// Those that count until they have expired.
  package var expired: Set<String>

  package init(gone: Set<String> = [], expired: Set<String> = []) {
    self.gone = gone
    self.expired = expired
  }
}

/// Who holds a lease, or a lock on a host.
package struct LeaseHolder: Sendable, Hashable, Codable {
  /// The machine's host name.
  package var machine: String
  /// The machine's boot, so that a process ID of an earlier boot is not taken for a living one.
  package var bootID: String
  /// The process.
  package var processID: Int32
  /// When that process started, in clock ticks since boot, so that a recycled process ID is not taken for it.
  package var processStart: UInt64
  /// The operator's user name.
  package var user: String
  /// The run on whose behalf it is held.
  package var run: String

  package init(machine: String, bootID: String, processID: Int32, processStart: UInt64, user: String, run: String) {
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
  package var ending: String { "kill \(processID) on \(machine)" }
}
