import Values

// Docker leaves out what is empty, writes `null` for an empty list, and adds members with each version: reading is
// lenient, and gives the empty value for what is not there.
extension Value {
  func text(_ member: String) -> String { self[member]?.stringValue ?? "" }

  func integer(_ member: String) -> Int64 { self[member]?.integerValue ?? 0 }

  /// Another number than the member has, for what an engine redoes when it changes: the next, or 0 after the greatest.
  func next(_ member: String) -> Int64 { integer(member) == .max ? 0 : integer(member) + 1 }

  func flag(_ member: String) -> Bool { self[member]?.boolValue ?? false }

  func list(_ member: String) -> [Value] { self[member]?.arrayValue ?? [] }

  func texts(_ member: String) -> [String] { list(member).compactMap(\.stringValue) }

  func map(_ member: String) -> [String: String] {
    (self[member]?.objectValue ?? [:]).compactMapValues(\.stringValue)
  }

  func child(_ member: String) -> Value { self[member] ?? .null }

  /// The same object with one member set, all others kept.
  func setting(_ member: String, to value: Value) -> Value {
    var members = objectValue ?? [:]
    members[member] = value
    return .object(members)
  }

  /// The same object without one member.
  func removing(_ member: String) -> Value {
    var members = objectValue ?? [:]
    members[member] = nil
    return .object(members)
  }

  /// The elements, when the answer is a list or nothing.
  func elements() throws -> [Value] {
    if case .null = self { return [] }
    guard let elements = arrayValue else {
      throw Failure(.engineBadAnswer, "the Docker engine did not answer with a list")
    }
    return elements
  }

  /// Itself, when the answer is an object.
  func object() throws -> Value {
    guard case .object = self else {
      throw Failure(.engineBadAnswer, "the Docker engine did not answer with an object")
    }
    return self
  }
}

extension String {
  /// `nil` for an empty text.
  var nonEmpty: String? { isEmpty ? nil : self }
}
