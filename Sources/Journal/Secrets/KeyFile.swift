import Crypto
import Foundation
import Glibc
import LocalFiles
import Values

/// The file that holds the journal's key: base64 of 32 bytes, mode 0600.
enum KeyFile {
  /// Its name beside the journal.
  static let standardName = "journal.key"

  /// The file's text; `nil` when there is none. Refuses one that others may read.
  static func read(_ path: String) throws -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw unusable("the key file \(path) can't be read", errno)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw unusable("the key file \(path) can't be read", errno) }
    guard status.st_mode & 0o077 == 0, status.st_uid == geteuid() || status.st_uid == 0 else {
      throw Failure(
        .journalKey, "other users can read the key file \(path)",
        cause: "mode \(String(status.st_mode & 0o777, radix: 8)), owner \(status.st_uid)",
        hint: "if no other user has read it: chmod 600 \(path)")
    }
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count >= 0 else { throw unusable("the key file \(path) can't be read", errno) }
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  /// Makes a new key, durable on return, and gives the text of the file: another process's, when that was first.
  static func make(_ path: String) throws -> String? {
    let text = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64EncodedString() } + "\n"
    do { _ = try DurableFile.create(Array(text.utf8), at: path, mode: 0o600) } catch let problem as LocalFileProblem {
      throw unusable("the key file \(path) can't be made", problem.error)
    }
    return try read(path)
  }

  private static func unusable(_ message: String, _ error: Int32) -> Failure {
    Failure(.journalKey, message, cause: String(cString: strerror(error)))
  }
}
