import Values

/// Failures for what is not YAML, with the line in question shown as it was written.
struct SyntaxProblems {
  let text: String
  let file: String
  let area: String
  let showsLines: Bool

  func code(_ what: String) -> FailureCode { FailureCode(rawValue: "\(area).\(what)") }

  func failure(for mistake: YAMLMistake) -> Failure {
    syntax(mistake.problem, line: mistake.line, column: mistake.column)
  }

  func repeatedKey(_ key: String, at location: SourceLocation, first: SourceLocation) -> Failure {
    // A line of another form may have become a key, with a password in it.
    let shown = showsLines || !key.contains("=") ? "the key '\(key.prefix(80))'" : "a key"
    return Failure(
      code("duplicate_key"), "\(shown) is written twice in one mapping", location: location,
      cause: "it is first at line \(first.line)",
      hint: "remove or rename one of the two; the file's other problems are reported after that")
  }

  private func syntax(_ problem: String, line: Int, column: Int) -> Failure {
    var cause = "column \(column): \(problem)"
    if showsLines, let shown = self.line(line) { cause += "; the line is: \(shown)" }
    var hint = "correct the YAML at this line or the one before: look at indentation, colons and quotes"
    if isIndentedWithTab(line) {
      hint = "use spaces for indentation: YAML allows no tabs there"
    } else if problem.contains("another document") {
      hint = "keep one document in the file: remove what follows '---'"
    } else if problem.contains("undefined alias") {
      hint = "put the text in quotes if it begins with '*', or define the anchor before it is used"
    }
    return Failure(
      code("syntax"), "\(file) is not valid YAML", location: SourceLocation(file: file, line: line), cause: cause,
      hint: hint
    )
  }

  private func isIndentedWithTab(_ number: Int) -> Bool {
    let all = lines
    return all.indices.contains(number - 1) && all[number - 1].prefix { $0.isWhitespace }.contains("\t")
  }

  // CR LF is one character, and ends a line as LF does.
  private var lines: [Substring] {
    text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
  }

  private func line(_ number: Int) -> String? {
    let all = lines
    guard all.indices.contains(number - 1) else { return nil }
    // What a terminal would take for a command is not shown.
    let shown = all[number - 1].unicodeScalars.prefix(160).map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }
    return String(String.UnicodeScalarView(shown))
  }
}
