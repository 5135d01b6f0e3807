import Concurrency
import Subprocess
import Values

/// Runs commands on another machine with OpenSSH's own client, over one connection that is opened when it is first
/// needed, shared by all calls, and opened again when it was lost.
///
/// Call ``close()`` when it is no longer needed.
package actor SSHTransport: Transport {
  /// The machine the commands run on.
  package nonisolated let host: HostSpec
  private let settings: SSHSettings
  private let controlFolder: String
  private let limit: SessionLimit
  private var connection: Connection?
  /// How often ``close()`` was called: a call that began before must not open a connection after it.
  private var closings = 0
  /// Connections that take no new commands any more, but may still serve old ones.
  private var retired: [SSHMaster] = []

  private struct Connection {
    let master: Promise<SSHMaster>
    let opening: Task<Void, Never>
  }

  /// Reaches a host.
  ///
  /// - Parameter controlFolder: The absolute path of a folder for the connection's socket. It is made with mode 0700
  ///   when it is not there, must be the user's alone, and its name must be short: some 60 bytes.
  package init(host: HostSpec, controlFolder: String, settings: SSHSettings = SSHSettings()) {
    self.host = host
    self.controlFolder = controlFolder
    self.settings = settings
    limit = SessionLimit(settings.sessions)
  }

  /// Opens the connection, if it is not open; see ``Transport/connect()``.
  package func connect() async throws { _ = try await master(since: closings) }

  /// Runs a command to its end; see ``Transport/run(_:onOutput:)``.
  package nonisolated func run(_ command: RemoteCommand, onOutput: OutputHandler?) async throws -> CommandResult {
    try SSHSession.validate(command, host: host)
    let closings = await closings
    var triesLeft = 2
    // sshd's own limit leaves room for one more than others use here; where it does not, this one waits as well.
    var waits = !command.isUrgent
    while true {
      triesLeft -= 1
      let session = SSHSession(
        host: host, settings: settings, marking: Self.marking(of: command),
        hasInput: command.inputFile != nil || !command.stdin.isEmpty)
      let isCounted = waits
      if isCounted { try await acquire(.command) }
      let outcome: SSHSession.Outcome
      let master: SSHMaster
      do {
        defer { if isCounted { limit.release(.command) } }
        master = try await self.master(since: closings)
        outcome = await session.outcome(
          of: try await session.run(command, over: master, onOutput: onOutput), over: master)
        if case .sessionRefused = outcome, !isCounted {
          waits = true
          triesLeft = 2
          continue
        }
        if case .sessionRefused = outcome, limit.shrinkAfterRefusal() {
          triesLeft = 1
          continue
        }
      }
      switch outcome {
      case .ended(let result):
        if let failure = try await SudoFailure.find(in: result, of: command, frame: session.frame, over: self) {
          throw failure
        }
        return result
      case .notStarted(let failure):
        await retire(master)
        // The connection was lost before the command was sent, so sending it now is the first time.
        if triesLeft == 0 { throw failure }
      case .refused(let failure), .sessionRefused(let failure), .lost(let failure):
        throw failure
      }
    }
  }

  /// Starts a command on a socket; see ``Transport/openStream(_:)``.
  package nonisolated func openStream(_ command: RemoteCommand) async throws -> CommandStream {
    try SSHSession.validate(command, host: host)
    let session = SSHSession(host: host, settings: settings, marking: .begin, hasInput: true)
    let closings = await closings
    try await acquire(.stream)
    let master: SSHMaster
    do {
      master = try await self.master(since: closings)
    } catch {
      limit.release(.stream)
      throw error
    }
    let (host, limit, settings) = (host, limit, settings)
    let arguments: [String]
    do {
      arguments = try session.arguments(command, over: master)
    } catch {
      limit.release(.stream)
      throw error
    }
    do {
      return try await CommandStream.open(
        executable: settings.executable, arguments: arguments, host: host.name, frame: session.frame,
        answerTimeout: settings.answerTimeout, onEnd: { limit.release(.stream) },
        interpret: { [weak self] result in
          switch await session.outcome(of: result, over: master) {
          case .ended(let result):
            return CommandTermination(
              status: result.status, stderr: result.stderr,
              failure: await SudoFailure.findAtEnd(
                of: result, of: command, frame: session.frame, host: host, over: self))
          case .notStarted(let failure):
            await self?.retire(master)
            return CommandTermination(status: 255, stderr: result.stderr, failure: failure)
          case .refused(let failure), .sessionRefused(let failure), .lost(let failure):
            return CommandTermination(status: 255, stderr: result.stderr, failure: failure)
          }
        })
    } catch ChildProcess.Interruption.noAnswer(let limit) {
      throw SSHFailure.noAnswer(host: host, limit: limit, greeting: session.frame.greeting)
    }
  }

  /// Asks the host's `sudo`; see ``Transport/maySudo(_:)``.
  package nonisolated func maySudo(_ command: RemoteCommand) async throws -> Bool? { try await askSudo(command) }

  /// Ends the connection, and with it all commands and streams on it; they fail with `ssh.connection_lost`.
  package func close() async {
    let connection = connection
    let old = retired
    self.connection = nil
    retired = []
    closings += 1
    if let connection {
      connection.opening.cancel()
      await connection.opening.value
      if case .success(let master)? = connection.master.result { await master.close() }
    }
    for master in old { await master.close() }
  }

  /// Output that goes to a file has no end mark in it, and where the input is a file, the output is not read.
  private static func marking(of command: RemoteCommand) -> CommandFrame.Marking {
    command.outputFile != nil ? .begin : command.inputFile != nil ? .none : .whole
  }

  private nonisolated func acquire(_ use: SessionLimit.Use) async throws {
    do {
      try await limit.acquire(use)
    } catch is SessionLimit.Exhausted {
      throw SSHFailure.sessionsExhausted(host: host, cause: nil)
    }
  }

  /// The open connection; opened by the first of many calls at once.
  private func master(since closings: Int) async throws -> SSHMaster {
    guard closings == self.closings else { throw SSHFailure.closed(host: host) }
    switch connection?.master.result {
    case .success(let master) where master.isAlive: return master
    case nil where connection != nil: break
    default: connection = open()
    }
    guard let connection else { throw SSHFailure.closed(host: host) }
    do {
      return try await connection.master.value()
    } catch is CancellationError {
      try Task.checkCancellation()
      throw SSHFailure.closed(host: host)
    }
  }

  private func open() -> Connection {
    let promise = Promise<SSHMaster>()
    let (host, settings, folder) = (host, settings, controlFolder)
    // Not the caller's task: others wait for the same connection when the first caller is cancelled.
    let opening = Task {
      do {
        promise.resolve(.success(try await SSHMaster.open(host, settings: settings, controlFolder: folder)))
      } catch {
        promise.resolve(.failure(error))
      }
    }
    return Connection(master: promise, opening: opening)
  }

  private func retire(_ master: SSHMaster) {
    if case .success(let current)? = connection?.master.result, current === master { connection = nil }
    retired.removeAll { !$0.isAlive }
    if master.isAlive, !retired.contains(where: { $0 === master }) { retired.append(master) }
  }
}
