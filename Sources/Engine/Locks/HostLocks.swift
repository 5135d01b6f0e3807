import Values

/// The locks on the hosts of a run, kept on the hosts themselves: two operators who share nothing but the hosts see each
/// other.
package protocol HostLocks: Sendable {
  /// The names of the hosts that the run takes part in: those of its inventory.
  var hosts: [String] { get }

  /// Those of them that lead the system that the hosts are part of: without the lock of one of them nothing is changed.
  var leadingHosts: [String] { get }

  /// What the hosts are part of together, as far as it can be found out now.
  func system() async -> SharedSystem?

  /// Takes a host's lock if it is free. Taking it again for the same request extends it.
  ///
  /// - Throws: A `Failure` when the host can't be asked.
  func take(_ host: String, for request: LockRequest, hasChanged: Bool, takingOver: TakenOver) async throws
    -> LockResult

  /// Extends the lock. One that expired and that was not taken over still belongs to the request.
  func renew(_ host: String, for request: LockRequest, hasChanged: Bool) async throws -> LockResult

  /// Ends the lock and leaves the record that its run has changed something and is not over.
  func leaveRecord(_ host: String, of request: LockRequest) async throws

  /// Ends the lock and leaves nothing.
  func release(_ host: String, of request: LockRequest) async throws
}

/// What the hosts of two inventories may have in common although no host is in both, such as one swarm.
package struct SharedSystem: Sendable, Hashable {
  /// The key of its lease, for example `swarm:abc…`.
  package var key: String
  /// Its name in a sentence, for example `the swarm abc…`.
  package var name: String

  package init(key: String, name: String) {
    self.key = key
    self.name = name
  }
}

/// What to do when a run that is not over has changed the hosts.
package enum TakeOverPolicy: Sendable {
  /// The operator is asked; `nil` when there is no terminal.
  case ask(@Sendable (_ question: String) async throws -> Approver.Answer?)
  /// The person said yes beforehand.
  case accept(by: String)
}
