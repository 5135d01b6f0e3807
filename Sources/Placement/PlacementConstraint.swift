import Values

/// One placement constraint of a service, for example `node.labels.da-policy == true`.
///
/// Grammar and comparison are those of swarmkit (`manager/constraint`): `==` or `!=`; keys and values are compared
/// without regard to case, only the name of a label with regard to it; a label that is absent counts as empty.
package struct PlacementConstraint: Sendable, Hashable {
  /// What is looked at, as it was written: `node.role`, `node.labels.NAME` and so on.
  package let key: String
  /// Whether the value must be equal (`==`), not different (`!=`).
  package let isEquality: Bool
  /// The value to compare with, as it was written.
  package let value: String
  /// Where it is written.
  package let location: SourceLocation?

  /// Reads a constraint.
  ///
  /// - Throws: ``Failure`` `compose.bad_constraint` with swarmkit's own words as the cause.
  package static func parse(_ text: String, location: SourceLocation? = nil) throws(Failure) -> PlacementConstraint {
    // swarmkit looks for `==` in the whole text before it looks for `!=`.
    guard let sign = ["==", "!="].first(where: { text.contains($0) }), let range = text.firstRange(of: sign) else {
      throw bad(text, "constraint expected one operator from ==, !=", location)
    }
    let key = trimmed(text[..<range.lowerBound])
    let value = trimmed(text[range.upperBound...])
    guard isKey(key) else { throw bad(text, "key '\(key)' is invalid", location) }
    guard isValue(value) else { throw bad(text, "value '\(value)' is invalid", location) }
    return PlacementConstraint(key: key, isEquality: sign == "==", value: value, location: location)
  }

  private static func bad(_ text: String, _ cause: String, _ location: SourceLocation?) -> Failure {
    Failure(
      "compose.bad_constraint", "the placement constraint '\(text)' can't be read", location: location, cause: cause,
      hint: "write for example 'node.labels.da-policy == true' or 'node.role != manager'")
  }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop { $0.isWhitespace }
    return String(start.reversed().drop { $0.isWhitespace }.reversed())
  }

  private static func isKey(_ text: String) -> Bool {
    guard let first = text.first, text.count >= 2, first == "_" || (first.isASCII && first.isLetter) else {
      return false
    }
    return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
  }

  private static func isValue(_ text: String) -> Bool {
    let signs = ":-_.*()?+[]\\^$|/"
    return !text.isEmpty
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0.isWhitespace || signs.contains($0)) }
  }
}

extension PlacementConstraint: CustomStringConvertible {
  /// The constraint in its usual form.
  package var description: String { "\(key) \(isEquality ? "==" : "!=") \(value)" }
}

extension PlacementConstraint {
  /// Whether a node fulfils this constraint. A key that swarmkit does not know is fulfilled by no node.
  package func evaluate(against node: NodeFacts) -> PlacementVerdict {
    switch subject {
    case .unknownKey: .unsatisfied
    case .address: verdict(forAddress: node.address)
    case .label(let name): verdict(for: node.labels[name] ?? "")
    case .engineLabel(let name): node.engineLabels.map { verdict(for: $0[name] ?? "") } ?? .unknown
    case .id: verdict(for: node.id)
    case .hostname: verdict(for: node.hostname)
    case .role: verdict(for: node.role)
    case .system: verdict(for: node.system)
    case .architecture: verdict(for: node.architecture)
    }
  }

  /// Why a node does not fulfil this constraint, or why that is unknown; for a message.
  package func explanation(for node: NodeFacts) -> String {
    let demand = isEquality ? "must be '\(value)'" : "must not be '\(value)'"
    let found: String? =
      switch subject {
      case .unknownKey: nil
      case .address: node.address
      case .label(let name): node.labels[name]
      case .engineLabel(let name): node.engineLabels?[name]
      case .id: node.id
      case .hostname: node.hostname
      case .role: node.role
      case .system: node.system
      case .architecture: node.architecture
      }
    if case .unknownKey = subject { return "\(key) is not a key that Docker knows" }
    if evaluate(against: node) == .unknown { return "\(key) \(demand), and is not known yet" }
    guard let found else { return "\(key) is not set, and \(demand)" }
    return "\(key) is '\(found)', and \(demand)\(remark)"
  }

  /// That Docker calls an architecture otherwise than the value does; so nothing ever matches.
  private var remark: String {
    let names = ["amd64": "x86_64", "arm64": "aarch64", "386": "i686", "x64": "x86_64"]
    guard case .architecture = subject, let name = names[value.lowercased()] else { return "" }
    return " (Docker calls it '\(name)')"
  }

  private enum Subject {
    case id, hostname, role, address, system, architecture, unknownKey
    case label(String), engineLabel(String)
  }

  private var subject: Subject {
    let lower = key.lowercased()
    for (prefix, make) in [("node.labels.", Subject.label), ("engine.labels.", Subject.engineLabel)]
    where lower.hasPrefix(prefix) && key.count > prefix.count {
      return make(String(key.dropFirst(prefix.count)))
    }
    return switch lower {
    case "node.id": .id
    case "node.hostname": .hostname
    case "node.role": .role
    case "node.ip": .address
    case "node.platform.os": .system
    case "node.platform.arch": .architecture
    default: .unknownKey
    }
  }

  private func verdict(for found: String?) -> PlacementVerdict {
    guard let found else { return .unknown }
    return (found.lowercased() == value.lowercased()) == isEquality ? .satisfied : .unsatisfied
  }

  private func verdict(forAddress address: String?) -> PlacementVerdict {
    // A value that is neither an address nor a network is fulfilled by no node, with either sign.
    guard let range = AddressRange(value) else { return .unsatisfied }
    guard let address else { return .unknown }
    return range.contains(address) == isEquality ? .satisfied : .unsatisfied
  }
}

/// Whether a node fulfils a constraint.
package enum PlacementVerdict: Sendable, Hashable {
  /// It does.
  case satisfied
  /// It does not.
  case unsatisfied
  /// What the constraint looks at is not known of the node.
  case unknown
}
