import Subprocess
import Values

/// One command over an open connection: its arguments, and what its end means.
///
/// The client exits with 255 for all its own failures, and a command may do so too. The frame distinguishes them: it
/// says how the command has ended, and that is all that counts.
struct SSHSession: Sendable {
  enum Outcome {
    /// The command ended.
    case ended(CommandResult)
    /// The host runs no command for this user.
    case refused(Failure)
    /// The connection was gone before the command was sent.
    case notStarted(Failure)
    /// The host or the connection allows no further session.
    case sessionRefused(Failure)
    /// The command was sent, and nothing is known of its end.
    case lost(Failure)
  }

  let host: HostSpec
  let settings: SSHSettings
  let frame: CommandFrame
  private let noConnectionMark = "runbook-no-connection-\(ControlFolder.randomName())"

  init(host: HostSpec, settings: SSHSettings, marking: CommandFrame.Marking, hasInput: Bool) {
    self.host = host
    self.settings = settings
    frame = CommandFrame(marking, hasInput: hasInput)
  }

  /// Refuses what can't be passed on, before anything is contacted.
  static func validate(_ command: RemoteCommand, host: HostSpec) throws {
    let frame = CommandFrame(hasInput: true)
    _ = try frame.loginLine(ShellLine.compose(command, host: host.name, rootMark: frame.root), host: host.name)
  }

  /// The client's arguments for a command.
  func arguments(_ command: RemoteCommand, over master: SSHMaster) throws -> [String] {
    let line = try ShellLine.compose(command, host: host.name, rootMark: frame.root)
    return SSHCommandLine(host: host, settings: settings).session(
      controlPath: master.controlPath, line: try frame.loginLine(line, host: host.name),
      noConnectionMark: noConnectionMark)
  }

  /// Runs the client to its end; what its exit code means is for ``outcome(of:over:)`` to tell.
  func run(
    _ command: RemoteCommand, over master: SSHMaster, onOutput: OutputHandler?
  ) async throws -> CommandResult {
    var arguments = try arguments(command, over: master)
    var executable = settings.executable
    if command.outputFile != nil {
      arguments = ["-c", CommandFrame.outputFilter, "sh", frame.beginLine, executable] + arguments
      executable = "sh"
    }
    if command.inputFile != nil, let mark = frame.inputLine {
      arguments = ["-c", CommandFrame.inputFilter, "sh", mark, executable] + arguments
      executable = "sh"
    }
    var child = ChildProcess(
      executable: executable, arguments: arguments,
      stdin: command.inputFile == nil ? frame.inputBytes + command.stdin : [],
      inputFile: command.inputFile, outputFile: command.outputFile, timeout: command.timeout, frame: frame,
      answerTimeout: settings.answerTimeout, silenceTimeout: command.silence)
    child.host = host.name
    child.keepsOutput = command.keepsOutput
    child.onOutput = onOutput
    do {
      return try await child.run()
    } catch ChildProcess.Interruption.noAnswer(let limit) {
      throw SSHFailure.noAnswer(host: host, limit: limit, greeting: frame.greeting, hasBegun: frame.hasBegun)
    } catch let interruption as ChildProcess.Interruption {
      throw interruption.failure(of: command, host: host)
    } catch let error as SubprocessError {
      throw SSHFailure.clientNotStarted(error, host: host, settings: settings)
    }
  }

  /// - Parameter result: The client's exit code, and what the command wrote.
  func outcome(of result: CommandResult, over master: SSHMaster) async -> Outcome {
    if let status = frame.status {
      var result = result
      result.status = status
      result.greeting = frame.greeting
      return .ended(result)
    }
    let words = CommandResult.trimmedText(frame.errorGreeting)
    if !frame.hasBegun, words.contains(frame.inputTaken) { return .refused(SSHFailure.inputTaken(host: host)) }
    if !frame.hasBegun, words.contains(noConnectionMark) {
      if words.contains("session request failed") || words.contains("Session open refused") {
        return .sessionRefused(SSHFailure.sessionsExhausted(host: host, cause: SSHFailure.firstLine(of: words)))
      }
      // Only when the request was never sent is it sure that the command was not begun.
      if !words.contains("mux_client_request_session") {
        return .notStarted(SSHFailure.connectionLost(nil, wasSent: false, host: host))
      }
    }
    if frame.hasBegun || result.status == 255 {
      // The connection's own client knows why, and ends about now too.
      let end = await master.end(within: .seconds(2))
      // The session's client fails with 255, and above 127 a signal has ended the shell on the host. Else the session
      // has ended as it should, and something on the way has taken the marks, or changed them. Unless the connection is
      // gone: its client reports the exit code when it comes, which may be before the last of the output is written
      // (OpenSSH 9.2).
      if frame.hasBegun, result.status < 128, end == nil { return .refused(SSHFailure.damagedAnswer(host: host)) }
      if frame.hasBegun || end != nil || words.contains(noConnectionMark) || words.contains("mux_client") {
        return .lost(SSHFailure.connectionLost(end, wasSent: true, host: host))
      }
    }
    // The begin is written before the command is started, so the command was not.
    return .refused(
      SSHFailure.insteadOfCommand(
        CommandResult(status: result.status, stdout: frame.greeting, stderr: frame.errorGreeting), host: host))
  }
}
