import Concurrency
import Glibc
import Subprocess
import Synchronization
import SystemPackage
import Values

/// A socket whose other end is the standard input and output of a running command.
///
/// End it by closing the socket, if the command ends at the end of its input, or with ``terminate()``. Losing the last
/// reference ends it too.
package final class CommandStream: Sendable {
  private let descriptor: Mutex<FileDescriptor?>
  private let process: Task<Void, Never>
  private let end: Promise<CommandTermination>

  private init(descriptor: FileDescriptor, process: Task<Void, Never>, end: Promise<CommandTermination>) {
    self.descriptor = Mutex(descriptor)
    self.process = process
    self.end = end
  }

  deinit {
    process.cancel()
    try? descriptor.withLock { $0.take() }?.close()
  }

  /// The connected, blocking, close-on-exec socket, which still belongs to the stream; `nil` after ``take()``.
  package var fileDescriptor: Int32? { descriptor.withLock { $0?.rawValue } }

  /// Hands the socket over: the caller closes it from now on. `nil` when that was done before.
  ///
  /// The stream itself must be kept as long as the socket is used.
  package func take() -> Int32? { descriptor.withLock { $0.take()?.rawValue } }

  /// How the command ended, as soon as it has.
  package var termination: CommandTermination {
    get async {
      // Waiting does not end when the waiting task is cancelled, because the command is not ended by that either.
      await process.value
      guard case .success(let termination) = end.result else { return CommandTermination(status: -1) }
      return termination
    }
  }

  /// Ends the command's processes on this machine, and waits until they have ended.
  package func terminate() async {
    process.cancel()
    await process.value
    try? descriptor.withLock { $0.take() }?.close()
  }

  /// A stream whose other end this process serves itself.
  ///
  /// - Parameters:
  ///   - serve: is given the other end, which it closes at last; it returns how the command ended.
  package static func served(
    host: String, by serve: @escaping @Sendable (Int32) async -> CommandTermination
  ) throws -> CommandStream {
    BrokenPipe.ignore
    let sockets = try SocketPair(host: host)
    let other = sockets.childs.rawValue
    let end = Promise<CommandTermination>()
    let process = Task { end.resolve(.success(await serve(other))) }
    return CommandStream(descriptor: sockets.ours, process: process, end: end)
  }

  /// Starts a program on such a socket.
  ///
  /// - Parameters:
  ///   - frame: What is said around the command's outputs; it is taken off them, and the stream is there when the
  ///     command has begun, or has ended without that.
  ///   - answerTimeout: How long the frame's begin may take.
  ///   - interpret: Turns the exit code and the standard error into what the stream's owner gets.
  ///   - onEnd: Called once when the program has ended, or has not been started.
  static func open(
    executable: String, arguments: [String], host: String, frame: CommandFrame? = nil,
    answerTimeout: Duration = .seconds(60), onEnd: @escaping @Sendable () -> Void = {},
    interpret: @escaping @Sendable (CommandResult) async -> CommandTermination
  ) async throws -> CommandStream {
    BrokenPipe.ignore
    let sockets: SocketPair
    let output: FileDescriptor
    do {
      sockets = try SocketPair(host: host)
      // A descriptor of its own for each of the two, because each is closed after the start.
      output = try sockets.childs.duplicate()
    } catch {
      onEnd()
      throw error
    }
    let started = Promise<Void>()
    let end = Promise<CommandTermination>()
    let process = Task {
      defer { onEnd() }
      do {
        let result = try await Subprocess.run(
          ChildProcess.executable(executable), arguments: Arguments(arguments),
          environment: ChildEnvironment.inherited, platformOptions: ChildProcess.ownGroup,
          input: .fileDescriptor(sockets.childs, closeAfterSpawningProcess: true),
          output: .fileDescriptor(output, closeAfterSpawningProcess: true), error: .sequence
        ) { execution in
          started.resolve(.success(()))
          var tail = OutputTail()
          for try await buffer in execution.standardError {
            let bytes = buffer.withUnsafeBytes { Array($0) }
            tail.append(frame?.take(bytes, .stderr) ?? bytes)
          }
          if let frame { tail.append(frame.finish(.stderr)) }
          if Task.isCancelled { kill(-execution.processIdentifier.value, SIGKILL) }
          return tail.bytes
        }
        let status = ChildProcess.exitCode(result.terminationStatus)
        end.resolve(.success(await interpret(CommandResult(status: status, stderr: result.closureResult))))
      } catch {
        let failure = Failure(.commandNotStarted, "a command could not be started", host: host, cause: "\(error)")
        started.resolve(.failure(failure))
        end.resolve(.success(CommandTermination(status: -1, failure: failure)))
      }
    }
    let stream = CommandStream(descriptor: sockets.ours, process: process, end: end)
    do {
      try await started.value()
      if let bytes = frame?.inputBytes, !bytes.isEmpty { _ = try sockets.ours.writeAll(bytes) }
      if let frame { try await skip(frame, on: sockets.ours.rawValue, within: answerTimeout, host: host) }
    } catch {
      await stream.terminate()
      throw error
    }
    return stream
  }

  /// Reads what comes before the command's own output. When the socket ends before that, ``termination`` says why.
  private static func skip(_ frame: CommandFrame, on descriptor: Int32, within limit: Duration, host: String)
    async throws
  {
    try await CommandFrame.limited(to: limit, host) {
      let result = try await MarkSearch.read(descriptor, through: frame.beginBytes)
      if result.isFound {
        frame.noteBegin(greeting: result.before.bytes)
      } else {
        _ = frame.take(result.before.bytes, .stdout)
      }
    }
  }
}
