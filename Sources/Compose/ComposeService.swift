import Placement
import Values

/// A service of a stack, as far as it matters where its tasks can run.
public struct ComposeService: Sendable, Hashable {
  /// Its name in the compose files, without the stack's.
  public var name: String
  /// The image's reference.
  public var image: String?
  /// How many tasks it has.
  public var mode: Mode
  /// What a node must be to get a task; all of them must hold.
  public var constraints: [PlacementConstraint]
  /// The published ports, in the order of their numbers.
  public var ports: [ComposePort]
  /// How many of its tasks one node may have; `nil` means as many as there are.
  public var maxPerNode: Int?
  /// How much of a node's processors each task reserves.
  public var reservedCPUs = 0.0
  /// How many bytes of a node's memory each task reserves.
  public var reservedMemory = 0.0
  /// Where it is first described.
  public var location: SourceLocation

  /// How many tasks a service has.
  public enum Mode: Sendable, Hashable {
    /// That many tasks, anywhere that the constraints allow.
    case replicated(Int)
    /// One task on each node that the constraints allow.
    case global
    /// That many tasks which end.
    case replicatedJob(Int)
    /// One task which ends on each node that the constraints allow.
    case globalJob
  }

  /// Describes a service.
  public init(
    name: String, image: String? = nil, mode: Mode = .replicated(1), constraints: [PlacementConstraint] = [],
    ports: [ComposePort] = [], location: SourceLocation
  ) {
    self.name = name
    self.image = image
    self.mode = mode
    self.constraints = constraints
    self.ports = ports
    self.location = location
  }
}
