/// How two texts differ, line by line.
struct LineDiff {
  /// What a line is in the comparison.
  enum Mark: String {
    /// In both texts.
    case same = " "
    /// In the first only.
    case removed = "-"
    /// In the second only.
    case added = "+"
  }

  /// A stretch of lines with differences, and the lines around them.
  struct Hunk {
    /// The number of its first line in each text, from 1.
    var oldStart: Int
    var newStart: Int
    var lines: [(mark: Mark, text: String)]

    /// Its heading, as in `diff -u`.
    var heading: String {
      let old = lines.count { $0.mark != .added }
      let new = lines.count { $0.mark != .removed }
      return "@@ -\(old == 0 ? oldStart - 1 : oldStart),\(old) +\(new == 0 ? newStart - 1 : newStart),\(new) @@"
    }
  }

  /// The hunks in the order of the texts; none when these are equal.
  let hunks: [Hunk]

  /// Compares two texts. `context` lines around each difference are kept.
  init(_ old: String, _ new: String, context: Int = 2) {
    let all = Self.merged(Self.lines(old), Self.lines(new))
    var hunks: [Hunk] = []
    var isOpenUntil = -1
    for index in all.indices where all[index].mark != .same {
      let first = max(index - context, isOpenUntil + 1, 0)
      let last = min(index + context, all.count - 1)
      if hunks.isEmpty || first > isOpenUntil + 1 {
        hunks.append(Hunk(oldStart: all[first].old, newStart: all[first].new, lines: []))
      }
      let from = max(first, isOpenUntil + 1)
      if from <= last { hunks[hunks.count - 1].lines += all[from...last].map { ($0.mark, $0.text) } }
      isOpenUntil = max(isOpenUntil, last)
    }
    self.hunks = hunks
  }

  private static func lines(_ text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  /// All lines of both in one order, each with its number in either text.
  private static func merged(_ old: [String], _ new: [String]) -> [(mark: Mark, text: String, old: Int, new: Int)] {
    var removed: Set<Int> = [], added: Set<Int> = []
    for change in new.difference(from: old) {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): added.insert(offset)
      }
    }
    var merged: [(mark: Mark, text: String, old: Int, new: Int)] = []
    var i = 0, j = 0
    while i < old.count || j < new.count {
      if i < old.count, removed.contains(i) {
        merged.append((.removed, old[i], i + 1, j + 1))
        i += 1
      } else if j < new.count, added.contains(j) {
        merged.append((.added, new[j], i + 1, j + 1))
        j += 1
      } else {
        merged.append((.same, old[i], i + 1, j + 1))
        i += 1
        j += 1
      }
    }
    return merged
  }
}
