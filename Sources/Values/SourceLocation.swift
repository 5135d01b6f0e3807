/// A line of a file that a person wrote: a runbook, a stdlib module, an inventory.
package struct SourceLocation: Sendable, Hashable, CustomStringConvertible {
  /// The file, as the user would name it.
  package var file: String
  /// The line, counted from 1.
  package var line: Int

  /// Names a line of a file.
  package init(file: String, line: Int) {
    self.file = file
    self.line = line
  }

  /// `file:line`.
  package var description: String { "\(file):\(line)" }
}

extension SourceLocation: Codable {
  /// As `file:line`.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  /// Reads `file:line`.
  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let location = SourceLocation(value: .string(text)) else {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not file:line"))
    }
    self = location
  }
}
