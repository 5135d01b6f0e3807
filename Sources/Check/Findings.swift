import LuaSyntax

/// Gathers what the rules find.
final class Findings {
  private(set) var all: [Finding] = []
  private var known: Set<Key> = []
  private var counts: [String: Int] = [:]

  /// How many are reported for one file; no one reads more, and a generated file may have any number.
  static let limit = 500
  /// A line of a file is shown only up to this length, in bytes.
  private static let longestLine = 2000

  /// Whether no more is reported for a file.
  func isFull(_ file: String) -> Bool { counts[file, default: 0] > Self.limit }

  private struct Key: Hashable {
    var rule: Rule
    var file: String
    var range: SourceRange
  }

  func add(
    _ rule: Rule, _ range: SourceRange, in file: CheckedFile, _ message: String, hint: String? = nil,
    fix: Finding.Fix? = nil
  ) {
    add(rule, range, in: file.name, file.source, message, hint: hint, fix: fix)
  }

  func add(
    _ rule: Rule, _ range: SourceRange, in name: String, _ source: LuaSource, _ message: String, hint: String? = nil,
    fix: Finding.Fix? = nil
  ) {
    guard !isFull(name) else { return }
    let line = source.line(of: range.start)
    guard known.insert(Key(rule: rule, file: name, range: range)).inserted else { return }
    counts[name, default: 0] += 1
    var (rule, message, hint, fix) = (rule, message, hint, fix)
    if isFull(name) {
      (rule, message, fix) = (.tooMany, "there are more than \(Self.limit) findings; the others are not shown", nil)
      hint = "fix these, then check again"
    }
    all.append(
      Finding(
        rule: rule, file: name, range: range, line: line, column: source.column(of: range.start),
        endLine: source.line(of: range.end), endColumn: source.column(of: range.end),
        sourceLine: source.length(ofLine: line) > Self.longestLine ? "" : source.text(ofLine: line), message: message,
        hint: hint, fix: fix))
  }
}
