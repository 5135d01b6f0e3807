import Foundation
import NIOCore
import NIOPosix
import Values

/// A file of this machine that is sent to an engine in parts. Reading blocks, so threads of their own do it.
struct UploadFile: Sendable {
  /// Its size in bytes, when it was opened.
  let size: Int
  private let handle: FileHandle

  private static let partSize = 256 << 10

  /// Opens the file, reads it as far as `body` asks, and closes it.
  static func with<Result>(_ path: String, _ body: (UploadFile) async throws -> Result) async throws -> Result {
    let file = try await open(path)
    defer { try? file.handle.close() }
    return try await body(file)
  }

  private static func open(_ path: String) async throws -> UploadFile {
    do {
      return try await NIOThreadPool.singleton.runIfActive {
        let handle = try FileHandle(forReadingFrom: URL(filePath: path))
        let size = try handle.seekToEnd()
        try handle.seek(toOffset: 0)
        return UploadFile(size: Int(size), handle: handle)
      }
    } catch {
      throw Failure(
        .uploadFileUnreadable, "the file \(path) of this machine can't be read", cause: error.localizedDescription,
        hint: "check the path; it is one of the machine that runs this program")
    }
  }

  /// The next part; `nil` at the end.
  func next() async throws -> ByteBuffer? {
    let handle = self.handle
    let data = try await NIOThreadPool.singleton.runIfActive { try handle.read(upToCount: Self.partSize) }
    return data.flatMap { $0.isEmpty ? nil : ByteBuffer(bytes: $0) }
  }
}
