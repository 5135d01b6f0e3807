import Foundation
import NIOCore
import NIOPosix
import Values

extension EngineClient {
  /// Sends a tar file of this machine as a request's body, part by part, and reads the whole answer.
  ///
  /// - Parameter request: has no body of its own; its timeout is for sending and answering together.
  func upload(_ path: String, in request: EngineRequest) async throws -> EngineResponse {
    do {
      return try await UploadFile.with(path) { try await send($0, in: request) }
    } catch {
      throw naming(error)
    }
  }

  private func send(_ file: UploadFile, in request: EngineRequest) async throws -> EngineResponse {
    let target = request.target(under: try await version())
    // A kept connection may turn out to be closed: a question finds that out before the file is sent.
    _ = try await ping()
    let (connection, _) = try await pool.lease()
    do {
      let parts = connection.exchange(
        head: head(for: request, target: target, length: file.size, type: "application/x-tar"), body: .parts,
        timeout: request.timeout)
      let answer = try await withThrowingTaskGroup(of: EngineResponse?.self) { group in
        group.addTask {
          try await Self.feed(file, to: connection)
          return nil
        }
        group.addTask { try await Self.answer(parts) }
        defer { group.cancelAll() }
        while let found = try await group.next() { if let found { return found } }
        throw ConnectionProblem.lost
      }
      pool.release(connection)
      guard (200..<400).contains(answer.status) else { throw EngineProblem.failure(for: answer, to: request) }
      return answer
    } catch {
      connection.close()
      throw await explain(error, on: connection)
    }
  }

  private static func feed(_ file: UploadFile, to connection: EngineConnection) async throws {
    while let part = try await file.next() {
      // An engine that answers early closes the connection: its answer says why, not the failed write.
      do { try await connection.send(part) } catch { return }
      try Task.checkCancellation()
    }
    try? await connection.sendEnd()
  }

  private static func answer(_ parts: AsyncThrowingStream<AnswerPart, any Error>) async throws -> EngineResponse {
    var answer: EngineResponse?
    var body: [UInt8] = []
    for try await part in parts {
      switch part {
      case .head(let head): answer = EngineResponse(head, [])
      case .body(let bytes): body.append(contentsOf: bytes.readableBytesView)
      }
      if body.count > largestAnswer { throw ConnectionProblem.tooLarge }
    }
    try Task.checkCancellation()
    guard let answer else { throw ConnectionProblem.lost }
    return EngineResponse(status: answer.status, headers: answer.headers, body: body)
  }
}

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
