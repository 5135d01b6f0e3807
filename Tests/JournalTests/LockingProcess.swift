import Foundation

/// Another process, SQLite's own tool, that keeps a database locked until it is told to end.
final class LockingProcess {
  private let process = Process()
  private let input = Pipe()

  /// Locks with that statement; returns once the lock is held.
  init(_ tool: Tool, database: String, lock statement: String) async throws {
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: tool.path)
    process.arguments = ["-batch", database]
    process.standardInput = input
    process.standardOutput = output
    process.standardError = output
    try process.run()
    input.fileHandleForWriting.write(Data("\(statement); SELECT 'locked';\n".utf8))
    let handle = output.fileHandleForReading
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      Thread.detachNewThread {
        var text = ""
        while !text.contains("locked"), case let data = handle.availableData, !data.isEmpty {
          text += String(decoding: data, as: UTF8.self)
        }
        continuation.resume()
      }
    }
  }

  /// Rolls back and ends the process.
  func end() async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      process.terminationHandler = { _ in continuation.resume() }
      try? input.fileHandleForWriting.close()
    }
  }
}
