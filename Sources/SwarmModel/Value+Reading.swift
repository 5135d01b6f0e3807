import Values

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
