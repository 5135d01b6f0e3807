import Values

/// Changes a part of a swarm's spec and keeps all else.
struct SwarmSpecChange: Sendable {
  let managers: Managers

  /// - Parameters:
  ///   - rotating: which of the swarm's secrets the write replaces.
  ///   - change: the new spec for the swarm as it is, or that it is right. It is given the spec as it can be written
  ///     back.
  /// - Returns: the swarm before, and whether it was changed.
  func apply(
    rotating: SwarmRotation = [], _ change: (SwarmInfo, _ spec: Value) throws -> SpecEdit
  ) async throws -> ChangeOutcome<SwarmInfo> {
    try await VersionedChange(managers: managers).apply(
      read: { try await $0.swarm() },
      change: { try change($0, Self.writable($0)) },
      write: { try await $0.updateSwarm(version: $1.version, spec: $2, rotating: rotating) })
  }

  /// A swarm's spec as it can be written back: without the root certificate of an earlier rotation. An engine shows
  /// that one without its key, so writing it back would ask for a root that no one can sign with.
  static func writable(_ swarm: SwarmInfo) -> Value {
    let authority = swarm.spec.child("CAConfig").removing("SigningCACert").removing("SigningCAKey")
    return swarm.spec.setting("CAConfig", to: authority)
  }
}
