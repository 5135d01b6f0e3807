/// Texts as YAML scalars.
public enum YAMLScalar {
  /// The text as it is where that can't be taken for anything else, else in double quotes.
  public static func text(_ text: String) -> String {
    let isPlain =
      text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "/"),
          UInt8(ascii: "-"):
          true
        default: false
        }
      } && text.first.map { $0 != "-" && $0 != "." } == true
    let words = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
    let isNumber = Double(text) != nil || text.allSatisfy { "0123456789._xobXOBeE".contains($0) } && !text.contains(".")
    if isPlain, !words.contains(text.lowercased()), !isNumber { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      default:
        if scalar.properties.generalCategory == .control || scalar.value == 0x2028 || scalar.value == 0x2029 {
          let digits = String(scalar.value, radix: 16)
          quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          quoted.unicodeScalars.append(scalar)
        }
      }
    }
    return quoted + "\""
  }

  /// A list on one line.
  public static func list(_ texts: [String]) -> String { "[\(texts.map(text).joined(separator: ", "))]" }

  /// A text of lines below a key: as a block where every character of it is literal there, else quoted.
  ///
  /// - Parameter indent: the spaces before each line of a block.
  public static func block(_ text: String, indent: Int) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let isPlain = text.unicodeScalars.allSatisfy { scalar in
      scalar == "\n"
        || scalar.value < 0xFEFF && scalar.value != 0x2028 && scalar.value != 0x2029
          && scalar.properties.generalCategory != .control
    }
    // A block ends with one line break; a first line that is indented would be taken for the block's own indent.
    guard isPlain, text.hasSuffix("\n"), !text.hasSuffix("\n\n"), let first = lines.first(where: { !$0.isEmpty }),
      first.first != " "
    else { return Self.text(text) }
    let space = String(repeating: " ", count: indent)
    return "|\n" + lines.dropLast().map { $0.isEmpty ? "" : space + $0 }.joined(separator: "\n")
  }
}
