import Values
import Yams

/// Failures for what is no YAML, with the line in question shown as it was written.
struct SyntaxProblems {
  let text: String
  let file: String
  let area: String

  func code(_ what: String) -> FailureCode { FailureCode(rawValue: "\(area).\(what)") }

  func failure(for error: YamlError) -> Failure {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return syntax(problem, line: mark.line, column: mark.column)
    case .reader(let problem, let offset, _, _):
      let (line, column) = position(ofCharacter: offset ?? 0)
      return syntax(problem, line: line, column: column)
    case .duplicatedKeysInMapping(let duplicates, let context):
      return duplicateKey(duplicates.first ?? "", firstAt: context.mark)
    default:
      return Failure(code("syntax"), "\(file) can't be read as YAML.", cause: String(describing: error))
    }
  }

  private func syntax(_ problem: String, line: Int, column: Int) -> Failure {
    var cause = "column \(column): \(problem)"
    if let shown = self.line(line) { cause += "; the line is: \(shown)" }
    var hint = "Correct the YAML at this line or the one before: look at indentation, colons and quotes."
    if isIndentedWithTab(line) {
      hint = "YAML allows no tab for indentation: use spaces."
    } else if problem.contains("another document") {
      hint = "Keep one document in the file: remove what follows '---'."
    } else if problem.contains("undefined alias") {
      hint = "Put the text in quotes if it begins with '*', or define the anchor before it is used."
    }
    return Failure(
      code("syntax"), "\(file) is not valid YAML.", place: SourcePlace(file: file, line: line), cause: cause, hint: hint
    )
  }

  private func duplicateKey(_ key: String, firstAt mark: Mark) -> Failure {
    let second = secondLine(of: key, after: mark)
    return Failure(
      code("duplicate_key"), "The key '\(key)' is written twice in one mapping.",
      place: SourcePlace(file: file, line: second ?? mark.line),
      cause: second == nil ? nil : "it is first at line \(mark.line)",
      hint: "Remove or rename one of the two; other problems of the file are looked for after that.")
  }

  /// The line where the key stands again, found by its column, because the parser names the first line only.
  private func secondLine(of key: String, after mark: Mark) -> Int? {
    for (offset, line) in lines.enumerated().dropFirst(mark.line) where line.count >= mark.column {
      let before = line.prefix(mark.column - 1)
      guard before.allSatisfy({ $0 == " " || $0 == "-" }) else { continue }
      let rest = line.dropFirst(mark.column - 1)
      if [key, "\"\(key)\"", "'\(key)'"].contains(where: { rest.hasPrefix($0 + ":") || rest.hasPrefix($0 + " :") }) {
        return offset + 1
      }
    }
    return nil
  }

  private func isIndentedWithTab(_ number: Int) -> Bool {
    let all = lines
    return all.indices.contains(number - 1) && all[number - 1].prefix { $0.isWhitespace }.contains("\t")
  }

  private var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

  private func line(_ number: Int) -> String? {
    let all = lines
    guard all.indices.contains(number - 1) else { return nil }
    // What a terminal would take for a command is not shown.
    let shown = all[number - 1].unicodeScalars.prefix(160).map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }
    return String(String.UnicodeScalarView(shown))
  }

  private func position(ofCharacter offset: Int) -> (line: Int, column: Int) {
    var line = 1
    var column = 1
    for character in text.prefix(offset) {
      if character.isNewline { (line, column) = (line + 1, 1) } else { column += 1 }
    }
    return (line, column)
  }
}
