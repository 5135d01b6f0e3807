import Foundation

/// Runs a program to its end.
package enum Tool {
  /// What a program did.
  package struct Result: Sendable {
    /// Its exit code.
    package var status: Int32
    /// What it wrote.
    package var output: String
    /// What it wrote to standard error.
    package var errors: String
  }

  /// Runs a program with these variables and nothing to read.
  package static func run(_ path: String, _ arguments: [String], environment: [String: String]) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
    let name = folder.appending(path: "tool-\(UUID().uuidString)")
    let outputFile = name.appendingPathExtension("out"), errorFile = name.appendingPathExtension("err")
    for file in [outputFile, errorFile] { FileManager.default.createFile(atPath: file.path, contents: nil) }
    defer { for file in [outputFile, errorFile] { try? FileManager.default.removeItem(at: file) } }
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: outputFile)
    process.standardError = try FileHandle(forWritingTo: errorFile)
    try process.run()
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus, output: String(decoding: try Data(contentsOf: outputFile), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errorFile), as: UTF8.self))
  }
}
