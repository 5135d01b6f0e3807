/// Writes `Codable` types as ``Value``s. Secrets, bytes and failures stay what they are, which no text format offers.
package struct ValueEncoder: Sendable {
  /// Has nothing to be set.
  package init() {}

  /// The type as data: a struct is an object of its members, and a member that is `nil` is left out.
  ///
  /// - Throws: `EncodingError` for an unsigned integer above the largest ``Value/integer(_:)``.
  package func encode(_ value: some Encodable) throws -> Value { try Encoding.value(of: value, at: []) }
}

/// Reads `Codable` types from ``Value``s.
///
/// Data may come from an older or a newer version: unknown members are ignored, and one that is missing or of another
/// type reads as the empty value of its type (`false`, 0, no text, no elements).
package struct ValueDecoder: Sendable {
  /// Has nothing to be set.
  package init() {}

  /// - Throws: `DecodingError` if a type has no empty value and no value was found.
  package func decode<T: Decodable>(_ type: T.Type = T.self, from value: Value) throws -> T {
    try Decoding.value(type, from: value, at: [])
  }
}

extension Value: Codable {
  /// - Throws: `EncodingError` with another encoder than ``ValueEncoder``, to which a secret must not go.
  package func encode(to encoder: any Encoder) throws {
    guard let encoder = encoder as? Encoding else {
      throw EncodingError.invalidValue(
        self, .init(codingPath: encoder.codingPath, debugDescription: "a Value is written by ValueEncoder only"))
    }
    encoder.node.value = self
  }

  /// - Throws: `DecodingError` with another decoder than ``ValueDecoder``.
  package init(from decoder: any Decoder) throws {
    guard let decoder = decoder as? Decoding else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "a Value is read by ValueDecoder only"))
    }
    self = decoder.value
  }
}

extension Secret: Codable {
  /// See ``Value/encode(to:)``.
  package func encode(to encoder: any Encoder) throws { try Value.secret(self).encode(to: encoder) }

  /// See ``Value/init(from:)``.
  package init(from decoder: any Decoder) throws {
    guard case .secret(let secret) = try Value(from: decoder) else {
      throw DecodingError.typeMismatch(
        Secret.self, .init(codingPath: decoder.codingPath, debugDescription: "not a secret"))
    }
    self = secret
  }
}

extension Failure: Codable {
  /// As ``value``.
  package func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }

  /// Reads what ``value`` wrote.
  package init(from decoder: any Decoder) throws { self.init(value: try Value(from: decoder)) }
}

// MARK: Writing

/// Where a value is put together.
private final class Node {
  var value = Value.null
  var members: [String: Node]?
  var elements: [Node]?

  func whole() -> Value {
    if let members { return .object(members.mapValues { $0.whole() }) }
    if let elements { return .array(elements.map { $0.whole() }) }
    return value
  }
}

private struct Encoding: Encoder {
  let codingPath: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any] = [:]
  let node = Node()

  static func value<T: Encodable>(of value: T, at path: [any CodingKey]) throws -> Value {
    if let value = value as? Value { return value }
    let encoding = Encoding(codingPath: path)
    try value.encode(to: encoding)
    return encoding.node.whole()
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if node.members == nil { node.members = [:] }
    return KeyedEncodingContainer(Members(codingPath: codingPath, node: node))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if node.elements == nil { node.elements = [] }
    return Elements(codingPath: codingPath, node: node)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { Single(codingPath: codingPath, node: node) }

  private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let codingPath: [any CodingKey]
    let node: Node

    func put(_ value: Value, _ key: Key) {
      let member = Node()
      member.value = value
      node.members?[key.stringValue] = member
    }

    mutating func encodeNil(forKey key: Key) { put(.null, key) }
    mutating func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
      put(try Encoding.value(of: value, at: codingPath + [key]), key)
    }
    mutating func nestedContainer<NestedKey: CodingKey>(
      keyedBy type: NestedKey.Type, forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> { nested(key).container(keyedBy: type) }
    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
      nested(key).unkeyedContainer()
    }
    mutating func superEncoder() -> any Encoder { Encoding(codingPath: codingPath) }
    mutating func superEncoder(forKey key: Key) -> any Encoder { nested(key) }

    private func nested(_ key: Key) -> Encoding {
      let encoding = Encoding(codingPath: codingPath + [key])
      node.members?[key.stringValue] = encoding.node
      return encoding
    }
  }

  private struct Elements: UnkeyedEncodingContainer {
    let codingPath: [any CodingKey]
    let node: Node
    var count: Int { node.elements?.count ?? 0 }

    private func nested() -> Encoding {
      let encoding = Encoding(codingPath: codingPath)
      node.elements?.append(encoding.node)
      return encoding
    }

    mutating func encodeNil() { _ = nested() }
    mutating func encode<T: Encodable>(_ value: T) throws {
      nested().node.value = try Encoding.value(of: value, at: codingPath)
    }
    mutating func nestedContainer<NestedKey: CodingKey>(
      keyedBy type: NestedKey.Type
    ) -> KeyedEncodingContainer<NestedKey> { nested().container(keyedBy: type) }
    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { nested().unkeyedContainer() }
    mutating func superEncoder() -> any Encoder { nested() }
  }

  private struct Single: SingleValueEncodingContainer {
    let codingPath: [any CodingKey]
    let node: Node

    mutating func encodeNil() { node.value = .null }
    mutating func encode<T: Encodable>(_ value: T) throws {
      switch value {
      case let flag as Bool: node.value = .bool(flag)
      case let text as String: node.value = .string(text)
      case let number as Double: node.value = .number(number)
      case let number as Float: node.value = .number(Double(number))
      case let number as any BinaryInteger:
        guard let whole = Int64(exactly: number) else {
          throw EncodingError.invalidValue(
            value, .init(codingPath: codingPath, debugDescription: "larger than any integer of the data model"))
        }
        node.value = .integer(whole)
      default: node.value = try Encoding.value(of: value, at: codingPath)
      }
    }
  }
}

