import Foundation

/// JSON text to and from ``Value``, by Foundation's coders. Members are in the order of their names.
package enum JSON {
  /// How secrets are written.
  package enum Secrets: Sendable, Hashable {
    /// They are written in clear: the text goes only to those who may read them.
    case revealed
    /// They are written as ``Secret/placeholder``.
    case hidden
    /// They are an error.
    case refused
  }

  /// Reads one JSON document. A number without a fraction is an integer, as far as 64 bits go.
  package static func decode(_ bytes: some Sequence<UInt8>) throws -> Value {
    try JSONDecoder().decode(Node.self, from: Data(bytes)).value
  }

  /// Reads one JSON document.
  package static func decode(_ text: String) throws -> Value { try decode(text.utf8) }

  /// Writes a document. Bytes that are not text, and numbers that are not finite, are an error.
  package static func encode(_ value: Value, secrets: Secrets, isPretty: Bool = false) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting =
      isPretty ? [.withoutEscapingSlashes, .sortedKeys, .prettyPrinted] : [.withoutEscapingSlashes, .sortedKeys]
    return String(decoding: try encoder.encode(Node(value: value, secrets: secrets)), as: UTF8.self)
  }

  /// Carries the conformance, which `Value` itself does not promise: how to write a secret must be chosen.
  private struct Node: Codable {
    let value: Value
    var secrets = Secrets.refused

    init(value: Value, secrets: Secrets) {
      self.value = value
      self.secrets = secrets
    }

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
      func refuse(_ what: String) -> EncodingError {
        .invalidValue(what, .init(codingPath: encoder.codingPath, debugDescription: "JSON can't hold \(what)"))
      }
      switch value {
      case .null: try container.encodeNil()
      case .bool(let flag): try container.encode(flag)
      case .integer(let number): try container.encode(number)
      case .number(let number): try container.encode(number)
      case .string(let text): try container.encode(text)
      case .array(let elements): try container.encode(elements.map { Node(value: $0, secrets: secrets) })
      case .object(let members): try container.encode(members.mapValues { Node(value: $0, secrets: secrets) })
      case .bytes: throw refuse("bytes that are not text")
      case .secret(let secret):
        switch secrets {
        case .revealed: try container.encode(secret.reveal())
        case .hidden: try container.encode(Secret.placeholder)
        case .refused: throw refuse("a secret")
        }
      }
    }
  }
}
