import ArgumentParser
import Engine
import Presentation
import Values

/// The process's exit code, for its caller.
enum ExitStatus {
  /// The run failed and can be resumed, or it has ended with findings.
  static let failed = ExitCode(1)
  /// The usage or the input is wrong; nothing was changed.
  static let invalid = ExitCode(2)
  /// The run waits for an answer.
  static let waiting = ExitCode(3)
  /// The run was interrupted and can be resumed.
  static let interrupted = ExitCode(130)

  /// The code for how an execution ended.
  static func of(_ outcome: RunOutcome) -> ExitCode {
    switch outcome {
    case .succeeded: .success
    case .failed, .concluded: failed
    case .refused: invalid
    case .interrupted: interrupted
    case .waiting: waiting
    }
  }
}

/// Reports what ends a command before or outside a run, and gives the process its exit code.
enum CommandFailure {
  /// Runs a command's body. A ``Failure`` that it throws means that nothing was changed: exit code 2, or 1 when a
  /// plan has found it.
  static func reported(_ options: GlobalOptions, _ body: () async throws -> ExitCode) async throws {
    let code: ExitCode
    do { code = try await body() } catch let failure as Failure {
      Screen.complain(failure, options, sources: SourceText(scriptsOf: failure))
      code = failure.code == .findings ? ExitStatus.failed : ExitStatus.invalid
    }
    if code != .success { throw code }
  }
}
