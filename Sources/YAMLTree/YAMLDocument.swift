import Values

/// Reading of YAML text into a ``YAMLNode``.
package enum YAMLDocument {
  /// Reads the one document of a text.
  ///
  /// The bounds hold while the parser's events are read, before anything is built of them, so time and memory are in
  /// proportion to the text, whatever it holds.
  ///
  /// - Parameters:
  ///   - text: The YAML text.
  ///   - file: The file's name as the person would write it; it is in each place.
  ///   - area: The first part of the failure codes, for example `inventory`.
  ///   - rules: What passes beyond the strict form.
  /// - Returns: The document; `nil` when there is nothing in the text but comments.
  /// - Throws: ``Failure`` `AREA.syntax` with the line and its text; `AREA.duplicate_key`; `AREA.too_large` when there
  ///   are more than ``nodeLimit`` pieces, aliases repeat more than ``aliasLimit`` pieces or more text than
  ///   ``aliasedTextLimit``, or the nesting is deeper than ``depthLimit``.
  package static func parse(
    text: String, file: String, area: String, rules: YAMLRules = YAMLRules()
  ) throws(Failure) -> YAMLNode? {
    let problems = SyntaxProblems(text: text, file: file, area: area, showsLines: rules.showsLines)
    let reader: YAMLEventReader
    do { reader = try YAMLEventReader(text) } catch { throw problems.failure(for: error) }
    var composer = YAMLComposer(reader, file: file, problems: problems, rules: rules)
    return try composer.document()
  }

  /// How many pieces a document may have once its aliases are resolved.
  package static let nodeLimit = 1_000_000
  /// How many of them may be there only because of aliases.
  package static let aliasLimit = 200_000
  /// How many bytes of text may be there only because of aliases: 16 MiB. A long text could be asked for very often.
  package static let aliasedTextLimit = 16 << 20
  /// How many bytes the name of an anchor may have. Messages show it.
  package static let anchorLimit = 1000
  /// How deep lists and mappings may be nested.
  package static let depthLimit = 100
}

/// What a reader of YAML lets pass beyond one document without foreign tags and without a key that is written twice.
package struct YAMLRules: Sendable, Hashable {
  /// What a tag that YAML itself does not define means.
  package enum ForeignTags: Sendable, Hashable {
    /// It is refused.
    case refused
    /// It is kept in ``YAMLNode/tag``; a scalar with it is text.
    case kept
  }

  /// What a key that is written twice in one mapping means.
  package enum RepeatedKeys: Sendable, Hashable {
    /// It is refused.
    case refused
    /// The last one counts, and merge keys are carried out where they stand, over what is before them, as by older
    /// readers of YAML.
    case lastWins
  }

  /// What a tag that YAML itself does not define means.
  package var foreignTags = ForeignTags.refused
  /// What a key that is written twice in one mapping means.
  package var repeatedKeys = RepeatedKeys.refused
  /// What YAML's own tags mean on a scalar.
  package enum OwnTags: Sendable, Hashable {
    /// `!!str` makes text; all others say nothing, and neither does `!` alone.
    case onlyText
    /// They decide what a scalar is, also where it is in quotes: `!!int "3"` is a number, and `!!map x` is text. With
    /// `bareIsText` a lone `!` makes text, too.
    case binding(bareIsText: Bool)
  }

  /// What YAML's own tags mean on a scalar.
  package var ownTags = OwnTags.onlyText
  /// Whether `%YAML 1.2` is refused, as by readers that were written for 1.1.
  package var refusesNewerVersions = false
  /// Whether further documents of the text are left aside instead of refused.
  package var takesFirstDocument = false
  /// Whether failures show the line in question; not where it may hold a secret.
  package var showsLines = true

  package init() {}
}

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
