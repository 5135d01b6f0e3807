import DockerEngine
import Foundation
import HostModules
import Inventory
import Remote
import Values

/// Reads a running swarm, from one of its managers, and describes it as an inventory. Reads only.
package struct SwarmSurvey: Sendable {
  private let fleet: Fleet
  private let host: Inventory.Host
  private let reach: InventoryDraft.Host

  /// A survey from a manager.
  ///
  /// - Parameters:
  ///   - world: holds the manager alone. The caller closes it.
  ///   - reach: how the manager is reached; the other hosts are taken to be reached likewise, at their own addresses.
  package init(_ fleet: Fleet, reach: InventoryDraft.Host) {
    self.fleet = fleet
    self.reach = reach
    host = fleet.inventory.manager
  }

  /// The inventory, with comments where a person must look.
  ///
  /// - Parameters:
  ///   - stack: the stack's name; `nil` finds it.
  ///   - directory: where the stack's compose files are on the manager.
  /// - Throws: ``Failure`` of the connection and of the engine, `engine.not_swarm_manager` among them, and
  ///   `survey.no_such_stack`.
  package func draft(stack: String?, directory: String) async throws -> InventoryDraft {
    let engine = try fleet.engine(host.name)
    let swarm = try await engine.info().swarm
    let nodes = try await engine.nodes()
    let services = try await engine.services()
    var draft = InventoryDraft()
    draft.comments = ["Generated from the swarm \(swarm.clusterID ?? "") as its manager \(reach.name) knew it."]
    let former = Self.former(nodes)
    let ready = nodes.filter { $0.state == .ready && former[$0.id] == nil }
    for (node, now) in nodes.compactMap({ node in former[node.id].map { (node, $0) } }) {
      draft.comments.append(
        "left out: the node \(node.hostname) (\(node.id)): that host left as it and joined again as \(now)")
    }
    for node in nodes where node.state != .ready && former[node.id] == nil {
      draft.comments.append(
        "left out: the node \(node.hostname) (\(node.id)), a \(node.role), is \(node.state)"
          + (node.message.isEmpty ? "" : ": \(node.message)"))
    }
    var names: Set<String> = []
    draft.hosts = ready.map { self.host(for: $0, askedIs: $0.id == swarm.nodeID, &names) }
    draft.hosts.sort {
      ($0.role == .manager ? 0 : 1, $0.services.contains("admin") ? 0 : 1, $0.name)
        < ($1.role == .manager ? 0 : 1, $1.services.contains("admin") ? 0 : 1, $1.name)
    }
    let hosted = Set(draft.hosts.flatMap(\.services)).subtracting(InventorySchema.optionalServices)
    if let name = try Self.stack(among: services, named: stack, &draft.comments) {
      draft.stack = Inventory.Stack(
        name: name, directory: directory, files: try await files(in: directory, &draft.comments), deployOptions: [])
      draft.comments.append(
        "the swarm does not keep the options that the stack was deployed with: add 'deploy_options' if there were any")
    }
    let isDefault = hosted == Set(InventorySchema.defaultServices) && draft.stack != nil
    if !isDefault, draft.stack != nil || !hosted.isSubset(of: InventorySchema.defaultServices) {
      draft.services = hosted.sorted()
    }
    return draft
  }

  /// The nodes that a host was before it left and joined again, each with the ID of what it is now. For some 15 s both
  /// count as ready: what has one host name and one address is one machine, and the node that was made last is the
  /// living one.
  static func former(_ nodes: [SwarmNode]) -> [String: String] {
    var former: [String: String] = [:]
    let known = nodes.filter { isUsable($0.address) && !$0.createdAt.isEmpty }
    for same in Dictionary(grouping: known, by: { "\($0.hostname) \($0.address)" }).values {
      guard let last = same.max(by: { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }) else { continue }
      for node in same where node.id != last.id { former[node.id] = last.id }
    }
    return former
  }

  private func host(for node: SwarmNode, askedIs isAsked: Bool, _ names: inout Set<String>) -> InventoryDraft.Host {
    let role: Inventory.Role = node.role == .manager ? .manager : .worker
    var host = InventoryDraft.Host(name: Self.name(node, &names), address: nil, role: role)
    if host.name != node.hostname { host.comments.append("its host name is \(node.hostname), its node ID \(node.id)") }
    // A worker's address is where the managers see it come from, which need not be its own (moby#35437, #30119).
    let seen = node.manager.map { ManagerAddress.host(of: $0.address) } ?? node.address
    let address = Self.isUsable(seen) ? seen : nil
    if isAsked {
      host.address = reach.address
      if let address, address != reach.address { host.advertiseAddress = address }
    } else {
      host.address = address
      if address == nil {
        host.comments.append("the swarm does not know its address (\(seen.isEmpty ? "none" : seen)): add 'address'")
      }
    }
    host.ssh = reach.ssh
    host.sudo = reach.sudo
    if node.availability != .active { host.comments.append("its availability is \(node.availability)") }
    for (label, value) in node.labels {
      if value == "true", let service = Self.service(of: label) {
        host.services.append(service)
      } else {
        host.labels[label] = value
      }
    }
    host.services.sort()
    return host
  }

  /// The service that a label is for: `da-policy` for `policy`, and `postgres` for itself.
  static func service(of label: String) -> String? {
    if InventorySchema.optionalServices.contains(label) { return label }
    guard label.hasPrefix("da-"), label.count > 3 else { return nil }
    return String(label.dropFirst(3))
  }

  private static func name(_ node: SwarmNode, _ names: inout Set<String>) -> String {
    let kept = node.hostname.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "-" }.prefix(
      50)
    let base = kept.first.map { $0.isLetter || $0.isNumber } == true ? String(kept) : "node-\(node.id.prefix(8))"
    var name = base, count = 1
    while !names.insert(name.lowercased()).inserted {
      count += 1
      name = "\(base)-\(count)"
    }
    return name
  }

  private static func isUsable(_ address: String) -> Bool {
    !address.isEmpty && !["0.0.0.0", "::", "::1"].contains(address) && !address.hasPrefix("127.")
  }

  /// The name of the one stack, or of the one whose services are placed by labels of the product.
  private static func stack(
    among services: [SwarmService], named wanted: String?, _ comments: inout [String]
  ) throws -> String? {
    let names = Set(services.compactMap(\.stack)).sorted()
    if let wanted {
      guard names.contains(wanted) else {
        throw Failure(
          "survey.no_such_stack", "no service of the swarm belongs to a stack \"\(wanted)\"",
          hint: Suggestion.hint(for: wanted, among: names))
      }
      return wanted
    }
    if names.count <= 1 { return names.first }
    let placed = Set(services.filter { $0.constraints.contains { $0.contains("node.labels.da-") } }.compactMap(\.stack))
    if placed.count == 1 { return placed.first }
    comments.append("the swarm has several stacks (\(names.joined(separator: ", "))): name one with --stack")
    return nil
  }

  /// The compose files of the product that are there.
  private func files(in directory: String, _ comments: inout [String]) async throws -> [String] {
    let command = RemoteCommand.shell(
      "cd \"$1\" 2>/dev/null || exit 0; shift; for file; do [ -f \"$file\" ] && echo \"$file\"; done; true",
      arguments: [directory] + InventorySchema.defaultFiles, sudo: host.sudo, timeout: .seconds(30))
    let found = try await fleet.transport(host.name).run(command).lines
    if found.isEmpty {
      comments.append("none of the compose files is in \(directory) on \(reach.name): correct 'stack'")
      return InventorySchema.defaultFiles
    }
    return found
  }
}
