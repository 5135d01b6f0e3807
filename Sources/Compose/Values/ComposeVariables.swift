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

/// Replaces variables in the text of a compose file, as the Docker CLI does (docker/cli, `cli/compose/template`).
///
/// `$$` is a dollar sign. `$NAME` and `${NAME}` give the variable or nothing; `:-` gives a default when it is unset or
/// empty, `-` when it is unset; `:?` and `?` refuse instead. As in the CLI, a modifier belongs to the form without
/// braces too: `$TAG-x` is `TAG` with the default `x`.
struct Interpolation {
  let environment: [String: String]
  /// The variables that were asked for without a default and are not set.
  private(set) var unset: [String] = []
  /// A `$` that begins no variable and is dropped, because a variable follows it: so the CLI does it, without a word.
  private(set) var dropped: Failure?

  init(environment: [String: String]) { self.environment = environment }

  mutating func replace(in template: String, at location: SourceLocation) throws(Failure) -> String {
    var result = ""
    var rest = Substring(template)
    // In the CLI a mistake counts only where no variable comes after it.
    var mistake: Failure?
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      if rest.first == "$" {
        result += "$"
        rest = rest.dropFirst()
        continue
      }
      let isBraced = rest.first == "{"
      let body = isBraced ? rest.dropFirst() : rest
      let substitution = self.substitution(at: body)
      let end = body.dropFirst(substitution.count)
      guard !substitution.isEmpty, !isBraced || end.first == "}" else {
        mistake = Failure(
          "compose.bad_variable", "a '$' in '\(template)' does not begin a variable", location: location,
          cause: "Invalid template: \"\(template)\"", hint: "write '$$' for a dollar sign")
        continue
      }
      do {
        result += try value(of: substitution, at: location)
        if var earlier = mistake, earlier.cause != nil {
          earlier.message += "; Docker drops it, because a variable follows"
          dropped = earlier
        }
        mistake = nil
      } catch { mistake = error }
      rest = isBraced ? end.dropFirst() : end
    }
    if let mistake { throw mistake }
    return result + rest
  }

  /// A name with its modifier, up to a closing brace.
  private func substitution(at text: Substring) -> Substring {
    let name = text.prefix { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
    guard let first = name.first, !first.isNumber else { return "" }
    let rest = text.dropFirst(name.count)
    let mark = rest.first == ":" ? rest.dropFirst().first : rest.first
    guard mark == "-" || mark == "?" else { return name }
    return text.prefix { $0 != "}" }
  }

  private mutating func value(of substitution: Substring, at location: SourceLocation) throws(Failure) -> String {
    // The CLI looks for the modifiers anywhere in the text, in this order.
    if let (name, fallback) = split(substitution, at: ":-") {
      let value = environment[name] ?? ""
      return value.isEmpty ? fallback : value
    }
    if let (name, fallback) = split(substitution, at: "-") { return environment[name] ?? fallback }
    if let (name, reason) = split(substitution, at: ":?") {
      if let value = environment[name], !value.isEmpty { return value }
      throw required(name, reason, location)
    }
    if let (name, reason) = split(substitution, at: "?") {
      if let value = environment[name] { return value }
      throw required(name, reason, location)
    }
    let name = String(substitution)
    if let value = environment[name] { return value }
    unset.append(name)
    return ""
  }

  private func required(_ name: String, _ reason: String, _ location: SourceLocation) -> Failure {
    Failure(
      "compose.bad_variable", "the variable '\(name)' must be set", location: location,
      cause: "required variable \(name) is missing a value: \(reason)",
      hint:
        "set it in 'environment' of the inventory's stack, or with the option environment; your shell's variables are "
        + "not used")
  }

  private func split(_ text: Substring, at separator: String) -> (name: String, rest: String)? {
    guard let range = text.firstRange(of: separator) else { return nil }
    return (String(text[..<range.lowerBound]), String(text[range.upperBound...]))
  }
}
