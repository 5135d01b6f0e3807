import Concurrency
import Glibc
import Subprocess
import Values

/// The one connection to a host, held open by an ssh client that all commands and streams go through.
///
/// It can't outlive this program, even when that is killed: see ``supervisor``.
final class SSHMaster: Sendable {
  /// The socket at which the client listens.
  let controlPath: String
  private let process: Task<Void, Never>
  private let stop: Promise<Void>
  private let end: Promise<CommandResult>

  private init(controlPath: String, process: Task<Void, Never>, stop: Promise<Void>, end: Promise<CommandResult>) {
    self.controlPath = controlPath
    self.process = process
    self.stop = stop
    self.end = end
  }

  /// Runs ssh, and ends it as soon as the standard input ends, which it does when this program does.
  ///
  /// `read` is the shell's own, so that nothing else is left when the waiting part is killed.
  private static let supervisor = """
    exec 3<&0
    "$@" </dev/null 3<&- &
    ssh=$!
    { read -r nothing; kill "$ssh"; } <&3 3<&- >/dev/null 2>&1 &
    watcher=$!
    exec 3<&-
    wait "$ssh"
    status=$?
    kill "$watcher" 2>/dev/null
    exit "$status"
    """

  /// Connects to a host.
  ///
  /// - Throws: A `Failure` that says why it was not possible.
  static func open(_ host: HostSpec, settings: SSHSettings, controlFolder: String) async throws -> SSHMaster {
    try SSHCommandLine.validate(host)
    BrokenPipe.ignore
    let controlPath = try ControlFolder.prepare(controlFolder, host: host.name).newSocketPath()
    let arguments = SSHCommandLine(host: host, settings: settings).master(controlPath: controlPath)
    let ready = Promise<Void>()
    let stop = Promise<Void>()
    let end = Promise<CommandResult>()
    let process = Task {
      let result: CommandResult
      do {
        result = try await supervise([settings.executable] + arguments, ready: ready, stop: stop)
      } catch {
        result = CommandResult(status: -1, stderr: Array("\(error)".utf8))
      }
      unlink(controlPath)
      end.resolve(.success(result))
      if ready.result != nil { return }
      var failure = SSHFailure.whileConnecting(result, host: host, settings: settings)
      if failure.code == .sshHostKeyUnknown, await keepsNoKeys(host, settings: settings) {
        failure = SSHFailure.whileConnecting(result, host: host, settings: settings, keepsNoKeys: true)
      }
      ready.resolve(.failure(failure))
    }
    let master = SSHMaster(controlPath: controlPath, process: process, stop: stop, end: end)
    do {
      try await master.wait(for: ready, host: host, timeout: settings.openTimeout)
    } catch {
      await master.close()
      throw error
    }
    return master
  }

  /// Whether ssh's configuration has no file for the keys of hosts, so that a key can't become known.
  private static func keepsNoKeys(_ host: HostSpec, settings: SSHSettings) async -> Bool {
    let child = ChildProcess(
      executable: settings.executable, arguments: SSHCommandLine.configuration(of: host), timeout: .seconds(10))
    guard let lines = try? await child.run().lines else { return false }
    let files = lines.map { $0.split(separator: " ") }.filter { $0.first == "userknownhostsfile" }.flatMap {
      $0.dropFirst()
    }
    return !files.isEmpty && files.allSatisfy { ["/dev/null", "none"].contains($0) }
  }

  /// Whether the connection is still there, as far as is known.
  var isAlive: Bool { end.result == nil }

  /// What the client said when it ended; `nil` when it has not ended within that time.
  func end(within time: Duration) async -> CommandResult? {
    await withTaskGroup(of: CommandResult?.self) { group in
      group.addTask { try? await self.end.value() }
      group.addTask {
        try? await Task.sleep(for: time)
        return nil
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
  }

  /// Ends the connection and waits until the client has ended and its socket is gone.
  func close() async {
    stop.resolve(.success(()))
    // In a task of its own, because a cancelled task must wait here too.
    let isDone = await Task { await self.end(within: .seconds(2)) != nil }.value
    if !isDone { process.cancel() }
    await process.value
  }

  private func wait(for ready: Promise<Void>, host: HostSpec, timeout: Duration) async throws {
    try await HostWait.limited(
      to: timeout, host.name, "it has not completed the log-in",
      else: SSHFailure.connectingTookTooLong(host: host, timeout: timeout)
    ) {
      try await ready.value()
    }
  }

  private static func supervise(
    _ command: [String], ready: Promise<Void>, stop: Promise<Void>
  ) async throws -> CommandResult {
    let result = try await Subprocess.run(
      .name("sh"), arguments: Arguments(["-c", supervisor, "sh"] + command), environment: ChildEnvironment.inherited,
      platformOptions: ChildProcess.ownGroup,
      input: .inputWriter, output: .sequence, error: .sequence
    ) { execution in
      let lifeline = execution.standardInputWriter
      let standardOutput = execution.standardOutput
      let standardError = execution.standardError
      return try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
        group.addTask {
          try? await stop.value()
          try? await lifeline.finish()
          return nil
        }
        group.addTask {
          var chunks = OutputChunks()
          for try await buffer in standardOutput {
            let new = buffer.withUnsafeBytes { chunks.append($0) }
            if new.contains(where: { $0.lines.contains(SSHCommandLine.readyWord) }) { ready.resolve(.success(())) }
          }
          return nil
        }
        group.addTask {
          var tail = OutputTail()
          for try await buffer in standardError { buffer.withUnsafeBytes { tail.append($0) } }
          return tail.bytes
        }
        var words: [UInt8] = []
        // Both outputs end with the client; then there is nothing left to stop.
        while let output = try await group.next() {
          if let output {
            words = output
            group.cancelAll()
          }
        }
        if Task.isCancelled { kill(-execution.processIdentifier.value, SIGKILL) }
        return words
      }
    }
    return CommandResult(status: ChildProcess.exitCode(result.terminationStatus), stderr: result.closureResult)
  }
}
