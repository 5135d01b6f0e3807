import Values

/// Replaces the secrets of a swarm: the tokens that hosts join with, and the key that unlocks managers.
///
/// Each is given the secret as it was. When the swarm already has another one, that is the new one and it stays: so a
/// rotation that is repeated after a lost connection or a crash makes no third secret, which no one would know of.
package struct SecretRotation: Sendable {
  private let managers: Managers

  /// - Parameter managers: the managers of the swarm.
  package init(managers: Managers) { self.managers = managers }

  /// Replaces the join token of a role, and gives the new one.
  package func rotateToken(of role: NodeRole, from old: Secret) async throws -> ChangeOutcome<Secret> {
    let rotation: SwarmRotation = role == .manager ? .managerToken : .workerToken
    let outcome = try await SwarmSpecChange(managers: managers).apply(rotating: rotation) { swarm, spec in
      let other: NodeRole = role == .manager ? .worker : .manager
      guard old.reveal().hasPrefix("SWMTKN-"), old != swarm.token(for: other) else {
        throw Failure(
          .swarmTokenInvalid, "the given old token is not a join token for a \(role)", host: managers.host,
          hint: "read the current token first, and give that one")
      }
      return swarm.token(for: role) == old ? .write(spec) : .keep
    }
    let new = try await managers.read { try await $0.swarm() }.token(for: role)
    return outcome.isChanged ? .changed(new) : .unchanged(new)
  }

  /// Replaces the unlock key, and gives the new one. Managers that are not connected at this moment keep the old one
  /// until they have heard of it, so it is still needed for some minutes.
  package func rotateUnlockKey(from old: Secret) async throws -> ChangeOutcome<Secret> {
    let key = try await managers.read { try await $0.unlockKey() }
    guard !key.reveal().isEmpty else {
      throw Failure(
        .swarmNotLocked, "this swarm's managers do not lock, so there is no unlock key", host: managers.host,
        hint: "turn autolock on first")
    }
    guard key == old else { return .unchanged(key) }
    let outcome = try await VersionedChange(managers: managers).apply(
      read: { (try await $0.unlockKey(), try await $0.swarm()) },
      change: { $0.0 == old ? .write(SwarmSpecChange.writable($0.1)) : .keep },
      write: { try await $0.updateSwarm(version: $1.1.version, spec: $2, rotating: .unlockKey) })
    let new = try await managers.read { try await $0.unlockKey() }
    return outcome.isChanged ? .changed(new) : .unchanged(new)
  }
}

/// Changes the settings of a swarm.
package struct SwarmUpdate: Sendable {
  private let managers: Managers

  /// - Parameter managers: the managers of the swarm.
  package init(managers: Managers) { self.managers = managers }

  /// Makes the settings as given, and gives the swarm as it was.
  package func apply(_ settings: SwarmSettings) async throws -> ChangeOutcome<SwarmInfo> {
    try settings.check()
    return try await SwarmSpecChange(managers: managers).apply { _, spec in
      let wanted = settings.applied(to: spec)
      return wanted == spec ? .keep : .write(wanted)
    }
  }
}
