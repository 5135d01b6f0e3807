import LuaSyntax
import Values

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
