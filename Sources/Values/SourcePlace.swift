/// A line of a file that a person wrote: a runbook, a stdlib module, an inventory.
public struct SourcePlace: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The file, as the person would name it.
  public var file: String
  /// The line, counted from 1.
  public var line: Int

  /// Names a line of a file.
  public init(file: String, line: Int) {
    self.file = file
    self.line = line
  }

  /// `file:line`.
  public var description: String { "\(file):\(line)" }
}
