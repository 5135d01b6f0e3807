import BuiltProgram
import Foundation
import Subprocess
import TestSupport
import Testing

/// The built `runbook`, run as a process of its own.
struct Program {
  /// What it left behind.
  struct Ending {
    var code: Int32
    var output: String
    var errors: String
  }

  /// An inventory of this machine, reached without ssh.
  static let thisMachine = """
    stack: { name: none, directory: /tmp, files: [none.yml] }
    services: [admin]
    hosts:
      here: { connection: local, role: manager, services: [admin] }
    """

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
  func run(_ arguments: [String], variables: [String: String] = [:]) async throws -> Ending {
    let result = try await Subprocess.run(
      .path(.init(BuiltProgram.path)), arguments: Arguments(arguments), environment: environment(with: variables),
      workingDirectory: .init(folder.path), output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    return Ending(
      code: Self.code(of: result.terminationStatus), output: result.standardOutput,
      errors: result.standardError)
  }

  /// Runs a shell script in the folder, which finds the program as `$PROGRAM`.
  func shell(_ script: String, variables: [String: String] = [:]) async throws -> Ending {
    let result = try await Subprocess.run(
      .name("sh"), arguments: ["-c", script],
      environment: environment(with: variables).updating(["PROGRAM": BuiltProgram.path]),
      workingDirectory: .init(folder.path), output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    return Ending(
      code: Self.code(of: result.terminationStatus), output: result.standardOutput,
      errors: result.standardError)
  }

  /// Runs a shell script as ``shell(_:)`` does; `body` is carried out meanwhile, and is given what asks it to end.
  func shell(_ script: String, during body: (() throws -> Void) async throws -> Void) async throws -> Ending {
    let result = try await Subprocess.run(
      .name("sh"), arguments: ["-c", script], environment: environment.updating(["PROGRAM": BuiltProgram.path]),
      workingDirectory: .init(folder.path), input: .none, output: .string(limit: 1 << 20),
      error: .string(limit: 1 << 20)
    ) { execution in
      do { try await body { try execution.send(signal: .terminate) } } catch {
        try? execution.send(signal: .kill)
        throw error
      }
    }
    return Ending(
      code: Self.code(of: result.terminationStatus), output: result.standardOutput, errors: result.standardError)
  }

  /// The ID of the newest run.
  func newestRun() async throws -> String {
    let listed = try await run(["list", "--json"]).output
    return try String(#require(listed.firstMatch(of: /"run" ?: ?"([a-z0-9]+)"/)?.1))
  }

  /// Runs the program in the folder and ends it with SIGKILL as soon as that file is there.
  func run(_ arguments: [String], killedWhenThereIs file: URL) async throws -> Ending {
    try await run(arguments) { send in
      try await eventually(file.path, every: .milliseconds(10)) { FileManager.default.fileExists(atPath: file.path) }
      try send(.kill)
    }
  }

  /// Runs the program in the folder; `body` is carried out meanwhile, and is given what sends the program a signal.
  func run(
    _ arguments: [String], variables: [String: String] = [:],
    during body: ((Signal) throws -> Void) async throws -> Void
  ) async throws -> Ending {
    let result = try await Subprocess.run(
      .path(.init(BuiltProgram.path)), arguments: Arguments(arguments), environment: environment(with: variables),
      workingDirectory: .init(folder.path), input: .none, output: .string(limit: 1 << 20),
      error: .string(limit: 1 << 20)
    ) { execution in
      do { try await body { try execution.send(signal: $0) } } catch {
        // Also a stopped process must end.
        try? execution.send(signal: .kill)
        throw error
      }
    }
    return Ending(
      code: Self.code(of: result.terminationStatus), output: result.standardOutput,
      errors: result.standardError)
  }

  private func environment(with variables: [String: String]) -> Environment {
    environment.updating(
      Dictionary(uniqueKeysWithValues: variables.map { (.init(stringLiteral: $0.key), Optional($0.value)) }))
  }

  private var environment: Environment {
    // Programs of several tests run at once on this one machine, and each has it to itself.
    .inherit.updating([
      "RUNBOOK_STATE": folder.path + "/state", "RUNBOOK_LOCK_FOLDER": folder.path, "NO_COLOR": "1",
    ])
  }

  private static func code(of status: TerminationStatus) -> Int32 {
    switch status {
    case .exited(let code): code
    case .signaled(let signal): 128 + signal
    }
  }
}
