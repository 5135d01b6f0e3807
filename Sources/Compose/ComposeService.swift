import Placement
import Values

/// A service of a stack, as far as it matters where its tasks can run.
package struct ComposeService: Sendable, Hashable {
  /// Its name in the compose files, without the stack's.
  package var name: String
  /// The image's reference.
  package var image: String?
  /// How many tasks it has.
  package var mode: Mode
  /// What a node must be to get a task; all of them must hold.
  package var constraints: [PlacementConstraint]
  /// The published ports, in the order of their numbers.
  package var ports: [ComposePort]
  /// How many of its tasks one node may have; `nil` means as many as there are.
  package var maxPerNode: Int?
  /// How much of a node's processors each task reserves.
  package var reservedCPUs = 0.0
  /// How many bytes of a node's memory each task reserves.
  package var reservedMemory = 0.0
  /// Where it is first described.
  package var location: SourceLocation

  /// How many tasks a service has.
  package enum Mode: Sendable, Hashable {
    /// That many tasks, anywhere that the constraints allow.
    case replicated(Int)
    /// One task on each node that the constraints allow.
    case global
    /// That many tasks which end.
    case replicatedJob(Int)
    /// One task which ends on each node that the constraints allow.
    case globalJob
  }

  package init(
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

/// What one file says about a service.
struct ServicePart {
  /// A network, volume, secret or config that the service asks for.
  struct Use {
    var section: String
    var name: String
    var location: SourceLocation
  }

  var name: String
  var image: String?
  var mode: String?
  var replicas: Int?
  var maxPerNode: Int?
  var reservedCPUs: Double?
  var reservedMemory: Double?
  var constraints: [PlacementConstraint]
  var ports: [ComposePort]
  var uses: [Use]
  var location: SourceLocation
  var deployLocation: SourceLocation

  /// This part with a later file's part over it.
  func overlaid(by other: ServicePart, _ dialect: ComposeDialect) -> ServicePart {
    var result = self
    if let image = other.image, !image.isEmpty { result.image = image }
    if let mode = other.mode, !mode.isEmpty { (result.mode, result.deployLocation) = (mode, other.deployLocation) }
    if let replicas = other.replicas, replicas > 0 || !dialect.ignoresNoReplicas {
      (result.replicas, result.deployLocation) = (replicas, other.deployLocation)
    }
    if let count = other.maxPerNode, count > 0 { result.maxPerNode = count }
    if let count = other.reservedCPUs { result.reservedCPUs = count }
    if let size = other.reservedMemory, size > 0 { result.reservedMemory = size }
    result.constraints += other.constraints
    // Ports are distinguished by the published number alone, as soon as there are two files: of 53/tcp and 53/udp one
    // is lost.
    if ports.isEmpty {
      result.ports = other.ports
    } else {
      var byNumber: [Int: ComposePort] = [:]
      for port in ports + other.ports { byNumber[port.published ?? 0] = port }
      result.ports = Array(byNumber.values)
    }
    result.uses += other.uses
    return result
  }

  /// The service that the merged parts describe.
  func service() -> ComposeService {
    let mode: ComposeService.Mode =
      switch self.mode {
      case "global": .global
      case "global-job": .globalJob
      case "replicated-job": .replicatedJob(replicas ?? 1)
      default: .replicated(replicas ?? 1)
      }
    let sorted = ports.enumerated().sorted {
      ($0.element.published ?? 0, $0.offset) < ($1.element.published ?? 0, $1.offset)
    }
    var service = ComposeService(
      name: name, image: image, mode: mode, constraints: constraints, ports: sorted.map(\.element), location: location)
    service.maxPerNode = maxPerNode.flatMap { $0 > 0 ? $0 : nil }
    service.reservedCPUs = reservedCPUs ?? 0
    service.reservedMemory = reservedMemory ?? 0
    return service
  }
}
