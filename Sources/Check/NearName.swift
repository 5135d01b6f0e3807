import Values

/// The intended name, if there is no doubt about it.
enum NearName {
  /// The one known name that is near; `nil` where there is none, or more than one.
  static func only(_ word: String, among known: some Sequence<String>) -> String? {
    guard let near = Suggestion.closest(to: word, among: known) else { return nil }
    return Suggestion.closest(to: word, among: known.filter { $0 != near }) == nil ? near : nil
  }
}
