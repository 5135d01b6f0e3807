import Placement
import Values

/// Tells before a deployment which services no node could take, and why.
public struct PlacementCheck: Sendable {
  /// The nodes, as they are planned.
  public let nodes: [NodeFacts]

  /// Prepares a check against nodes.
  public init(nodes: [NodeFacts]) { self.nodes = nodes }

  /// The nodes on which a service's tasks can run for certain, in the order they were given.
  public func candidates(for service: ComposeService) -> [NodeFacts] {
    nodes.filter { verdict(for: service, on: $0) == .satisfied }
  }

  /// The services that no node takes for certain, in the order they were given. A service without tasks is none of them.
  public func findings(for services: [ComposeService]) -> [PlacementFinding] {
    services.compactMap(finding)
  }

  private func finding(for service: ComposeService) -> PlacementFinding? {
    if case .replicated(0) = service.mode { return nil }
    if case .replicatedJob(0) = service.mode { return nil }
    let verdicts = nodes.map { verdict(for: service, on: $0) }
    guard !verdicts.contains(.satisfied) else { return nil }
    let reasons = nodes.map { node in
      let held = service.constraints.filter { $0.evaluate(against: node) != .satisfied }
      return PlacementFinding.Reason(node: node.name, because: held.map { $0.explanation(for: node) })
    }
    return PlacementFinding(
      service: service.name, constraints: service.constraints, isCertain: !verdicts.contains(.unknown),
      reasons: reasons,
      place: service.constraints.first?.place ?? service.place)
  }

  private func verdict(for service: ComposeService, on node: NodeFacts) -> PlacementVerdict {
    let verdicts = service.constraints.map { $0.evaluate(against: node) }
    if verdicts.contains(.unsatisfied) { return .unsatisfied }
    return verdicts.contains(.unknown) ? .unknown : .satisfied
  }
}
