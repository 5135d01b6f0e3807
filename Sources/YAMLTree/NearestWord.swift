/// Finds what a person may have meant by a word that is not known.
public enum NearestWord {
  /// The known word that takes the fewest changes, when that is few enough to be a slip: one change for up to four
  /// letters, two up to eight, three beyond.
  public static func to(_ word: String, in known: some Sequence<String>) -> String? {
    let allowed = word.count <= 4 ? 1 : word.count <= 8 ? 2 : 3
    let near = known.map { (word: $0, changes: distance(word.lowercased(), $0.lowercased())) }
      .filter { $0.changes <= allowed }
    return near.min { ($0.changes, $0.word) < ($1.changes, $1.word) }?.word
  }

  /// How many letters must be put in, left out, replaced or swapped with the next (optimal string alignment).
  static func distance(_ left: String, _ right: String) -> Int {
    let left = Array(left)
    let right = Array(right)
    var before: [Int] = []
    var previous = Array(0...right.count)
    for row in 0..<left.count {
      var current = [row + 1]
      for column in 0..<right.count {
        let isSame = left[row] == right[column]
        var best = min(previous[column] + (isSame ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          best = min(best, before[column - 1] + 1)
        }
        current.append(best)
      }
      before = previous
      previous = current
    }
    return previous[right.count]
  }
}
