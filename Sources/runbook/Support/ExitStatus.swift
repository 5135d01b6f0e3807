import ArgumentParser
import Engine

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
