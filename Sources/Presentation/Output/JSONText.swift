import Foundation
import Values

/// JSON with its members in the order in which they were put, for output that people and programs read.
indirect enum JSONText: Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSONText])
  case object([(String, JSONText)])

  /// A value as JSON: members by name, secrets as `‹secret›`, bytes as `{"base64": …}`.
  init(_ value: Value) {
    switch value {
    case .null: self = .null
    case .bool(let flag): self = .bool(flag)
    case .integer(let number): self = .integer(number)
    case .number(let number): self = .number(number)
    case .string(let text): self = .string(text)
    case .bytes(let bytes): self = .object([("base64", .string(Data(bytes).base64EncodedString()))])
    case .array(let elements): self = .array(elements.map { JSONText($0) })
    case .object(let members) where Concealed.opened(members) != nil: self = .string(Secret.placeholder)
    case .object(let members): self = .object(members.sorted { $0.key < $1.key }.map { ($0.key, JSONText($0.value)) })
    case .secret: self = .string(Secret.placeholder)
    }
  }

  /// Text, or `null`.
  init(_ text: String?) { self = text.map { .string($0) } ?? .null }

  /// A moment: ISO 8601 in UTC with milliseconds, or `null`.
  init(_ date: Date?) {
    self = date.map { .string($0.formatted(Self.moment)) } ?? .null
  }

  /// A duration in seconds, to the millisecond, or `null`.
  init(seconds: TimeInterval?) { self = seconds.map { .number(($0 * 1000).rounded() / 1000) } ?? .null }

  private static let moment = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

  /// The text in one line.
  var line: String {
    var text = ""
    write(to: &text, indentation: nil)
    return text
  }

  /// The text over several lines, for reading.
  var pretty: String {
    var text = ""
    write(to: &text, indentation: 0)
    return text
  }

  private func write(to text: inout String, indentation: Int?) {
    switch self {
    case .null: text += "null"
    case .bool(let flag): text += flag ? "true" : "false"
    case .integer(let number): text += String(number)
    case .number(let number): text += number.isFinite ? Self.decimal(number) : "null"
    case .string(let string): Self.quote(string, to: &text)
    case .array(let elements):
      Self.list(elements, "[", "]", to: &text, indentation) { $0.write(to: &$1, indentation: $2) }
    case .object(let members):
      Self.list(members, "{", "}", to: &text, indentation) { member, text, inner in
        Self.quote(member.0, to: &text)
        text += indentation == nil ? ":" : ": "
        member.1.write(to: &text, indentation: inner)
      }
    }
  }

  private static func list<Element>(
    _ elements: [Element], _ open: String, _ close: String, to text: inout String, _ indentation: Int?,
    _ write: (Element, inout String, Int?) -> Void
  ) {
    text += open
    let inner = indentation.map { $0 + 2 }
    for (index, element) in elements.enumerated() {
      if index > 0 { text += "," }
      if let inner { text += "\n" + String(repeating: " ", count: inner) }
      write(element, &text, inner)
    }
    if let indentation, !elements.isEmpty { text += "\n" + String(repeating: " ", count: indentation) }
    text += close
  }

  private static func decimal(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : "\(number)"
  }

  /// Everything that a terminal could take for a command is written as `\u….`, because people look at JSON in
  /// terminals too.
  private static func quote(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      default:
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator:
          for unit in String(scalar).utf16 {
            let digits = String(unit, radix: 16)
            text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
          }
        default: text.unicodeScalars.append(scalar)
        }
      }
    }
    text += "\""
  }
}
