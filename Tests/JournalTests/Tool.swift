import Foundation
import Synchronization

/// A program of the machine, for reading our files with something that is not ours.
struct Tool {
  /// Where it is.
  let path: String

  /// The program of that name on the `PATH`; `nil` when there is none.
  init?(_ name: String) {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    guard let folder = folders.first(where: { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") })
    else { return nil }
    path = "\(folder)/\(name)"
  }

  /// SQLite's own command line.
  static let sqlite = Tool("sqlite3")

  /// What it prints, once it has ended. Its errors follow its output.
  func run(_ arguments: String...) async throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let handle = output.fileHandleForReading
    return try await withCheckedThrowingContinuation { continuation in
      // Reading blocks, so it gets a thread of its own.
      Thread.detachNewThread {
        continuation.resume(
          with: Result { String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self) })
      }
    }
  }
}
