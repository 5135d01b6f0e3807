import LuaSyntax

/// The comments `-- check: ignore RULE` of a file: on the line of a finding, or on the line before it.
struct Suppressions {
  private var rules: [Int: Set<String>] = [:]

  init(_ file: CheckedFile) {
    for comment in file.chunk.comments {
      let words = comment.text.split { " \t,".contains($0) }
      guard words.count > 2, words[0] == "check:", words[1] == "ignore" else { continue }
      // What follows the rules' names is a reason.
      let known = words[2...].prefix { word in Rule.all.contains { $0.id == word } }.map(String.init)
      let line = file.source.line(of: comment.range.start)
      rules[line, default: []].formUnion(known)
      let before = file.source.text(ofLine: line).prefix { $0 == " " || $0 == "\t" }
      // Alone on its line it is about the next one.
      if file.source.column(of: comment.range.start) == before.count + 1 {
        rules[line + 1, default: []].formUnion(known)
      }
    }
  }

  func cover(_ finding: Finding) -> Bool { rules[finding.line]?.contains(finding.rule.id) == true }
}
