import LuaSyntax
import Values

/// Which lines of Lua files the tests have executed, of those that do something.
public struct CoverageReport: Sendable {
  /// One file's.
  public struct File: Sendable {
    /// Its name.
    public let name: String
    /// The numbers of the lines at which a statement begins, from 1.
    public let lines: Set<Int>
    /// Those of them that were never executed.
    public let missing: [Int]
    /// From 0 to 1.
    public var share: Double { lines.isEmpty ? 1 : 1 - Double(missing.count) / Double(lines.count) }
  }

  /// The files, by their names.
  public let files: [File]

  /// - Parameters:
  ///   - executed: the executed lines by the files' names.
  ///   - text: the text of a file; `nil` leaves it out.
  public init(executed: [String: Set<Int>], text: (String) -> String?) {
    files = executed.keys.sorted().compactMap { name in
      guard let text = text(name), let statements = try? StatementLines(text).statements else { return nil }
      let found = executed[name] ?? []
      let missing = statements.filter { $0.own.isDisjoint(with: found) }
      return File(name: name, lines: Set(statements.map(\.line)), missing: Set(missing.map(\.line)).sorted())
    }
  }

  /// Numbers that follow each other become `3-5`.
  public static func ranges(_ numbers: [Int]) -> String {
    var ranges: [(first: Int, last: Int)] = []
    for number in numbers {
      if let last = ranges.last, last.last == number - 1 {
        ranges[ranges.count - 1].last = number
      } else {
        ranges.append((number, number))
      }
    }
    return ranges.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)-\($0.last)" }.joined(separator: ", ")
  }
}
