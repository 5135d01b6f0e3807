import Compose
import Values
import YAMLTree

/// Writes a world file of hosts and existing swarms; `WorldPlanReader` reads the same from it.
struct WorldPlanWriter {
  let plan: WorldPlan
  private let name = YAMLScalar.text

  /// - Parameter comments: the lines at the top.
  func text(comments: [String]) -> String {
    var lines = comments.map { "# " + $0.split(whereSeparator: \.isNewline).joined(separator: " ") }
    if plan.seed != 1 { lines.append("seed: \(Int64(bitPattern: plan.seed))") }
    lines.append("start: \(plan.start.rawValue)")
    if !plan.hasStackFiles { lines.append("stack_files: none") }
    lines.append("hosts:")
    // Appliances have the same files as a rule: those are written once.
    var anchors: [[String: String]: String] = [:]
    for host in plan.inventory.hosts {
      let wanted = plan.host(host.name)
      lines += self.host(host.name, wanted)
      if wanted.files.isEmpty { continue }
      if let anchor = anchors[wanted.files] {
        lines.append("    files: *\(anchor)")
      } else {
        let anchor = "files-\(anchors.count + 1)"
        anchors[wanted.files] = anchor
        lines += files(wanted.files, anchor)
      }
    }
    if !plan.swarms.isEmpty { lines.append("swarms:") }
    for swarm in plan.swarms { lines += self.swarm(swarm) }
    return lines.map { $0 + "\n" }.joined()
  }

  private func host(_ host: String, _ wanted: WorldPlan.Host) -> [String] {
    var lines = ["  \(name(host)):"]
    func add(_ key: String, _ text: String?) { if let text { lines.append("    \(key): \(text)") } }
    add("hostname", wanted.hostname.map(name))
    if wanted.clockOffset != 0 { add("clock", "\(wanted.clockOffset)") }
    if !wanted.isOn { add("power", "off") }
    if !wanted.hasEngine { add("engine", "off") }
    if let days = wanted.certificateDays { add("certificate_days", "\(days)") }
    add("docker", "\"\(wanted.make.version)\"")
    add("api", "\"\(wanted.make.api)\"")
    add("system", name(wanted.make.system))
    add("kernel", name(wanted.make.kernel))
    add("processors", "\(wanted.make.processors)")
    add("memory", "\(wanted.make.memory)")
    add("free", "\(wanted.freeKilobytes)")
    if !wanted.closedPorts.isEmpty { add("closed_ports", "\(wanted.closedPorts.sorted())") }
    if !wanted.images.isEmpty { add("images", YAMLScalar.list(wanted.images)) }
    return lines
  }

  private func files(_ files: [String: String], _ anchor: String) -> [String] {
    ["    files: &\(anchor)"]
      + files.sorted { $0.key < $1.key }.map { path, text in
        "      \(name(path)): \(YAMLScalar.block(text, indent: 8))"
      }
  }

  private func swarm(_ swarm: WorldPlan.Swarm) -> [String] {
    var lines = ["  - nodes:"]
    lines += swarm.nodes.map { "      - " + Self.flow(members(of: $0)) }
    if let id = swarm.id { lines.append("    id: \(name(id))") }
    if swarm.isAutolocked { lines.append("    autolock: true") }
    if let seconds = swarm.certificateValidity { lines.append("    certificate_validity: \(Int64(nearest: seconds))") }
    for (key, parts) in [("networks", swarm.networks), ("secrets", swarm.secrets), ("configs", swarm.configs)]
    where !parts.isEmpty {
      lines.append("    \(key):")
      lines += parts.map { part in
        var members = [("id", part.id.map(name)), ("labels", Self.map(part.labels))]
        if part.isIngress { members.append(("ingress", "true")) }
        return "      \(name(part.name)): \(Self.flow(members))"
      }
    }
    if swarm.services.isEmpty { return lines }
    lines.append("    services:")
    for service in swarm.services {
      lines.append("      \(name(service.shape.name)):")
      lines += members(of: service).compactMap { key, text in text.map { "        \(key): \($0)" } }
    }
    return lines
  }

  private func members(of node: WorldPlan.Node) -> [(String, String?)] {
    [
      ("host", node.host.map(name)), ("hostname", node.hostname.map(name)), ("address", node.address.map(name)),
      ("id", node.id.map(name)), ("role", node.isManager ? "manager" : "worker"),
      ("leads", node.isLeader ? "true" : nil),
      ("availability", node.availability == "active" ? nil : node.availability), ("state", node.isDown ? "down" : nil),
      ("locked", node.isLocked ? "true" : nil), ("labels", Self.map(node.labels)),
    ]
  }

  private func members(of service: WorldPlan.Service) -> [(String, String?)] {
    let shape = service.shape
    let (mode, count): (String?, Int?) =
      switch shape.mode {
      case .replicated(let count): (nil, count)
      case .global: ("global", nil)
      case .replicatedJob(let count): ("job", count)
      case .globalJob: ("global-job", nil)
      }
    func list(_ texts: [String]) -> String? { texts.isEmpty ? nil : YAMLScalar.list(texts) }
    let ports = shape.ports.map { port in
      Self.flow([
        ("target", "\(port.target)"), ("published", "\(port.published)"), ("protocol", port.transport),
        ("mode", port.isHostMode ? "host" : "ingress"),
      ])
    }
    return [
      ("id", service.id.map(name)), ("stack", shape.stack.map(name)), ("image", name(shape.image)),
      ("labels", Self.map(shape.labels)), ("mode", mode), ("replicas", count.map { "\($0)" }),
      ("constraints", list(shape.constraints)), ("networks", list(shape.networks)),
      ("healthcheck", shape.hasHealthCheck ? "true" : nil), ("endpoint_mode", shape.endpointMode),
      ("ports", ports.isEmpty ? nil : "[\(ports.joined(separator: ", "))]"), ("nodes", list(service.nodes)),
    ]
  }

  private static func map(_ texts: [String: String]) -> String? {
    texts.isEmpty
      ? nil : flow(texts.sorted { $0.key < $1.key }.map { (YAMLScalar.text($0.key), YAMLScalar.text($0.value)) })
  }

  private static func flow(_ members: [(String, String?)]) -> String {
    let texts = members.compactMap { key, text in text.map { "\(key): \($0)" } }
    return texts.isEmpty ? "{}" : "{ \(texts.joined(separator: ", ")) }"
  }
}

extension WorldPlan {
  /// The plan as a world file: its hosts, and the existing swarms. Rules for commands and faults are not written.
  ///
  /// - Parameter comments: the lines at the top.
  package func text(comments: [String] = []) -> String { WorldPlanWriter(plan: self).text(comments: comments) }
}
