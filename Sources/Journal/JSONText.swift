import Foundation
import Values

/// JSON as the journal keeps it: integers and floating point stay apart, members are in a stable order.
enum JSONText {
  /// How deep arrays and objects may be nested, so that a hostile text can't exhaust the stack.
  static let depthLimit = 512

  /// Writes plain data. Secrets stand as their placeholder and bytes as base64: what must come back is marked before.
  static func write(_ value: Value) -> String {
    var text = ""
    write(value, into: &text)
    return text
  }

  private static func write(_ value: Value, into text: inout String) {
    switch value {
    case .null: text += "null"
    case .bool(let flag): text += flag ? "true" : "false"
    case .integer(let number): text += String(number)
    // Swift's description is the shortest that reads back as the same double, and always has a point or an exponent.
    case .number(let number): text += number.isFinite ? number.description : "null"
    case .string(let string): write(string, into: &text)
    case .bytes(let bytes): write(Data(bytes).base64EncodedString(), into: &text)
    case .secret: write(Secret.placeholder, into: &text)
    case .array(let elements):
      text += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { text += "," }
        write(element, into: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        if index > 0 { text += "," }
        write(member.key, into: &text)
        text += ":"
        write(member.value, into: &text)
      }
      text += "}"
    }
  }

  private static func write(_ string: String, into text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
