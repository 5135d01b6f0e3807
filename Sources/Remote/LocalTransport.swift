import Subprocess
import Values

/// Runs commands on this machine, in the same way as ``SSHTransport`` runs them on another.
public struct LocalTransport: Transport {
  /// This machine, as the inventory names it.
  public let host: HostSpec

  /// Reaches this machine.
  public init(host: HostSpec) { self.host = host }

  /// Does nothing: this machine is always there.
  public func connect() async throws {}

  /// Runs a command to its end; see ``Transport/run(_:onOutput:)``.
  public func run(_ command: RemoteCommand, onOutput: OutputHandler?) async throws -> CommandResult {
    var child = ChildProcess(
      executable: "sh", arguments: ["-c", try ShellLine.compose(command, host: host.name)], stdin: command.stdin,
      inputFile: command.inputFile, outputFile: command.outputFile, timeout: command.timeout)
    child.keepsOutput = command.keepsOutput
    child.onOutput = onOutput
    do {
      let result = try await child.run()
      if let failure = SudoFailure.recognise(result, of: command, host: host) { throw failure }
      return result
    } catch let interruption as ChildProcess.Interruption {
      throw interruption.failure(of: command, host: host)
    } catch let error as SubprocessError {
      throw Failure(.commandNotStarted, "A command could not be started.", host: host.name, cause: "\(error)")
    }
  }

  /// Starts a command on a socket; see ``Transport/openStream(_:)``.
  public func openStream(_ command: RemoteCommand) async throws -> CommandStream {
    let line = try ShellLine.compose(command, host: host.name)
    let host = host
    return try await CommandStream.open(executable: "sh", arguments: ["-c", line], host: host.name) { result in
      CommandTermination(
        status: result.status, stderr: result.stderr,
        failure: SudoFailure.recognise(result, of: command, host: host))
    }
  }

  /// Does nothing: there is no connection. Streams end by themselves or with ``CommandStream/terminate()``.
  public func close() async {}
}
