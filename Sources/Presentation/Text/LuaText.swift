import Values

/// A value as Lua would write it, for people. Secrets are shown as `‹secret›`, hosts by their names.
package enum LuaText {
  /// In one line of at most `limit` characters; the rest is cut off.
  package static func line(_ value: Value, limit: Int = .max) -> String {
    let text = PlainText.line(write(value))
    return text.count > limit ? text.prefix(max(0, limit - 1)) + "…" : text
  }

  /// Over several lines when one of `columns` is too short.
  package static func lines(_ value: Value, columns: Int) -> [String] {
    lines(value, columns: columns, indentation: "")
  }

  private static func lines(_ value: Value, columns: Int, indentation: String) -> [String] {
    let whole = indentation + PlainText.line(write(value))
    if DisplayWidth.of(whole) <= columns { return [whole] }
    switch value {
    case .array(let elements):
      return block(elements.map { ("", $0) }, columns, indentation)
    case .object(let members) where host(members) == nil:
      return block(members.sorted { $0.key < $1.key }.map { (key($0.key) + " = ", $0.value) }, columns, indentation)
    default:
      return [whole]
    }
  }

  private static func block(_ members: [(name: String, value: Value)], _ columns: Int, _ indentation: String)
    -> [String]
  {
    let inner = indentation + "  "
    return [indentation + "{"]
      + members.flatMap { member -> [String] in
        var lines = lines(member.value, columns: columns - DisplayWidth.of(member.name) - 1, indentation: inner)
        lines[0] = inner + PlainText.line(member.name) + lines[0].dropFirst(inner.count)
        lines[lines.count - 1] += ","
        return lines
      } + [indentation + "}"]
  }

  private static func write(_ value: Value) -> String {
    switch value {
    case .null: "nil"
    case .bool(let flag): String(flag)
    case .integer(let number): String(number)
    case .number(let number): String(number)
    case .string(let text): quoted(text)
    case .bytes(let bytes): "‹\(bytes.count) bytes›"
    case .secret: Secret.placeholder
    case .array(let elements):
      elements.isEmpty ? "{}" : "{ " + elements.map(write).joined(separator: ", ") + " }"
    case .object(let members) where Concealed.opened(members) != nil: Secret.placeholder
    case .object(let members):
      host(members)
        ?? (members.isEmpty
          ? "{}"
          : "{ "
            + members.sorted { $0.key < $1.key }.map { "\(key($0.key)) = \(write($0.value))" }
            .joined(separator: ", ") + " }")
    }
  }

  /// In data, a host is an object with this one member.
  private static func host(_ members: [String: Value]) -> String? {
    members.count == 1 ? members["$host"]?.stringValue : nil
  }

  private static func key(_ name: String) -> String {
    let isName =
      name.first?.isNumber == false && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    return isName ? name : "[\(quoted(name))]"
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += "\\\(scalar.value)"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
