import Values

/// Sets and removes labels of a node.
public struct LabelChange: Sendable {
  private let change: NodeSpecChange

  /// - Parameter managers: the managers of the node's swarm.
  public init(managers: Managers) { change = NodeSpecChange(managers: managers) }

  /// - Parameter manager: a manager of the node's swarm.
  public init(manager: EngineClient) { self.init(managers: Managers(manager)) }

  /// The labels before and after.
  public struct Labels: Sendable, Hashable {
    /// As they were.
    public let before: [String: String]
    /// As they are.
    public let after: [String: String]
  }

  /// Makes the difference only: to set what is set, or to remove what is not there, is nothing.
  public func apply(
    set: [String: String] = [:], remove: [String] = [], toNode id: String
  ) async throws -> ChangeOutcome<Labels> {
    try await apply(toNode: id) { labels in labels.filter { !remove.contains($0.key) }.merging(set) { $1 } }
  }

  /// Makes the labels exactly these: others are removed.
  public func ensure(_ labels: [String: String], onNode id: String) async throws -> ChangeOutcome<Labels> {
    try await apply(toNode: id) { _ in labels }
  }

  private func apply(
    toNode id: String, _ merged: ([String: String]) -> [String: String]
  ) async throws -> ChangeOutcome<Labels> {
    let outcome = try await change.apply(to: id) { node in
      let after = merged(node.labels)
      if after == node.labels { return .keep }
      return .write(node.spec.setting("Labels", to: .object(after.mapValues { .string($0) })))
    }
    let before = outcome.detail.labels
    let labels = Labels(before: before, after: merged(before))
    return outcome.isChanged ? .changed(labels) : .unchanged(labels)
  }
}
