import Foundation
import Values

/// A file that the person names for reading.
struct InputFile {
  private let path: String

  init(_ path: String) { self.path = path }

  /// Its text; what is no UTF-8 in it is replaced.
  func text() throws -> String { String(decoding: try data(), as: UTF8.self) }

  /// Its bytes; `-` is standard input.
  func data() throws -> Data {
    do {
      if path == "-" { return try FileHandle.standardInput.readToEnd() ?? Data() }
      return try Data(contentsOf: URL(filePath: path))
    } catch {
      throw Failure(
        .fileUnreadable, "the file \(path) can't be read", cause: error.localizedDescription,
        hint: "see whether it is there: ls -l \(path)")
    }
  }
}

extension FailureCode {
  /// A file that the person named can't be read.
  static let fileUnreadable: FailureCode = "command.file_unreadable"
}
