/// Breaks a command line so that it can still be copied into a shell: at spaces outside of quotes, with a backslash.
enum CommandWrapping {
  /// The lines of `command`, at most `columns` wide where its words allow that.
  static func wrap(_ command: String, to columns: Int) -> [String] {
    let command = PlainText.line(command)
    guard DisplayWidth.of(command) > columns else { return [command] }
    var lines: [String] = []
    var current = ""
    for word in words(of: command) {
      if current.isEmpty {
        current = lines.isEmpty ? word : "  " + word
      } else if DisplayWidth.of(current) + 1 + DisplayWidth.of(word) + 2 <= columns {
        current += " " + word
      } else {
        lines.append(current + " \\")
        current = "  " + word
      }
    }
    return lines + [current]
  }

  private static func words(of command: String) -> [String] {
    var words: [String] = []
    var word = ""
    var quote: Character?
    var isEscaped = false
    for character in command {
      if character == " ", quote == nil, !isEscaped {
        if !word.isEmpty { words.append(word) }
        word = ""
        continue
      }
      word.append(character)
      if isEscaped {
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if character == quote {
        quote = nil
      } else if quote == nil, character == "'" || character == "\"" {
        quote = character
      }
    }
    return word.isEmpty ? words : words + [word]
  }
}
