import LuaSyntax

/// Gathers what the rules find.
final class Findings {
  private(set) var all: [Finding] = []
  private var known: Set<Key> = []

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
    let line = source.line(of: range.start)
    guard known.insert(Key(rule: rule, file: name, range: range)).inserted else { return }
    all.append(
      Finding(
        rule: rule, file: name, range: range, line: line, column: source.column(of: range.start),
        endLine: source.line(of: range.end), endColumn: source.column(of: range.end),
        sourceLine: source.text(ofLine: line), message: message, hint: hint, fix: fix))
  }
}
