import Compose
import Values
import YAMLTree

// The part `swarms` of a world file.
extension WorldPlanReader {
  func swarm(_ node: YAMLNode) throws -> WorldPlan.Swarm {
    try check(node, ["id", "autolock", "certificate_validity", "nodes", "networks", "secrets", "configs", "services"])
    var swarm = WorldPlan.Swarm()
    swarm.id = node["id"]?.text
    swarm.isAutolocked = try flag(node["autolock"]) ?? false
    swarm.certificateValidity = try number(node["certificate_validity"], .duration)
    swarm.nodes = try (node["nodes"]?.elements ?? []).map(member)
    guard swarm.nodes.contains(where: \.isManager) else {
      throw problem("the swarm has no manager", node.location, "give one of its `nodes` the role manager")
    }
    swarm.networks = try parts(node["networks"], ["ingress"])
    swarm.secrets = try parts(node["secrets"])
    swarm.configs = try parts(node["configs"])
    swarm.services = try (node["services"]?.members ?? []).map { try service($0.key, $0.value) }
    return swarm
  }

  private func member(_ node: YAMLNode) throws -> WorldPlan.Node {
    try check(
      node, ["host", "id", "hostname", "address", "role", "leads", "availability", "state", "locked", "labels"])
    var member = WorldPlan.Node()
    member.host = try knownHost(node["host"])
    member.id = node["id"]?.text
    member.hostname = node["hostname"]?.text
    member.address = node["address"]?.text
    if member.host == nil, member.hostname == nil {
      throw problem(
        "a node has neither host nor hostname", node.location,
        "give `host` for one of the inventory, `hostname` for a machine outside of it")
    }
    member.isManager = try word(node["role"], ["manager", "worker"]) == "manager"
    member.isLeader = try flag(node["leads"]) ?? false
    member.availability = try word(node["availability"], ["active", "pause", "drain"]) ?? "active"
    member.isDown = try word(node["state"], ["ready", "down"]) == "down"
    member.isLocked = try flag(node["locked"]) ?? false
    member.labels = node["labels"].map { Self.texts($0) } ?? [:]
    return member
  }

  private func parts(_ node: YAMLNode?, _ more: [String] = []) throws -> [WorldPlan.Part] {
    try (node?.members ?? []).map { member in
      var part = WorldPlan.Part(name: member.key)
      if member.value.isNull { return part }
      try check(member.value, ["id", "labels"] + more)
      part.id = member.value["id"]?.text
      part.labels = member.value["labels"].map { Self.texts($0) } ?? [:]
      part.isIngress = try flag(member.value["ingress"]) ?? false
      return part
    }
  }

  private func service(_ name: String, _ node: YAMLNode) throws -> WorldPlan.Service {
    try check(
      node,
      [
        "id", "stack", "image", "labels", "mode", "replicas", "constraints", "networks", "healthcheck", "endpoint_mode",
        "ports", "nodes",
      ])
    var shape = ServiceShape(name: name, image: node["image"]?.text ?? "")
    shape.stack = node["stack"]?.text
    shape.labels = node["labels"].map { Self.texts($0) } ?? [:]
    let count = try whole(node["replicas"], .within(0, 10_000)) ?? 1
    shape.mode =
      switch try word(node["mode"], ["replicated", "global", "job", "global-job"]) {
      case "global": .global
      case "job": .replicatedJob(count)
      case "global-job": .globalJob
      default: .replicated(count)
      }
    shape.constraints = Self.list(node["constraints"])
    shape.networks = Self.list(node["networks"])
    shape.hasHealthCheck = try flag(node["healthcheck"]) ?? false
    shape.endpointMode = try word(node["endpoint_mode"], ["vip", "dnsrr"])
    shape.ports = try (node["ports"]?.elements ?? []).map { port in
      try check(port, ["target", "published", "protocol", "mode"])
      var own = ServiceShape.Port(
        target: try whole(port["target"], .port) ?? 0, published: try whole(port["published"], .within(0, 65_535)) ?? 0)
      own.transport = try word(port["protocol"], ["tcp", "udp", "sctp"]) ?? "tcp"
      own.isHostMode = try word(port["mode"], ["host", "ingress"]) == "host"
      return own
    }
    var service = WorldPlan.Service(shape)
    service.id = node["id"]?.text
    service.nodes = Self.list(node["nodes"])
    return service
  }

  private static func list(_ node: YAMLNode?) -> [String] { node?.elements?.compactMap(\.text) ?? [] }

  private func word(_ node: YAMLNode?, _ known: [String]) throws -> String? {
    guard let node, !node.isNull else { return nil }
    if let text = node.text, known.contains(text) { return text }
    throw problem(
      "\"\(node.text ?? "")\" is not known here", node.location, "give one of \(known.joined(separator: ", "))")
  }

  private func flag(_ node: YAMLNode?) throws -> Bool? {
    guard let node, !node.isNull else { return nil }
    if let flag = node.flag { return flag }
    throw problem("\"\(node.text ?? "")\" is neither true nor false", node.location, nil)
  }
}
