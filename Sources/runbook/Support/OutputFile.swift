import Foundation
import LocalFiles
import Values

/// A file that a command writes for the person, for its owner only. It is on the disk on return.
struct OutputFile {
  private let path: String

  init(_ path: String) { self.path = path }

  /// Puts the text there, in place of what was there, or leaves everything as it is.
  func write(_ text: String) throws {
    try reported { try DurableFile.replace(Array(text.utf8), at: path, mode: 0o600) }
  }

  /// Puts the text there if nothing is there; `false` when something is, also when it came at this moment.
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
  /// A file that the person named can't be written.
  static let fileUnwritable: FailureCode = "command.file_unwritable"
}
