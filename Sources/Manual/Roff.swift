import Foundation

/// Text for man(7).
enum Roff {
  /// Words that appear in a page unchanged. `` `code` `` becomes bold.
  static func text(_ text: String) -> String {
    var isCode = false
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "~": result += "\\(ti"
      case "^": result += "\\(ha"
      case "`":
        isCode.toggle()
        result += isCode ? "\\fB" : "\\fR"
      default: result.append(character)
      }
    }
    return isCode ? result + "\\fR" : result
  }

  /// A line of its own. One that would begin with a control character is guarded; sentences begin on new lines.
  static func lines(_ words: String) -> String {
    words.split(separator: "\n", omittingEmptySubsequences: true).map { line in
      let text = text(line.trimmingCharacters(in: .whitespaces))
      return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
    }.joined(separator: "\n")
  }

  /// A heading.
  static func section(_ title: String) -> String { ".SH \(title.uppercased())" }

  /// A named entry with its description below.
  static func entry(_ name: String, _ description: String) -> String {
    ".TP\n.B \(text(name))\n" + (description.isEmpty ? "\\&" : lines(description))
  }
}
