import Foundation
import Values

/// JSON text to and from ``Value``, so that what we do not model passes through unchanged.
enum JSONText {
  /// Reads one JSON document.
  static func decode(_ bytes: some Sequence<UInt8>) throws -> Value {
    try JSONDecoder().decode(Node.self, from: Data(bytes)).value
  }

  /// Writes a request body. A ``Secret`` is written in clear: the result goes to the engine and nowhere else.
  static func encode(_ value: Value) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes]
    return Array(try encoder.encode(Node(value: value)))
  }

  /// Carries the conformance, which `Value` itself does not promise.
  private struct Node: Codable {
    let value: Value

    init(value: Value) { self.value = value }

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        value = .null
      } else if let text = try? container.decode(String.self) {
        value = .string(text)
      } else if let flag = try? container.decode(Bool.self) {
        value = .bool(flag)
      } else if let number = try? container.decode(Int64.self) {
        value = .integer(number)
      } else if let number = try? container.decode(Double.self) {
        value = .number(number)
      } else if let elements = try? container.decode([Node].self) {
        value = .array(elements.map(\.value))
      } else {
        value = .object(try container.decode([String: Node].self).mapValues(\.value))
      }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch value {
      case .null: try container.encodeNil()
      case .bool(let flag): try container.encode(flag)
      case .integer(let number): try container.encode(number)
      case .number(let number): try container.encode(number)
      case .string(let text): try container.encode(text)
      case .array(let elements): try container.encode(elements.map(Node.init))
      case .object(let members): try container.encode(members.mapValues(Node.init))
      case .secret(let secret): try container.encode(secret.reveal())
      case .bytes:
        throw EncodingError.invalidValue(
          "bytes", .init(codingPath: encoder.codingPath, debugDescription: "JSON has no bytes that are not text"))
      }
    }
  }
}
