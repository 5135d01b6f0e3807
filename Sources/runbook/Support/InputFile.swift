import Foundation
import Values

/// A file that the user names for reading.
struct InputFile {
  private let path: String

  init(_ path: String) { self.path = path }

  /// Its text; bytes that are not UTF-8 are replaced.
  func text() throws -> String { String(decoding: try data(), as: UTF8.self) }

  /// Its bytes; `-` is standard input.
  func data() throws -> Data {
    do {
      if path == "-" { return try FileHandle.standardInput.readToEnd() ?? Data() }
      return try Data(contentsOf: URL(filePath: path))
    } catch {
      throw Failure(
        .fileUnreadable, "the file \(path) can't be read", cause: error.localizedDescription,
        hint: "check that it exists: ls -l \(path)")
    }
  }
}

extension FailureCode {
  /// A file that the user named can't be read.
  static let fileUnreadable: FailureCode = "command.file_unreadable"
}
