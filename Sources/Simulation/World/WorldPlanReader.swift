import Compose
import Foundation
import Inventory
import SwarmModel
import Values
import YAMLTree

/// Reads a world file; its keys are in `docs/author.md`.
struct WorldPlanReader {
  let file: String
  let inventory: Inventory

  static func text(of file: String) throws -> String {
    try TextFile.read(
      path: file, area: "simulation", noun: "world", hint: "give the world file with --simulate FILE, or none")
  }

  func read(_ text: String) throws -> WorldPlan {
    var plan = WorldPlan(inventory: inventory)
    guard let root = try YAMLDocument.parse(text: text, file: file, area: "simulation"), !root.isNull else {
      return plan
    }
    try check(root, ["seed", "start", "hosts", "stack_files", "swarms", "commands", "faults", "logs"])
    if let seed = try whole(root["seed"], nil) { plan.seed = UInt64(bitPattern: Int64(seed)) }
    if let start = root["start"] { plan.start = try choice(start) }
    for member in root["hosts"]?.members ?? [] {
      guard inventory.host(named: member.key) != nil else {
        throw problem(
          "\"\(member.key)\" is not a host of the inventory", member.location,
          Suggestion.hint(for: member.key, among: inventory.hosts.map(\.name)))
      }
      plan.hosts[member.key] = try host(member.value)
    }
    plan.swarms = try (root["swarms"]?.elements ?? []).map(swarm)
    try checkOnce(plan.swarms, root["swarms"])
    plan.hasStackFiles = root["stack_files"]?.text != "none"
    for member in root["stack_files"]?.members ?? [] {
      let path = member.value.text ?? ""
      let folder = URL(filePath: file).deletingLastPathComponent().path
      plan.stackFiles[member.key] = try Self.text(of: path.hasPrefix("/") ? path : "\(folder)/\(path)")
    }
    for entry in root["logs"]?.elements ?? [] {
      try check(entry, ["service", "stdout", "stderr"])
      guard let service = entry["service"]?.text else {
        throw problem("an entry of logs has no service", entry.location, "give its name with the stack's: da_policy")
      }
      for (key, isError) in [("stdout", false), ("stderr", true)] {
        let lines = entry[key]?.text?.split(whereSeparator: \.isNewline) ?? []
        plan.logs[service, default: []] += lines.map { ModelLogLine(String($0), isError: isError) }
      }
    }
    plan.rules = try (root["commands"]?.elements ?? []).map(rule)
    plan.faults = try (root["faults"]?.elements ?? []).map(fault)
    return plan
  }

  private func host(_ node: YAMLNode) throws -> WorldPlan.Host {
    try check(
      node,
      [
        "start", "hostname", "clock", "labels", "files", "images", "power", "engine", "free", "closed_ports", "docker",
        "api", "certificate_days", "system", "kernel", "processors", "memory",
      ])
    var host = WorldPlan.Host()
    if let start = node["start"] { host.start = try choice(start) }
    host.hostname = node["hostname"]?.text
    host.clockOffset = try number(node["clock"], Self.span) ?? 0
    host.labels = node["labels"].map { Self.texts($0) }
    host.files = node["files"].map { Self.texts($0) } ?? [:]
    host.images = node["images"]?.elements?.compactMap(\.text) ?? []
    host.isOn = node["power"].map { $0.text != "off" && $0.flag != false } ?? true
    host.hasEngine = node["engine"].map { $0.text != "off" && $0.flag != false } ?? true
    if let free = try whole(node["free"], .atLeast(0)) { host.freeKilobytes = Int64(free) }
    host.certificateDays = try number(node["certificate_days"], .within(-36_500, 36_500))
    if let version = node["docker"]?.text { host.make.version = version }
    if let version = node["api"]?.text { host.make.api = version }
    if let system = node["system"]?.text { host.make.system = system }
    if let kernel = node["kernel"]?.text { host.make.kernel = kernel }
    if let count = try whole(node["processors"], .within(1, 1_000_000)) { host.make.processors = Int64(count) }
    if let bytes = try whole(node["memory"], .atLeast(0)) { host.make.memory = Int64(bytes) }
    host.closedPorts = Set(node["closed_ports"]?.elements?.compactMap(\.integer) ?? [])
    return host
  }

