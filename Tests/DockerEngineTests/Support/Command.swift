import Foundation

/// A command of this machine, run to its end.
enum Command {
  /// A command that failed.
  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  /// Its standard output; throws what it says on standard error when it fails.
  @discardableResult
  static func output(_ arguments: [String], input: String = "") async throws -> String {
    try await withCheckedThrowingContinuation { continuation in
      // A thread of its own, because reading and waiting block.
      Thread { continuation.resume(with: Result { try run(arguments, input: input) }) }.start()
    }
  }

  private static func run(_ arguments: [String], input: String) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appending(path: "command-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    func file(_ name: String, _ text: String = "") throws -> FileHandle {
      let path = folder.appending(path: name)
      try Data(text.utf8).write(to: path)
      return try FileHandle(forUpdating: path)
    }
    let (read, written, said) = (try file("in", input), try file("out"), try file("err"))
    // Open files outlive their names, so nothing is left when this process is killed while it waits.
    try FileManager.default.removeItem(at: folder)
    let child = try Spawned(
      arguments, input: read.fileDescriptor, output: written.fileDescriptor, error: said.fileDescriptor)
    let status = child.wait()
    func text(_ file: FileHandle) throws -> String {
      try file.seek(toOffset: 0)
      return String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
    }
    guard status == 0 else {
      throw Failed(description: "\(arguments.joined(separator: " ")): status \(status): \(try text(said))")
    }
    return try text(written)
  }
}
