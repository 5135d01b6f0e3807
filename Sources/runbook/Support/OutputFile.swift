import Foundation
import Values

/// A file that a command writes for the person, for its owner only.
struct OutputFile {
  private let path: String

  init(_ path: String) { self.path = path }

  /// Puts the text there, in place of what was there, or leaves everything as it is.
  func write(_ text: String) throws {
    let file = URL(filePath: path)
    let new = file.deletingLastPathComponent().appending(path: ".\(file.lastPathComponent).\(getpid()).new")
    do {
      try Data(text.utf8).write(to: new, options: .withoutOverwriting)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: new.path)
      guard rename(new.path, file.path) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    } catch {
      try? FileManager.default.removeItem(at: new)
      throw Failure(
        .fileUnwritable, "the file \(path) can't be written", cause: error.localizedDescription,
        hint: "name another with --output")
    }
  }
}

extension FailureCode {
  /// A file that the person named can't be written.
  static let fileUnwritable: FailureCode = "command.file_unwritable"
}
