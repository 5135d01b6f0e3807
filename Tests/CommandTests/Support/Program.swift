import BuiltProgram
import Foundation
import Subprocess

/// The built `runbook`, run as a process of its own.
struct Program {
  /// What it left behind.
  struct Ending {
    var code: Int32
    var output: String
    var errors: String
  }

  /// The folder it works in, with its state in it.
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "command-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  func write(_ name: String, _ text: String) throws {
    let file = folder.appending(path: name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
  }

  /// Runs the program in the folder, without a terminal.
  func run(_ arguments: String...) async throws -> Ending { try await run(arguments) }

  /// Runs the program in the folder, without a terminal.
  func run(_ arguments: [String]) async throws -> Ending {
    let result = try await Subprocess.run(
      .path(.init(BuiltProgram.path)), arguments: Arguments(arguments),
      environment: .inherit.updating(["RUNBOOK_STATE": folder.path + "/state", "NO_COLOR": "1"]),
      workingDirectory: .init(folder.path), output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    let code: Int32 =
      switch result.terminationStatus {
      case .exited(let code): code
      case .signaled(let signal): 128 + signal
      }
    return Ending(code: code, output: result.standardOutput ?? "", errors: result.standardError ?? "")
  }
}
