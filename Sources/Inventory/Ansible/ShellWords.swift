/// The words of a line as Python's `shlex` parts them, which Ansible uses: quotes and backslashes as in a shell, and
/// `#` ends the line wherever it is outside of quotes, also inside a word.
enum ShellWords {
  /// Why a line has no words.
  struct Mistake: Error {
    let problem: String
  }

  static func split(_ line: Substring) throws(Mistake) -> [String] {
    var words: [String] = []
    // Grown in its place: a value may be as long as the file.
    var word = ""
    // A pair of quotes with nothing inside is a word, too.
    var isInWord = false
    func end() {
      if isInWord { words.append(word) }
      word = ""
      isInWord = false
    }
    var quote: Character?
    var rest = line.makeIterator()
    while let character = rest.next() {
      if let open = quote {
        if character == open {
          quote = nil
        } else if character == "\\", open == "\"" {
          guard let next = rest.next() else { throw Mistake(problem: "a quote is not closed") }
          // Inside of quotes a backslash is literal before all but a quote and another one.
          if next != open, next != "\\" { word.append("\\") }
          word.append(next)
        } else {
          word.append(character)
        }
        continue
      }
      switch character {
      case "\"", "'":
        quote = character
        isInWord = true
      case "\\":
        guard let next = rest.next() else { throw Mistake(problem: "nothing follows the backslash at its end") }
        word.append(next)
        isInWord = true
      case " ", "\t", "\r", "\n": end()
      case "#":
        end()
        return words
      default:
        word.append(character)
        isInWord = true
      }
    }
    guard quote == nil else { throw Mistake(problem: "a quote is not closed") }
    end()
    return words
  }
}
