/// Command lines, which the client splits into words itself.
enum ComposeWords {
  /// Why a command line is refused; `nil` where it isn't. Words are split as `google/shlex` does.
  static func problem(withCommand text: String) -> String? {
    enum State { case between, word, escape, quoted(Character), quotedEscape, comment }
    func isBetween(_ state: State) -> Bool { if case .between = state { true } else { false } }
    var state = State.between
    for character in text {
      switch state {
      case .between, .word:
        switch character {
        case "\\": state = .escape
        case "'", "\"": state = .quoted(character)
        case "#" where isBetween(state): state = .comment
        case " ", "\t", "\r", "\n": state = .between
        default: state = .word
        }
      case .escape: state = .word
      case .quoted("\"") where character == "\\": state = .quotedEscape
      case .quoted(let end): if character == end { state = .word }
      case .quotedEscape: state = .quoted("\"")
      case .comment: if character == "\n" { state = .between }
      }
    }
    switch state {
    case .quoted: return "EOF found when expecting closing quote"
    case .escape, .quotedEscape: return "EOF found after escape character"
    case .between, .word, .comment: return nil
    }
  }
}