// MARK: Reading

private struct Decoding: Decoder {
  let value: Value
  let codingPath: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any] = [:]

  static func value<T: Decodable>(_ type: T.Type, from value: Value, at path: [any CodingKey]) throws -> T {
    if let value = value as? T { return value }
    return try T(from: Decoding(value: value, codingPath: path))
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(Members(members: value.objectValue ?? [:], codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedDecodingContainer {
    Elements(elements: value.arrayValue ?? [], codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { Single(value: value, codingPath: codingPath) }

  private struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let members: [String: Value]
    let codingPath: [any CodingKey]
    var allKeys: [Key] { members.keys.compactMap(Key.init(stringValue:)) }

    func contains(_ key: Key) -> Bool { members[key.stringValue] != nil }
    func decodeNil(forKey key: Key) -> Bool { (members[key.stringValue] ?? .null) == .null }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
      try Decoding.value(type, from: members[key.stringValue] ?? .null, at: codingPath + [key])
    }
    /// A value of another type counts as missing. A written null is a value where any value may be.
    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
      guard let value = members[key.stringValue] else { return nil }
      if let any = value as? T { return any }
      guard value != .null else { return nil }
      return try? Decoding.value(type, from: value, at: codingPath + [key])
    }
    func nestedContainer<NestedKey: CodingKey>(
      keyedBy type: NestedKey.Type, forKey key: Key
    ) -> KeyedDecodingContainer<NestedKey> { nested(key).container(keyedBy: type) }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedDecodingContainer { nested(key).unkeyedContainer() }
    func superDecoder() -> any Decoder { Decoding(value: .object(members), codingPath: codingPath) }
    func superDecoder(forKey key: Key) -> any Decoder { nested(key) }

    private func nested(_ key: Key) -> Decoding {
      Decoding(value: members[key.stringValue] ?? .null, codingPath: codingPath + [key])
    }
  }

  private struct Elements: UnkeyedDecodingContainer {
    let elements: [Value]
    let codingPath: [any CodingKey]
    var currentIndex = 0
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    init(elements: [Value], codingPath: [any CodingKey]) {
      self.elements = elements
      self.codingPath = codingPath
    }

    private mutating func next() throws -> Decoding {
      guard !isAtEnd else {
        throw DecodingError.valueNotFound(
          Value.self, .init(codingPath: codingPath, debugDescription: "no further element"))
      }
      defer { currentIndex += 1 }
      return Decoding(value: elements[currentIndex], codingPath: codingPath)
    }

    mutating func decodeNil() -> Bool {
      guard !isAtEnd, elements[currentIndex] == .null else { return false }
      currentIndex += 1
      return true
    }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
      try Decoding.value(type, from: try next().value, at: codingPath)
    }
    mutating func nestedContainer<NestedKey: CodingKey>(
      keyedBy type: NestedKey.Type
    ) throws -> KeyedDecodingContainer<NestedKey> { try next().container(keyedBy: type) }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { try next() }
  }

  private struct Single: SingleValueDecodingContainer {
    let value: Value
    let codingPath: [any CodingKey]

    func decodeNil() -> Bool { value == .null }
    func decode(_ type: Bool.Type) -> Bool { value.boolValue ?? false }
    func decode(_ type: String.Type) -> String { value.stringValue ?? "" }
    func decode(_ type: Double.Type) -> Double { number ?? 0 }
    func decode(_ type: Float.Type) -> Float { Float(number ?? 0) }
    func decode<T: FixedWidthInteger & Decodable>(_ type: T.Type) -> T { whole() }
    func decode(_ type: Int.Type) -> Int { whole() }
    func decode(_ type: Int8.Type) -> Int8 { whole() }
    func decode(_ type: Int16.Type) -> Int16 { whole() }
    func decode(_ type: Int32.Type) -> Int32 { whole() }
    func decode(_ type: Int64.Type) -> Int64 { whole() }
    func decode(_ type: UInt.Type) -> UInt { whole() }
    func decode(_ type: UInt8.Type) -> UInt8 { whole() }
    func decode(_ type: UInt16.Type) -> UInt16 { whole() }
    func decode(_ type: UInt32.Type) -> UInt32 { whole() }
    func decode(_ type: UInt64.Type) -> UInt64 { whole() }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try Decoding.value(type, from: value, at: codingPath) }

    private var number: Double? {
      switch value {
      case .integer(let number): Double(number)
      case .number(let number): number
      default: nil
      }
    }

    private func whole<T: FixedWidthInteger>() -> T {
      switch value {
      case .integer(let number): T(exactly: number) ?? 0
      case .number(let number): T(exactly: number) ?? 0
      default: 0
      }
    }
  }
}
