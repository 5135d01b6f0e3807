import Placement
import Values

/// Finds before a deployment which services no node could take, or for which there is not enough room, and why.
public struct PlacementCheck: Sendable {
  /// The nodes, as they are planned.
  public let nodes: [NodeFacts]

  /// Prepares a check against nodes.
  public init(nodes: [NodeFacts]) { self.nodes = nodes }

  /// The nodes on which a service's tasks can run for certain, in the order they were given.
  public func candidates(for service: ComposeService) -> [NodeFacts] {
    nodes.filter { node in
      let room = PlacementRoom(of: service, on: node)
      return room.count > 0 && room.isCertain
    }
  }

  /// What would not run: services that no node takes for certain, services for which there is not enough room, ports in
  /// host mode that more tasks want than nodes have them, and reservations that are more than all nodes have. A service
  /// without tasks is none of them.
  public func findings(for services: [ComposeService]) -> [PlacementFinding] {
    let wanting = services.filter { Self.tasks(of: $0) != 0 }
    var findings: [PlacementFinding] = []
    var placed: [ComposeService] = []
    for service in wanting {
      if let finding = finding(for: service) { findings.append(finding) } else { placed.append(service) }
    }
    return findings + portFindings(placed) + memoryFinding(placed)
  }

  /// How many tasks a service has; `nil` for one on each node.
  private static func tasks(of service: ComposeService) -> Int? {
    switch service.mode {
    case .replicated(let count), .replicatedJob(let count): count
    case .global, .globalJob: nil
    }
  }

  private func finding(for service: ComposeService) -> PlacementFinding? {
    let rooms = nodes.map { PlacementRoom(of: service, on: $0) }
    func room(_ isCounted: (PlacementRoom) -> Bool) -> Int {
      rooms.filter(isCounted).reduce(0) { sum, room in
        let (result, isTooLarge) = sum.addingReportingOverflow(room.count)
        return isTooLarge ? .max : result
      }
    }
    let certain = room(\.isCertain), possible = room { _ in true }
    let wanted = Self.tasks(of: service) ?? 1
    guard certain < wanted else { return nil }
    var finding = PlacementFinding(
      service: service.name, constraints: service.constraints, isCertain: possible < wanted,
      reasons: zip(nodes, rooms).map { PlacementFinding.Reason(node: $0.name, because: $1.because) },
      location: service.constraints.first?.location ?? service.location)
    // Where a node takes some of the tasks, it is room that is missing.
    if possible > 0, certain > 0 || possible < wanted {
      finding.shortage = .tasks(wanted: wanted, room: possible < wanted ? possible : certain)
    }
    return finding
  }

  /// Ports in host mode that several services want, on nodes of which each has a port once.
  private func portFindings(_ services: [ComposeService]) -> [PlacementFinding] {
    struct HostPort: Hashable, Comparable {
      var number: Int
      var transport: String
      static func < (left: Self, right: Self) -> Bool {
        (left.number, left.transport) < (right.number, right.transport)
      }
    }
    var users: [HostPort: [ComposeService]] = [:]
    for service in services {
      let own = service.ports.compactMap { port in
        port.isHostMode ? port.published.map { HostPort(number: $0, transport: port.transport) } : nil
      }
      for port in Set(own) { users[port, default: []].append(service) }
    }
    var findings: [PlacementFinding] = []
    for (port, users) in users.sorted(by: { $0.key < $1.key }) where users.count > 1 {
      guard let (wanted, room) = shortage(of: users), let last = users.last else { continue }
      var finding = PlacementFinding(
        service: users.map(\.name).joined(separator: "', '"), constraints: [], isCertain: true, reasons: [],
        location: last.location)
      finding.shortage = .port("\(port.number)/\(port.transport)", wanted: wanted, room: room)
      findings.append(finding)
    }
    return findings
  }

  /// How many tasks of services that want the same port there are, and how many of them find a node, where that is
  /// fewer.
  private func shortage(of services: [ComposeService]) -> (wanted: Int, room: Int)? {
    // Each task with the nodes that it may have.
    var tasks: [[Int]] = []
    var wanted = 0
    for service in services {
      let fit = nodes.indices.filter { PlacementRoom(of: service, on: nodes[$0]).count > 0 }
      if let count = Self.tasks(of: service) {
        wanted = wanted.addingReportingOverflow(count).partialValue
        // More than there are nodes can't be placed anyhow.
        tasks += Array(repeating: fit, count: min(count, nodes.count + 1))
      } else {
        wanted += fit.count
        tasks += fit.map { [$0] }
      }
    }
    guard tasks.count <= nodes.count || wanted > nodes.count else { return nil }
    if wanted > nodes.count { return (wanted, min(placed(tasks.prefix(nodes.count * 2)), nodes.count)) }
    let room = placed(tasks[...])
    return room < wanted ? (wanted, room) : nil
  }

  /// How many tasks find a node of their own (augmenting paths).
  private func placed(_ tasks: ArraySlice<[Int]>) -> Int {
    var owner: [Int: Int] = [:]
    func location(_ task: Int, _ tried: inout Set<Int>) -> Bool {
      for node in tasks[task] where tried.insert(node).inserted {
        if let other = owner[node], !location(other, &tried) { continue }
        owner[node] = task
        return true
      }
      return false
    }
    return tasks.indices.count { task in
      var tried: Set<Int> = []
      return location(task, &tried)
    }
  }

  /// All reservations of memory together against all that the nodes have.
  private func memoryFinding(_ services: [ComposeService]) -> [PlacementFinding] {
    let reserving = services.filter { $0.reservedMemory > 0 }
    let usable = nodes.filter { node in reserving.contains { PlacementRoom(of: $0, on: node).count > 0 } }
    let sizes = usable.compactMap(\.memory)
    guard reserving.count > 1, sizes.count == usable.count, let first = reserving.first else { return [] }
    let wanted = reserving.reduce(0.0) { sum, service in
      let count = Self.tasks(of: service) ?? nodes.count { PlacementRoom(of: service, on: $0).count > 0 }
      return sum + service.reservedMemory * Double(count)
    }
    let all = sizes.reduce(0, +)
    guard wanted > all else { return [] }
    var finding = PlacementFinding(
      service: reserving.map(\.name).joined(separator: "', '"), constraints: [], isCertain: true, reasons: [],
      location: first.location)
    finding.shortage = .memory(wanted: PlacementRoom.mebibytes(wanted), room: PlacementRoom.mebibytes(all))
    return [finding]
  }
}