  private func rule(_ node: YAMLNode) throws -> WorldPlan.Rule {
    try check(node, ["host", "match", "status", "stdout", "stderr", "delay"])
    guard let match = node["match"]?.elements?.compactMap(\.text), !match.isEmpty else {
      throw problem(
        "an entry of commands has no match", node.location, "give the command's first words: match: [uname, -a]")
    }
    var rule = WorldPlan.Rule(match: match)
    rule.host = try knownHost(node["host"])
    rule.status = Int32(try whole(node["status"], .within(0, 255)) ?? 0)
    rule.stdout = node["stdout"]?.text ?? ""
    rule.stderr = node["stderr"]?.text ?? ""
    rule.delay = try number(node["delay"], .duration) ?? 0
    return rule
  }

  private func fault(_ node: YAMLNode) throws -> WorldFault {
    try check(node, ["do", "host", "call", "at", "chance", "seconds", "words"])
    guard let kind = node["do"] else {
      throw problem("an entry of faults has no do", node.location, "give one of \(Self.names(WorldFault.Kind.self))")
    }
    var fault = WorldFault(try choice(kind))
    fault.host = try knownHost(node["host"])
    fault.call = node["call"]?.text ?? ""
    fault.at = try whole(node["at"], .atLeast(0))
    fault.chance = try number(node["chance"], .within(0, 1)) ?? 1
    fault.seconds = try number(node["seconds"], .duration) ?? fault.seconds
    fault.words = node["words"]?.text ?? fault.words
    return fault
  }

  /// A host is one node.
  private func checkOnce(_ swarms: [WorldPlan.Swarm], _ node: YAMLNode?) throws {
    var seen: Set<String> = []
    for host in swarms.flatMap(\.nodes).compactMap(\.host) where !seen.insert(host).inserted {
      guard let location = node?.location else { return }
      throw problem("\(host) is a node twice", location, "leave out one of the two")
    }
  }

  func knownHost(_ node: YAMLNode?) throws -> String? {
    guard let node, let name = node.text else { return nil }
    if inventory.host(named: name) != nil { return name }
    throw problem(
      "\"\(name)\" is not a host of the inventory", node.location,
      Suggestion.hint(for: name, among: inventory.hosts.map(\.name)))
  }

  private func choice<Choice: RawRepresentable & CaseIterable>(_ node: YAMLNode) throws -> Choice
  where Choice.RawValue == String {
    if let choice = node.text.flatMap(Choice.init(rawValue:)) { return choice }
    throw problem("\"\(node.text ?? "")\" is not known here", node.location, "give one of \(Self.names(Choice.self))")
  }

  private static func names<Choice: RawRepresentable & CaseIterable>(_: Choice.Type) -> String
  where Choice.RawValue == String { Choice.allCases.map(\.rawValue).joined(separator: ", ") }

  /// Seconds before or after now.
  private static let span = NumberBounds.within(-Int(NumberBounds.duration.highest), Int(NumberBounds.duration.highest))

  func number(_ node: YAMLNode?, _ bounds: NumberBounds) throws -> Double? {
    guard let node, !node.isNull else { return nil }
    guard let number = node.text.flatMap(Double.init) else {
      throw problem("\"\(node.text ?? "")\" is not a number", node.location, nil)
    }
    guard bounds.contains(number) else {
      throw problem("\(node.text ?? "") does not fit here", node.location, "allowed: \(bounds.text)")
    }
    return number
  }

  func whole(_ node: YAMLNode?, _ bounds: NumberBounds?) throws -> Int? {
    guard let node, !node.isNull else { return nil }
    guard let number = node.integer else {
      throw problem("\"\(node.text ?? "")\" is not a whole number", node.location, nil)
    }
    guard bounds?.contains(Double(number)) != false else {
      throw problem("\(number) does not fit here", node.location, bounds.map { "allowed: \($0.text)" })
    }
    return number
  }

  static func texts(_ node: YAMLNode) -> [String: String] {
    Dictionary((node.members ?? []).map { ($0.key, $0.value.text ?? "") }, uniquingKeysWith: { first, _ in first })
  }

  func check(_ node: YAMLNode, _ known: [String]) throws {
    guard let members = node.members else {
      throw problem("a mapping is expected here, but this is \(node.kind)", node.location, nil)
    }
    for member in members where !known.contains(member.key) {
      throw problem(
        "\"\(member.key)\" is not known here", member.location,
        Suggestion.hint(for: member.key, among: known))
    }
  }

  func problem(_ message: String, _ location: SourceLocation, _ hint: String?) -> Failure {
    Failure("simulation.invalid", message, location: location, hint: hint)
  }
}

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
