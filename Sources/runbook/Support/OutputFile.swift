import Foundation
import LocalFiles
import Values

/// A file that a command writes for the user, readable by its owner only. It is on the disk on return.
struct OutputFile {
  private let path: String

  init(_ path: String) { self.path = path }

  /// Replaces the file's content by the text, or leaves everything as it is.
  func write(_ text: String) throws {
    try reported { try DurableFile.replace(Array(text.utf8), at: path, mode: 0o600) }
  }

  /// Creates the file with the text; `false` when it exists, even if it was created at this moment.
  func create(_ text: String) throws -> Bool {
    try reported { try DurableFile.create(Array(text.utf8), at: path, mode: 0o600) }
  }

  private func reported<Result>(_ work: () throws -> Result) throws -> Result {
    do { return try work() } catch let problem as LocalFileProblem {
      throw Failure(
        .fileUnwritable, "the file \(path) can't be written", cause: problem.cause, hint: "name another with --output")
    }
  }
}

extension FailureCode {
  /// A file that the user named can't be written.
  static let fileUnwritable: FailureCode = "command.file_unwritable"
}
