import Subprocess
import Values

/// One command over an open connection: its arguments, and what its end means.
///
/// The client exits with 255 for all its own failures, and a command may do so too. Two random marks tell them apart.
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
  private let exit255Mark = "runbook-exit-255-\(ControlFolder.randomName())"
  private let noConnectionMark = "runbook-no-connection-\(ControlFolder.randomName())"

  init(host: HostSpec, settings: SSHSettings) {
    self.host = host
    self.settings = settings
  }

  func arguments(line: String, over master: SSHMaster) -> [String] {
    SSHCommandLine(host: host, settings: settings).session(
      controlPath: master.controlPath, line: ShellLine.marking255(line, mark: exit255Mark),
      noConnectionMark: noConnectionMark)
  }

  /// Runs the client to its end; what its exit code means is for ``outcome(of:over:)`` to tell.
  func run(
    _ command: RemoteCommand, line: String, over master: SSHMaster, onOutput: OutputHandler?
  ) async throws -> CommandResult {
    var child = ChildProcess(
      executable: settings.executable, arguments: arguments(line: line, over: master), stdin: command.stdin,
      inputFile: command.inputFile, outputFile: command.outputFile, timeout: command.timeout)
    child.keepsOutput = command.keepsOutput
    if let onOutput {
      let mark = Array(exit255Mark.utf8)
      child.onOutput = { channel, chunk in
        guard channel == .stderr, chunk.bytes.suffix(mark.count).elementsEqual(mark) else {
          return await onOutput(channel, chunk)
        }
        var own = chunk.bytes.dropLast(mark.count)
        if own.last == UInt8(ascii: "\n") { own.removeLast() }
        if !own.isEmpty { await onOutput(channel, OutputChunk(own)) }
      }
    }
    do {
      return try await child.run()
    } catch let interruption as ChildProcess.Interruption {
      throw interruption.failure(of: command, host: host)
    } catch let error as SubprocessError {
      throw SSHFailure.clientNotStarted(error, host: host, settings: settings)
    }
  }

  func outcome(of result: CommandResult, over master: SSHMaster) async -> Outcome {
    if let failure = SSHFailure.insteadOfCommand(result, host: host) { return .refused(failure) }
    guard result.status == 255 else { return .ended(result) }
    let mark = Array("\(exit255Mark)\n".utf8)
    if result.stderr.suffix(mark.count).elementsEqual(mark) {
      var result = result
      result.stderr.removeLast(mark.count)
      return .ended(result)
    }
    let words = result.errorText
    if words.contains(noConnectionMark) {
      if words.contains("session request failed") || words.contains("Session open refused") {
        return .sessionRefused(SSHFailure.sessionsExhausted(host: host, cause: SSHFailure.firstLine(of: words)))
      }
      // Only when the request was never sent is it sure that the command was not begun.
      if !words.contains("mux_client_request_session") {
        return .notStarted(SSHFailure.connectionLost(nil, wasSent: false, host: host))
      }
    }
    // The connection's own client knows why, and ends about now too.
    let end = await master.end(within: .seconds(2))
    return .lost(SSHFailure.connectionLost(end, wasSent: true, host: host))
  }
}
