import Foundation
import Subprocess

/// What a command of the lab came to.
struct LabCommand: Sendable {
  /// The command's words after `lab`.
  let arguments: [String]
  /// The exit code; a signal's number with a minus sign when one ended the command.
  let exitCode: Int
  /// Its standard output.
  let standardOutput: String
  /// Its standard error.
  let standardError: String

  /// The path of the lab's command in the sources.
  static let script = URL(filePath: #filePath).appending(path: "../../../Lab/lab").standardized.path

  /// Runs the lab's command to its end.
  @discardableResult
  static func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> LabCommand {
    let changes = environment.map { (Environment.Key(stringLiteral: $0.key), Optional($0.value)) }
    let result = try await Subprocess.run(
      .name("bash"),
      arguments: Arguments([script] + arguments),
      environment: .inherit.updating(Dictionary(uniqueKeysWithValues: changes)),
      output: .string(limit: 4 << 20),
      error: .string(limit: 4 << 20))
    let exitCode =
      switch result.terminationStatus {
      case .exited(let code): Int(code)
      case .signaled(let signal): -Int(signal)
      }
    return LabCommand(
      arguments: arguments,
      exitCode: exitCode,
      standardOutput: result.standardOutput,
      standardError: result.standardError)
  }

  /// The standard output of a command that succeeded; throws with its standard error when it did not.
  @discardableResult
  func output() throws -> String {
    guard exitCode == 0 else { throw LabCommandFailure(command: self) }
    return standardOutput
  }
}

/// A command of the lab that should have succeeded.
struct LabCommandFailure: Error, CustomStringConvertible {
  /// The command, with what it said.
  let command: LabCommand

  var description: String {
    "lab \(command.arguments.joined(separator: " ")): exit code \(command.exitCode): \(command.standardError)"
  }
}
