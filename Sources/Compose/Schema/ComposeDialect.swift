import YAMLTree

/// How a version of Docker's client reads compose files. The rules were tried on 20.10.24, 26.1.5 and 28.5.2.
package struct ComposeDialect: Sendable, Hashable {
  /// Whether `y`, `no`, `on` and the like are truth values, as in YAML 1.1; `nil` where they may be either.
  var hasOldFlags: Bool?
  /// Whether sizes follow a fixed pattern (`1.5 GiB`, also `1ki`); since then any number of Go's may come before the
  /// unit (`.5g`, `1e3`). `nil` where they may be either.
  var hasOldSizes: Bool?
  /// Whether a key that is written twice in a mapping is refused.
  var refusesRepeatedKeys: Bool
  /// Whether a file may do without `version`.
  var mayLackVersion: Bool
  /// The highest version 3.N that is known; what no version means.
  var highestVersion: Int
  /// The version 3.N that `3` means.
  var plainVersion: Int { mayLackVersion ? highestVersion : 0 }
  /// Whether `replicas: 0` of a later file is left aside.
  var ignoresNoReplicas: Bool
  /// The version, for messages.
  package let name: String

  /// Docker 20.10.
  package static let docker20 = ComposeDialect(
    hasOldFlags: true, hasOldSizes: true, refusesRepeatedKeys: false, mayLackVersion: false, highestVersion: 9,
    ignoresNoReplicas: true,
    name: "20.10")
  /// Docker 26.1.
  package static let docker26 = ComposeDialect(
    hasOldFlags: true, hasOldSizes: true, refusesRepeatedKeys: false, mayLackVersion: true, highestVersion: 12,
    ignoresNoReplicas: false,
    name: "26.1")
  /// Docker 28.5.
  package static let docker28 = ComposeDialect(
    hasOldFlags: false, hasOldSizes: false, refusesRepeatedKeys: true, mayLackVersion: true, highestVersion: 13,
    ignoresNoReplicas: false,
    name: "28.5")
  /// A client whose version is not known: what one of them takes is taken.
  package static let any = ComposeDialect(
    hasOldFlags: nil, hasOldSizes: nil, refusesRepeatedKeys: false, mayLackVersion: true, highestVersion: 13,
    ignoresNoReplicas: false,
    name: "any")

  /// The rules of a version such as `26.1.5+dfsg1`: those of the next older one that was tried. ``any`` for no version.
  package init(clientVersion: String) {
    let numbers = clientVersion.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
    switch numbers.first {
    case nil: self = .any
    case .some(..<23): self = .docker20
    case .some(..<28): self = .docker26
    default: self = .docker28
    }
  }

  private init(
    hasOldFlags: Bool?, hasOldSizes: Bool?, refusesRepeatedKeys: Bool, mayLackVersion: Bool, highestVersion: Int,
    ignoresNoReplicas: Bool,
    name: String
  ) {
    self.hasOldFlags = hasOldFlags
    self.hasOldSizes = hasOldSizes
    self.refusesRepeatedKeys = refusesRepeatedKeys
    self.mayLackVersion = mayLackVersion
    self.highestVersion = highestVersion
    self.ignoresNoReplicas = ignoresNoReplicas
    self.name = name
  }

  /// Those that were tried.
  package static let known = [docker20, docker26, docker28]

  /// The rules for YAML: of several documents the first is read, and what has an unknown tag is text.
  var yamlRules: YAMLRules {
    var rules = YAMLRules()
    rules.foreignTags = .kept
    rules.repeatedKeys = refusesRepeatedKeys ? .refused : .lastWins
    rules.takesFirstDocument = true
    rules.refusesNewerVersions = true
    rules.ownTags = .binding(bareIsText: hasOldFlags == true)
    return rules
  }
}

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
