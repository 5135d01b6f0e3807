import Values

/// Reading of YAML text into a ``YAMLNode``.
public enum YAMLDocument {
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
  public static func parse(
    text: String, file: String, area: String, rules: YAMLRules = YAMLRules()
  ) throws(Failure) -> YAMLNode? {
    let problems = SyntaxProblems(text: text, file: file, area: area, showsLines: rules.showsLines)
    let reader: YAMLEventReader
    do { reader = try YAMLEventReader(text) } catch { throw problems.failure(for: error) }
    var composer = YAMLComposer(reader, file: file, problems: problems, rules: rules)
    return try composer.document()
  }

  /// How many pieces a document may have once its aliases are resolved.
  public static let nodeLimit = 1_000_000
  /// How many of them may be there only because of aliases.
  public static let aliasLimit = 200_000
  /// How many bytes of text may be there only because of aliases: 16 MiB. A long text could be asked for very often.
  public static let aliasedTextLimit = 16 << 20
  /// How many bytes the name of an anchor may have. Messages show it.
  public static let anchorLimit = 1000
  /// How deep lists and mappings may be nested.
  public static let depthLimit = 100
}
