import LuaSyntax
import Values

/// A problem that a rule found at a place.
package struct Finding: Sendable {
  /// The rule.
  package var rule: Rule
  /// The file, as the user would name it.
  package var file: String
  /// The stretch of the file.
  package var range: SourceRange
  /// The line of the beginning, counted from 1. Columns are in characters.
  package var line: Int
  /// The column, counted from 1.
  package var column: Int
  /// The line of the end.
  package var endLine: Int
  /// The column after the end.
  package var endColumn: Int
  /// The text of the line.
  package var sourceLine: String
  /// What is wrong, as one sentence without a full stop.
  package var message: String
  /// What to do.
  package var hint: String?
  /// A change that fixes it and nothing else.
  package var fix: Fix?

  /// A text that replaces a stretch of the file.
  package struct Fix: Sendable, Hashable {
    /// What is replaced.
    package var range: SourceRange
    /// By what.
    package var text: String
  }
}

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

/// Carries out the fixes of findings.
package enum Fixes {
  /// The text of a file with its fixes, and how many there were. Where two touch, the first is carried out.
  package static func apply(_ findings: [Finding], to text: CheckedText) -> (text: String, count: Int) {
    var bytes = Array(text.text.utf8), count = 0
    var limit = bytes.count
    for fix in findings.filter({ $0.file == text.file }).compactMap(\.fix).sorted(by: {
      $0.range.start > $1.range.start
    }) {
      guard fix.range.start >= 0, fix.range.end <= limit else { continue }
      bytes.replaceSubrange(fix.range.start..<fix.range.end, with: Array(fix.text.utf8))
      limit = fix.range.start
      count += 1
    }
    return (String(decoding: bytes, as: UTF8.self), count)
  }
}

/// The comments `-- check: ignore RULE` of a file: on the line of a finding, or on the line before it.
struct Suppressions {
  private var rules: [Int: Set<String>] = [:]

  /// Reads the comments, and finds those that name an unknown rule.
  init(_ file: CheckedFile, _ findings: Findings) {
    let rules = Set(Rule.all.map(\.id))
    for comment in file.chunk.comments {
      let words = comment.text.split { " \t,".contains($0) }
      guard words.count > 2, words[0] == "check:", words[1] == "ignore" else { continue }
      // What follows the rules' names is a reason.
      let known = words[2...].prefix { rules.contains(String($0)) }.map(String.init)
      // The first word is a rule; a later one may be misspelt, or begin the reason.
      if let other = words.dropFirst(2 + known.count).first.map(String.init),
        known.isEmpty || other.contains("-") && NearName.only(other, among: rules) != nil
      {
        findings.add(
          .unknownRule, comment.range, in: file, "there is no rule \(other)",
          hint: Suggestion.hint(for: other, among: rules))
      }
      let line = file.source.line(of: comment.range.start)
      self.rules[line, default: []].formUnion(known)
      let before = file.source.text(ofLine: line).prefix { $0 == " " || $0 == "\t" }
      // Alone on its line it is about the next one.
      if file.source.column(of: comment.range.start) == before.count + 1 {
        self.rules[line + 1, default: []].formUnion(known)
      }
    }
  }

  func cover(_ finding: Finding) -> Bool { rules[finding.line]?.contains(finding.rule.id) == true }
}
