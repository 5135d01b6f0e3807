import Placement
import Values

/// Finds before a deployment which services no node could take, or for which there is not enough room, and why.
package struct PlacementCheck: Sendable {
  /// The nodes, as they are planned.
  package let nodes: [NodeFacts]

  /// Prepares a check against nodes.
  package init(nodes: [NodeFacts]) { self.nodes = nodes }

  /// The nodes on which a service's tasks can run for certain, in the order they were given.
  package func candidates(for service: ComposeService) -> [NodeFacts] {
    nodes.filter { node in
      let room = PlacementRoom(of: service, on: node)
      return room.count > 0 && room.isCertain
    }
  }

  /// What would not run: services that no node takes for certain, services for which there is not enough room, ports in
  /// host mode that more tasks want than nodes have them, and reservations that are more than all nodes have. A service
  /// without tasks is none of them.
  package func findings(for services: [ComposeService]) -> [PlacementFinding] {
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

/// How many tasks of a service one node may have, by what the scheduler looks at, and why no more.
struct PlacementRoom {
  /// How many tasks; the largest number where nothing holds it short.
  var count: Int
  /// Whether it is certain; not where something that decides is not known of the node.
  var isCertain: Bool
  /// Why there are no more; empty where nothing holds it short.
  var because: [String]

  init(of service: ComposeService, on node: NodeFacts) {
    let held = service.constraints.filter { $0.evaluate(against: node) != .satisfied }
    let isUnfit = held.contains { $0.evaluate(against: node) == .unsatisfied }
    count = isUnfit ? 0 : .max
    isCertain = isUnfit || held.isEmpty
    because = held.map { $0.explanation(for: node) }
    if let availability = node.availability, availability != "active" {
      count = 0
      isCertain = true
      because.append("its availability is '\(availability)', so it takes no tasks")
    }
    if let most = service.maxPerNode { limit(most, "max_replicas_per_node is \(most)") }
    if let port = service.ports.first(where: { $0.isHostMode && $0.published != nil }) {
      limit(1, "the port \(port.published ?? 0)/\(port.transport) in host mode is available only once")
    }
    reserve(service.reservedCPUs, of: node.cpus) {
      "it has \(Self.text($0)) CPUs, and each task reserves \(Self.text($1))"
    }
    reserve(service.reservedMemory, of: node.memory) {
      "it has \(Self.mebibytes($0)) MiB of memory, and each task reserves \(Self.mebibytes($1))"
    }
  }

  private mutating func limit(_ most: Int, _ reason: String) {
    guard most < count else { return }
    count = most
    because.append(reason)
  }

  private mutating func reserve(_ each: Double, of all: Double?, _ reason: (Double, Double) -> String) {
    guard each > 0, let all, all.isFinite, each.isFinite else { return }
    limit(Int(exactly: (all / each + 1e-9).rounded(.down).clamped(to: 0...1e9)) ?? 0, reason(all, each))
  }

  private static func text(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e9 ? String(Int(number)) : String(number)
  }

  static func mebibytes(_ bytes: Double) -> String {
    let size = (bytes / 1_048_576).clamped(to: 0...1e12)
    return size >= 10 ? String(Int(size.rounded())) : String((size * 10).rounded() / 10)
  }
}

extension Double {
  fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}

/// A service that no node would take, or for which there is not enough room, with the reason for each node.
package struct PlacementFinding: Sendable, Hashable {
  /// What there is not enough of, where nodes could take the service as such.
  package enum Shortage: Sendable, Hashable {
    /// Tasks of one service.
    case tasks(wanted: Int, room: Int)
    /// A port in host mode, which several services want.
    case port(String, wanted: Int, room: Int)
    /// Memory, which the services reserve together, in MiB.
    case memory(wanted: String, room: String)
  }

  /// Why one node does not take the service.
  package struct Reason: Sendable, Hashable {
    /// The node's name.
    package var node: String
    /// One text per constraint that is not fulfilled.
    package var because: [String]

    /// Pairs a node with its reasons.
    package init(node: String, because: [String]) {
      self.node = node
      self.because = because
    }
  }

  /// The service's name in the compose files.
  package var service: String
  /// All its constraints.
  package var constraints: [PlacementConstraint]
  /// Whether it is certain; `false` when something that decides is not known yet of a node.
  package var isCertain: Bool
  /// Why each node does not take it.
  package var reasons: [Reason]
  /// Where the first constraint is.
  package var location: SourceLocation
  /// What there is not enough of; `nil` where no node takes the service at all.
  package var shortage: Shortage?

  /// The finding as a failure `compose.no_node`, for a report of checks.
  package var failure: Failure {
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
