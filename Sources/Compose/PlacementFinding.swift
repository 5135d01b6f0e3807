import Placement
import Values

/// A service that no node would take, or for which there is not enough room, with the reason for each node.
public struct PlacementFinding: Sendable, Hashable {
  /// What there is not enough of, where nodes could take the service as such.
  public enum Shortage: Sendable, Hashable {
    /// Tasks of one service.
    case tasks(wanted: Int, room: Int)
    /// A port in host mode, which several services want.
    case port(String, wanted: Int, room: Int)
    /// Memory, which the services reserve together, in MiB.
    case memory(wanted: String, room: String)
  }

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
  /// Where the first constraint is.
  public var location: SourceLocation
  /// What there is not enough of; `nil` where no node takes the service at all.
  public var shortage: Shortage?

  /// The finding as a failure `compose.no_node`, for a report of checks.
  public var failure: Failure {
    let why = reasons.filter { !$0.because.isEmpty }.map { "\($0.node): \($0.because.joined(separator: "; "))" }.joined(
      separator: " | ")
    let demands = constraints.map(\.description).joined(separator: ", ")
    let demand = demands.isEmpty ? "" : " (\(demands))"
    let (message, hint) =
      switch shortage {
      case .tasks(let wanted, let room):
        (
          "there is room for \(room) of the \(wanted) tasks of the service '\(service)'\(demand)",
          "lower 'replicas', raise max_replicas_per_node, or give more hosts what the service asks for"
        )
      case .port(let port, let wanted, let room):
        (
          "the port \(port) in host mode is requested by \(wanted) tasks of '\(service)', and \(room) find a node",
          "publish the services on different ports, or keep them on different nodes by constraints"
        )
      case .memory(let wanted, let room):
        (
          "the services '\(service)' reserve \(wanted) MiB of memory together, and the nodes have \(room)",
          "lower the reservations, or add hosts"
        )
      case nil:
        (
          isCertain
            ? "no node could run the service '\(service)'\(demand)"
            : "it is not known yet whether a node could run the service '\(service)'\(demand)",
          "give a host the service in the inventory so that it gets the label, or correct the constraint"
        )
      }
    return Failure(
      shortage == nil ? "compose.no_node" : "compose.no_room", message, location: location,
      cause: why.isEmpty ? (shortage == nil ? "there are no nodes" : nil) : why, hint: hint)
  }
}
