import Values

/// The checked arguments of one call, by parameter name. Left-out parameters have their default or are absent.
package struct Arguments: Sendable, Hashable {
  /// The values by name. Hosts are their names; durations are seconds.
  package let values: [String: Value]

  package init(_ values: [String: Value]) { self.values = values }

  /// The value of that name, `nil` when it was left out.
  package subscript(name: String) -> Value? {
    switch values[name] {
    case .null, nil: nil
    case let value?: value
    }
  }

  /// The text of a required parameter.
  package func string(_ name: String) -> String { required(name, \.stringValue) }
  /// The text of an optional parameter.
  package func optionalString(_ name: String) -> String? { self[name]?.stringValue }
  /// The integer of a required parameter.
  package func integer(_ name: String) -> Int64 { required(name, \.integerValue) }
  /// The integer of an optional parameter.
  package func optionalInteger(_ name: String) -> Int64? { self[name]?.integerValue }
  /// A flag; false when it was left out.
  package func flag(_ name: String) -> Bool { self[name]?.boolValue ?? false }
  /// The inventory name of a host; the first where several were given.
  package func host(_ name: String) -> String { required(name) { $0.stringValue ?? $0.arrayValue?.first?.stringValue } }
  /// The inventory names of a parameter of type ``ParameterType/hosts``; empty when it was left out.
  package func hosts(_ name: String) -> [String] { self[name]?.stringValue.map { [$0] } ?? strings(name) }
  /// A list of texts; empty when it was left out.
  package func strings(_ name: String) -> [String] { (self[name]?.arrayValue ?? []).compactMap(\.stringValue) }
  /// Text keys with values; empty when it was left out.
  package func map(_ name: String) -> [String: Value] { self[name]?.objectValue ?? [:] }
  /// The members of a record; empty when it was left out.
  package func record(_ name: String) -> Arguments { Arguments(map(name)) }

  /// A duration that was given or has a default.
  package func duration(_ name: String) -> Duration? {
    switch self[name] {
    case .number(let seconds): .bounded(seconds: seconds)
    case .integer(let seconds): .bounded(seconds: Double(seconds))
    default: nil
    }
  }

  /// A secret that was given.
  package func secret(_ name: String) -> Secret? {
    switch self[name] {
    case .secret(let secret): secret
    case .string(let text): Secret(text)
    default: nil
    }
  }

  private func required<Result>(_ name: String, _ cast: (Value) -> Result?) -> Result {
    guard let value = self[name], let result = cast(value) else {
      preconditionFailure("parameter \(name) was not checked before the call")
    }
    return result
  }
}
