import ArgumentParser
import Engine
import Presentation
import Values

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
