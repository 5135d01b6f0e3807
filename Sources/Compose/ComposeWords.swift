/// What the client splits into parts itself, and refuses where it can't: `HOST:CONTAINER:MODE` and command lines.
enum ComposeWords {
  /// Why a volume in its short form is refused; `nil` where it isn't (`cli/compose/loader/volume.go`).
  static func problem(withVolume text: String) -> String? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    return parts.contains("") ? "invalid spec: \(text): empty section between colons" : nil
  }

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
