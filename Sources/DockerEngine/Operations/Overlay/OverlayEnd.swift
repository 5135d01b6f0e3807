/// A running task's place in an overlay network.
struct OverlayEnd: Sendable, Hashable {
  let service: String
  let nodeID: String
  let containerID: String
  let networkID: String
  let networkName: String
  let address: String

  /// All of a stack's running tasks in networks that span hosts.
  static func all(services: [SwarmService], tasks: [SwarmTask]) -> [OverlayEnd] {
    let names = Dictionary(services.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    return tasks.filter { $0.state == .running && $0.desiredState == .running }.flatMap { task in
      guard let nodeID = task.nodeID, let containerID = task.containerID else { return [OverlayEnd]() }
      return task.attachments.filter(\.isOverlay).flatMap { attachment in
        attachment.addresses.map {
          OverlayEnd(
            service: names[task.serviceID] ?? task.serviceID, nodeID: nodeID, containerID: containerID,
            networkID: attachment.networkID, networkName: attachment.networkName, address: $0)
        }
      }
    }
  }
}
