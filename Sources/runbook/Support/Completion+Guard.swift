import ArgumentParser

extension Completion {
  /// What a shell is offered for a word, made by this program.
  ///
  /// - Parameter offers: gets the words of the command line and the beginning of the one to complete.
  static func guarded(_ offers: @escaping @Sendable ([String], String) async -> [String]) -> CompletionKind {
    .custom { (words: [String], _: Int, beginning: String) async in
      await offers(words, beginning).filter(isPlain).map(escaped)
    }
  }

  /// Whether a shell takes the text as it is. bash expands what it is offered, and others choose the names of steps,
  /// files and hosts. So texts with more than letters, digits, blanks and a few signs are offered in no shell.
  static func isPlain(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, !"~-".unicodeScalars.contains(first) else { return false }
    return text.unicodeScalars.allSatisfy { scalar in
      scalar == " " || "-_./:=@,+%".unicodeScalars.contains(scalar) || scalar.properties.isAlphabetic
        || scalar.properties.numericType != nil || scalar.properties.generalCategory == .nonspacingMark
    }
  }

  /// In zsh a colon ends what is offered, and its description follows.
  private static func escaped(_ text: String) -> String {
    CompletionShell.requesting == .zsh ? text.replacing(":", with: "\\:") : text
  }
}
