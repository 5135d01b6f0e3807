import Values
import YAMLTree

/// One compose file as it was written: variables are not replaced yet.
public struct ComposeFile: Sendable, Hashable {
  /// The file's name, as failures show it.
  public let name: String
  /// Its contents, without its variables replaced.
  public let root: YAMLNode

  /// Reads a compose file.
  ///
  /// - Parameters:
  ///   - text: The YAML text.
  ///   - file: The file's name, for failures.
  ///   - dialect: The version of Docker's client that would read it.
  /// - Throws: ``Failure`` `compose.syntax`, `compose.duplicate_key` or `compose.invalid`, with the line.
  public static func parse(
    text: String, file: String, dialect: ComposeDialect = .any
  ) throws(Failure) -> ComposeFile {
    let location = SourceLocation(file: file, line: 1)
    guard let root = try YAMLDocument.parse(text: text, file: file, area: "compose", rules: dialect.yamlRules),
      !root.isNull
    else {
      throw Failure(
        "compose.invalid", "the compose file is empty", location: location,
        hint: "put the services into it: docker stack deploy refuses an empty compose file")
    }
    guard root.members != nil else {
      throw Failure(
        "compose.invalid", "a compose file is a mapping, but this is \(root.kind)", location: root.location,
        hint: "begin with 'services:'")
    }
    try ComposeTag.check(root, dialect)
    return ComposeFile(name: file, root: root)
  }
}
