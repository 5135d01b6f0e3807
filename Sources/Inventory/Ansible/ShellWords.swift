/// The words of a line as Python's `shlex` parts them, which Ansible uses: quotes and backslashes as in a shell, and `#`
/// ends the line wherever it stands outside of quotes, also inside a word.
enum ShellWords {
  /// Why a line has no words.
  struct Mistake: Error {
    let problem: String
  }

  static func split(_ line: Substring) throws(Mistake) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var rest = line.makeIterator()
    while let character = rest.next() {
      if let open = quote {
        if character == open {
          quote = nil
        } else if character == "\\", open == "\"" {
          guard let next = rest.next() else { throw Mistake(problem: "a quote is not closed") }
          // Inside of quotes a backslash stands for itself before all but a quote and another one.
          word = (word ?? "") + (next == open || next == "\\" ? "" : "\\") + String(next)
        } else {
          word = (word ?? "") + String(character)
        }
        continue
      }
      switch character {
      case "\"", "'":
        quote = character
        word = word ?? ""
      case "\\":
        guard let next = rest.next() else { throw Mistake(problem: "nothing follows the backslash at its end") }
        word = (word ?? "") + String(next)
      case " ", "\t", "\r", "\n":
        if let whole = word { words.append(whole) }
        word = nil
      case "#":
        if let whole = word { words.append(whole) }
        return words
      default: word = (word ?? "") + String(character)
      }
    }
    guard quote == nil else { throw Mistake(problem: "a quote is not closed") }
    if let word { words.append(word) }
    return words
  }
}
