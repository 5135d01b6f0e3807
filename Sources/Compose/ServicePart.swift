import Placement
import Values

/// What one file says about a service.
struct ServicePart {
  var name: String
  var image: String?
  var mode: String?
  var replicas: Int?
  var constraints: [PlacementConstraint]
  var ports: [ComposePort]
  var place: SourcePlace

  /// This part with a later file's part over it.
  func overlaid(by other: ServicePart) -> ServicePart {
    var result = self
    if let image = other.image, !image.isEmpty { result.image = image }
    if let mode = other.mode, !mode.isEmpty { result.mode = mode }
    if let replicas = other.replicas { result.replicas = replicas }
    result.constraints += other.constraints
    result.ports += other.ports.filter { !ports.contains($0) }
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
    return ComposeService(
      name: name, image: image, mode: mode, constraints: constraints, ports: sorted.map(\.element), place: place)
  }
}
