import Subprocess
import Values

/// Runs commands on this machine, in the same way as ``SSHTransport`` runs them on another.
package struct LocalTransport: Transport {
  /// This machine, as the inventory names it.
  package let host: HostSpec

  /// Reaches this machine.
  package init(host: HostSpec) { self.host = host }

  /// Does nothing: this machine is always there.
  package func connect() async throws {}

  /// Runs a command to its end; see ``Transport/run(_:onOutput:)``.
  package func run(_ command: RemoteCommand, onOutput: OutputHandler?) async throws -> CommandResult {
    // Nothing else writes here, but `sudo` may, in place of the command.
    let frame = CommandFrame(command.outputFile == nil && command.inputFile == nil ? .whole : .none)
    let line = frame.program(try ShellLine.compose(command, host: host.name, rootMark: frame.root))
    var child = ChildProcess(
      executable: "sh", arguments: ["-c", line], stdin: command.stdin,
      inputFile: command.inputFile, outputFile: command.outputFile, timeout: command.timeout, frame: frame,
      silenceTimeout: command.silence)
    child.host = host.name
    child.keepsOutput = command.keepsOutput
    child.onOutput = onOutput
    do {
      var result = try await child.run()
      if let status = frame.status { result.status = status }
      if let failure = try await SudoFailure.find(in: result, of: command, frame: frame, over: self) { throw failure }
      return result
    } catch let interruption as ChildProcess.Interruption {
      throw interruption.failure(of: command, host: host)
    } catch let error as SubprocessError {
      throw Failure(.commandNotStarted, "a command could not be started", host: host.name, cause: "\(error)")
    }
  }

  /// Starts a command on a socket; see ``Transport/openStream(_:)``.
  package func openStream(_ command: RemoteCommand) async throws -> CommandStream {
    let frame = CommandFrame(.begin)
    let line = frame.program(try ShellLine.compose(command, host: host.name, rootMark: frame.root))
    let host = host
    return try await CommandStream.open(
      executable: "sh", arguments: ["-c", line], host: host.name, frame: frame
    ) { result in
      CommandTermination(
        status: result.status, stderr: result.stderr,
        failure: await SudoFailure.findAtEnd(
          of: result, of: command, frame: frame, host: host, over: LocalTransport(host: host)))
    }
  }

  /// Asks the host's `sudo`; see ``Transport/maySudo(_:)``.
  package func maySudo(_ command: RemoteCommand) async throws -> Bool? { try await askSudo(command) }

  /// Does nothing: there is no connection. Streams end by themselves or with ``CommandStream/terminate()``.
  package func close() async {}
}
