import Values

/// Changes a part of a node's spec and keeps all else.
///
/// An update replaces the whole spec at the version that was read, and the version moves also when the managers write
/// the node's status. So on "update out of sequence" it is read, changed and written again.
struct NodeSpecChange: Sendable {
  let engine: EngineClient
  /// How often it is tried.
  var attempts = 10

  /// - Parameters:
  ///   - id: the node's ID.
  ///   - change: the new spec for the node as it is; `nil` when nothing is to be changed.
  /// - Returns: the node before, and whether it was changed.
  func apply(to id: String, _ change: (SwarmNode) -> Value?) async throws -> ChangeOutcome<SwarmNode> {
    var attempt = 1
    while true {
      let node = try await engine.node(id)
      guard let spec = change(node) else { return .unchanged(node) }
      do {
        try await engine.updateNode(node.id, version: node.version, spec: spec)
        return .changed(node)
      } catch let failure as Failure where failure.code == .swarmUpdateOutOfSequence && attempt < attempts {
        attempt += 1
      }
    }
  }
}
