import Values

/// The `filters` of a request: values of one name are alternatives, different names must all hold.
public struct ModelFilters: Sendable, Hashable {
  private let values: [String: Set<String>]

  /// From the parameter's JSON, in either of the two forms that Docker takes.
  public init(_ json: Value?) {
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
  public func admit(_ event: ModelEvent) -> Bool { admit("type", event.type) }
}
