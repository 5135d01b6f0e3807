import Foundation
import Values

/// A file that the person names for reading.
struct InputFile {
  private let path: String

  init(_ path: String) { self.path = path }

  /// Its text.
  func text() throws -> String {
    do { return try String(contentsOf: URL(filePath: path), encoding: .utf8) } catch {
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
