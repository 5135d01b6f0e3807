import Values

/// An engine's answer that is not a success: the status and Docker's own words.
package struct EngineRefusal: Error, Sendable, Hashable {
  /// The HTTP status.
  package let status: Int
  /// The answer's `message`.
  package let message: String

  package init(_ status: Int, _ message: String) {
    self.status = status
    self.message = message
  }
}

// The words and statuses are those of moby's daemon/cluster and of swarmkit's control API, as Docker 20.10 says them.
extension EngineRefusal {
  static let notManager = EngineRefusal(
    503,
    "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state. Please run this "
      + "command on a manager node or promote the current node to a manager.")
  static let noSwarm = EngineRefusal(
    503,
    "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm "
      + "and try again.")
  static let notPart = EngineRefusal(503, "This node is not part of a swarm")
  static let alreadyPart = EngineRefusal(
    503,
    "This node is already part of a swarm. Use \"docker swarm leave\" to leave this swarm and join another one.")
  static let locked = EngineRefusal(
    503,
    "Swarm is encrypted and needs to be unlocked before it can be used. Please use \"docker swarm unlock\" to unlock it."
  )
  static let noLeader = EngineRefusal(
    500,
    "rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few managers are online. "
      + "Make sure more than half of the managers are online.")
  static let outOfSequence = EngineRefusal(500, "rpc error: code = Unknown desc = update out of sequence")
  static let badToken = EngineRefusal(
    400, "rpc error: code = InvalidArgument desc = A valid join token is necessary to join this cluster")

  static func failedPrecondition(_ words: String) -> EngineRefusal {
    EngineRefusal(400, "rpc error: code = FailedPrecondition desc = \(words)")
  }

  static func absent(_ kind: String, _ id: String) -> EngineRefusal { EngineRefusal(404, "\(kind) \(id) not found") }

  static func dialing(_ address: String, _ reason: String) -> EngineRefusal {
    EngineRefusal(
      500,
      "rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing dial tcp "
        + "\(address): connect: \(reason)\"")
  }
}

/// The `filters` of a request: values of one name are alternatives, different names must all hold.
package struct ModelFilters: Sendable, Hashable {
  private let values: [String: Set<String>]

  /// From the parameter's JSON, in either of the two forms that Docker takes.
  package init(_ json: Value?) {
    values = (json?.objectValue ?? [:]).mapValues { wanted in
      if let list = wanted.arrayValue, !list.isEmpty { return Set(list.compactMap(\.stringValue)) }
      return Set((wanted.objectValue ?? [:]).keys)
    }
  }

  /// Whether a value is among the wanted ones.
  func admit(_ name: String, _ value: String) -> Bool {
    guard let wanted = values[name], !wanted.isEmpty else { return true }
    return wanted.contains(value)
  }

  /// Whether one of the values begins with one of the wanted ones.
  func admit(_ name: String, prefixes: [String]) -> Bool {
    guard let wanted = values[name], !wanted.isEmpty else { return true }
    return wanted.contains { beginning in prefixes.contains { $0.hasPrefix(beginning) } }
  }

  /// Whether all wanted labels are there: `name` or `name=value`.
  func admitLabels(_ labels: [String: String], as name: String = "label") -> Bool {
    (values[name] ?? []).allSatisfy { wanted in
      let parts = wanted.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let value = labels[String(parts[0])] else { return false }
      return parts.count == 1 || value == parts[1]
    }
  }

  /// Whether an event is wanted.
  package func admit(_ event: ModelEvent) -> Bool { admit("type", event.type) }
}

// Docker leaves out what is empty, so reading gives the empty value for what is not there.
extension Value {
  func text(_ member: String) -> String { self[member]?.stringValue ?? "" }
  func integer(_ member: String) -> Int64 { self[member]?.integerValue ?? 0 }
  func flag(_ member: String) -> Bool { self[member]?.boolValue ?? false }
  func list(_ member: String) -> [Value] { self[member]?.arrayValue ?? [] }
  func texts(_ member: String) -> [String] { list(member).compactMap(\.stringValue) }
  func map(_ member: String) -> [String: String] { (self[member]?.objectValue ?? [:]).compactMapValues(\.stringValue) }
  func child(_ member: String) -> Value { self[member] ?? .null }

  func setting(_ member: String, to value: Value) -> Value {
    var members = objectValue ?? [:]
    members[member] = value
    return .object(members)
  }

  static func version(_ index: Int64) -> Value { ["Index": .integer(index)] }
  static func texts(_ texts: [String: String]) -> Value { .object(texts.mapValues { .string($0) }) }
}
