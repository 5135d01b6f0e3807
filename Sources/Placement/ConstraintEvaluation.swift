extension PlacementConstraint {
  /// Whether a node fulfils this constraint. A key that swarmkit does not know is fulfilled by no node.
  public func evaluate(against node: NodeFacts) -> PlacementVerdict {
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
  public func explanation(for node: NodeFacts) -> String {
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
