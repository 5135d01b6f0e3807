import Values

/// Changes a part of a node's spec and keeps all else.
struct NodeSpecChange: Sendable {
  let managers: Managers

  /// - Parameters:
  ///   - id: the node's ID.
  ///   - change: the new spec for the node as it is, or that it is right.
  /// - Returns: the node before, and whether it was changed.
  func apply(to id: String, _ change: (SwarmNode) throws -> SpecEdit) async throws -> ChangeOutcome<SwarmNode> {
    try await VersionedChange(managers: managers).apply(
      read: { try await $0.node(id) }, change: change,
      write: { try await $0.updateNode($1.id, version: $1.version, spec: $2) })
  }
}
