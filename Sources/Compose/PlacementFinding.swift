import Placement
import Values

/// A service that no node would take, with the reason for each node.
public struct PlacementFinding: Sendable, Hashable {
  /// Why one node does not take the service.
  public struct Reason: Sendable, Hashable {
    /// The node's name.
    public var node: String
    /// One text per constraint that is not fulfilled.
    public var because: [String]

    /// Pairs a node with its reasons.
    public init(node: String, because: [String]) {
      self.node = node
      self.because = because
    }
  }

  /// The service's name in the compose files.
  public var service: String
  /// All its constraints.
  public var constraints: [PlacementConstraint]
  /// Whether it is certain; `false` when something that decides is not known yet of a node.
  public var isCertain: Bool
  /// Why each node does not take it.
  public var reasons: [Reason]
  /// Where the first constraint stands.
  public var place: SourcePlace

  /// The finding as a failure `compose.no_node`, for a report of checks.
  public var failure: Failure {
    let why = reasons.map { "\($0.node): \($0.because.joined(separator: "; "))" }.joined(separator: " | ")
    let demands = constraints.map(\.description).joined(separator: ", ")
    return Failure(
      "compose.no_node",
      isCertain
        ? "No node could run the service '\(service)' (\(demands))."
        : "It can't be told yet whether a node could run the service '\(service)' (\(demands)).",
      place: place, cause: why.isEmpty ? "there are no nodes" : why,
      hint: "Give a host the service in the inventory so that it gets the label, or correct the constraint.")
  }
}
