import Values
import YAMLTree

/// Replaces the variables in the values of a compose file, as Docker's client does before it compares it with its
/// schema: where a variable was, the text becomes a number or truth value where one belongs.
struct ComposeVariables {
  private enum Cast { case integer, flag, number }

  private static let sections: Set = ["services", "volumes", "networks", "secrets", "configs"]
  private let environment: [String: String]
  private(set) var failures: [Failure] = []
  private(set) var warnings: [Failure] = []
  private var unset: Set<String> = []

  init(environment: [String: String]) { self.environment = environment }

  mutating func resolve(_ root: YAMLNode) -> YAMLNode {
    var result = root
    result.content = .mapping(
      (root.members ?? []).map { member in
        Self.sections.contains(member.key) ? replaced(member, [member.key]) : member
      })
    return result
  }

  private mutating func replaced(_ member: YAMLNode.Member, _ path: [String]) -> YAMLNode.Member {
    var member = member
    member.value = replaced(member.value, path)
    return member
  }

  private mutating func replaced(_ node: YAMLNode, _ path: [String]) -> YAMLNode {
    var node = node
    switch node.content {
    case .scalar(let text, _): if text.contains("$") { replace(text, &node, path) }
    case .sequence(let elements): node.content = .sequence(elements.map { replaced($0, path + ["*"]) })
    case .mapping(let members): node.content = .mapping(members.map { replaced($0, path + [$0.key]) })
    }
    return node
  }

  private mutating func replace(_ text: String, _ node: inout YAMLNode, _ path: [String]) {
    var interpolation = Interpolation(environment: environment)
    do {
      let result = try interpolation.replace(in: text, at: node.location)
      for name in interpolation.unset where unset.insert(name).inserted {
        warnings.append(
          Failure(
            "compose.unset_variable", "the variable '\(name)' is not set, so it becomes an empty text",
            location: node.location,
            hint: "set it in 'environment' of the inventory's stack (your shell's variables are not used), or give a "
              + "default: ${\(name):-value}"))
      }
      if let dropped = interpolation.dropped { warnings.append(dropped) }
      guard result != text else { return }
      node.content = .scalar(result, isPlain: false)
      if let cast = Self.cast(path) { apply(cast, to: result, &node) }
    } catch {
      failures.append(error)
      node.content = .scalar("", isPlain: false)
    }
  }

  private mutating func apply(_ cast: Cast, to text: String, _ node: inout YAMLNode) {
    let lower = text.lowercased()
    let value: String? =
      switch cast {
      case .integer: Int(text).map { String($0) }
      // What is not finite gets through here, and is refused later.
      case .number: GoNumber.fraction(text).map { $0.isFinite ? String($0) : ".inf" }
      case .flag:
        ["true", "y", "yes", "on"].contains(lower)
          ? "true" : ["false", "n", "no", "off"].contains(lower) ? "false" : nil
      }
    guard let value else {
      failures.append(
        Failure(
          "compose.bad_variable", "with its variables this value is '\(text)', which does not fit here",
          location: node.location, cause: "failed to cast to expected type",
          hint: "set the variable to a value that fits"))
      return
    }
    node.content = .scalar(value, isPlain: true)
  }

  /// What a value must become, by its place (`cli/compose/loader/interpolate.go`).
  private static func cast(_ path: [String]) -> Cast? {
    guard path.count > 2 else { return nil }
    let inner = path[2...].joined(separator: ".")
    switch path[0] {
    case "services":
      if path.count <= 5, path[2] == "ulimits" {
        return path.count == 4 || path.count == 5 && ["hard", "soft"].contains(path[4]) ? .integer : nil
      }
      return serviceCasts[inner]
    case "networks" where ["internal", "attachable"].contains(inner): return .flag
    default: return inner == "external" ? .flag : nil
    }
  }

  private static let serviceCasts: [String: Cast] = [
    "configs.*.mode": .integer, "secrets.*.mode": .integer, "healthcheck.retries": .integer,
    "healthcheck.disable": .flag, "deploy.replicas": .integer, "deploy.update_config.parallelism": .integer,
    "deploy.update_config.max_failure_ratio": .number, "deploy.rollback_config.parallelism": .integer,
    "deploy.rollback_config.max_failure_ratio": .number, "deploy.restart_policy.max_attempts": .integer,
    "deploy.placement.max_replicas_per_node": .integer, "ports.*.target": .integer, "ports.*.published": .integer,
    "privileged": .flag, "read_only": .flag, "stdin_open": .flag, "tty": .flag, "volumes.*.read_only": .flag,
    "volumes.*.volume.nocopy": .flag,
    // Of 28.5 only, as is the key.
    "oom_score_adj": .integer,
  ]
}
