/// Finds the known word that the user probably intended.
package enum Suggestion {
  /// The known word nearest to `word`, if one is near enough to be a typing mistake.
  package static func closest(to word: String, among known: some Sequence<String>) -> String? {
    // A longer word is not a typing mistake, and comparing takes time by its length.
    guard word.utf8.count <= 64 else { return nil }
    let limit = max(1, word.count / 3)
    let ranked = known.filter { abs($0.count - word.count) <= limit }.map { ($0, distance(word, $0)) }.filter {
      $0.1 <= limit
    }
    return ranked.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
  }

  /// `did you mean X?`, or the list of known words.
  package static func hint(for word: String, among known: some Sequence<String>) -> String {
    if let near = closest(to: word, among: known) { return "did you mean \"\(near)\"?" }
    let names = known.sorted()
    return names.isEmpty ? "there is none" : "choose from: \(names.joined(separator: ", "))"
  }

  /// The number of letters to insert, remove, change or swap (optimal string alignment).
  private static func distance(_ left: String, _ right: String) -> Int {
    let a = Array(left.lowercased()), b = Array(right.lowercased())
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var beforeLast = [Int](), last = Array(0...b.count)
    for i in 1...a.count {
      var row = [i]
      for j in 1...b.count {
        var best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { best = min(best, beforeLast[j - 2] + 1) }
        row.append(best)
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
