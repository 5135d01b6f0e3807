import Concurrency
import DockerEngine
import Foundation
import HostModules
import Inventory
import Remote
import Values

/// Records the state of an inventory's hosts and their swarms, as the beginning of a simulated world. Reads only:
/// requests that get, and commands that look. No secret is asked for but the swarm's tokens, which come with its
/// settings and are dropped at once.
package struct WorldSurvey: Sendable {
  /// What was seen.
  package struct Finding: Sendable {
    /// The world.
    package let plan: WorldPlan
    /// What a person must know about it, host by host.
    package let remarks: [String]
  }

  private let fleet: Fleet

  /// A survey of that world's hosts. The caller closes it.
  package init(_ fleet: Fleet) { self.fleet = fleet }

  /// Looks at all hosts at once, then at each swarm from one of its managers.
  ///
  /// - Throws: A `Failure` of a host that is there and can't be read, and `survey.swarm_unreadable` where no manager of
  ///   a swarm can report it. A host that can't be reached is taken to be off.
  package func look() async throws -> Finding {
    var plan = WorldPlan(inventory: fleet.inventory), remarks: [String] = []
    plan.start = .none
    plan.hasStackFiles = false
    let hosts = try await hosts()
    for host in hosts {
      plan.hosts[host.name] = host.wanted
      if let remark = host.remark { remarks.append("\(host.name): \(remark)") }
    }
    var seen: Set<String> = []
    for host in hosts {
      guard let own = host.swarm, own.isManager, let id = own.clusterID, !seen.contains(id),
        let swarm = try await SwarmReading(fleet: fleet, hosts: hosts).swarm(from: host.name)
      else { continue }
      seen.insert(id)
      plan.swarms.append(swarm)
    }
    let known = Set(plan.swarms.flatMap(\.nodes).compactMap(\.host))
    let others = hosts.filter { host in
      !known.contains(host.name) && host.swarm.map { [.active, .locked].contains($0.state) } == true
    }
    if let stuck = others.first(where: { $0.swarm?.isManager == true || $0.swarm?.state == .locked }) {
      throw Failure(
        "survey.swarm_unreadable", "the swarm of \(stuck.name) can't be recorded", host: stuck.name,
        cause: stuck.swarm?.state == .locked
          ? "it is a locked manager, and no other manager of its swarm can be asked" : stuck.swarm?.error,
        hint: "unlock it, or bring its managers back to a majority, and try again")
    }
    let strangers = Self.strangers(others)
    plan.swarms += strangers
    remarks += strangers.flatMap(\.nodes).compactMap(\.host).map {
      "\($0): a worker of a swarm whose managers are not in the inventory: nothing more is known of that swarm"
    }
    return Finding(plan: plan, remarks: remarks)
  }

  private func hosts() async throws -> [HostReading] {
    try await mapConcurrently(fleet.inventory.hosts) { [fleet] in try await HostReading.read($0, in: fleet) }
  }

  /// Workers of swarms of which no manager can be asked: those that know the same managers are in one.
  private static func strangers(_ workers: [HostReading]) -> [WorldPlan.Swarm] {
    let groups = Dictionary(grouping: workers) { ($0.swarm?.managers.map(\.nodeID) ?? []).sorted() }
    return groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { _, workers in
      var swarm = WorldPlan.Swarm()
      var managers = workers.first?.swarm?.managers.map { ($0.nodeID, $0.address) } ?? []
      if managers.isEmpty { managers = [("", "")] }
      swarm.nodes = managers.enumerated().map { index, manager in
        var node = WorldPlan.Node()
        node.hostname = "manager-\(index + 1)"
        if !manager.0.isEmpty { node.id = manager.0 }
        let address = ManagerAddress.host(of: manager.1)
        if !address.isEmpty { node.address = address }
        node.isManager = true
        return node
      }
      swarm.nodes += workers.map { worker in
        var node = WorldPlan.Node()
        node.host = worker.name
        node.id = worker.swarm?.nodeID
        return node
      }
      return swarm
    }
  }
}
