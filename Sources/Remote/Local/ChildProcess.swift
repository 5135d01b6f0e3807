import Glibc
import Subprocess
import SystemPackage
import Values

/// One run of a program on this machine, in a process group of its own that never outlives the run.
struct ChildProcess: Sendable {
  /// More output than this ends the command: a runaway command must not fill the memory.
  static let outputLimit = 8 * 1024 * 1024

  /// The name of the program, searched in `PATH`, or its path.
  var executable: String
  var arguments: [String]
  var stdin: [UInt8] = []
  /// See ``RemoteCommand/inputFile``.
  var inputFile: String?
  /// See ``RemoteCommand/outputFile``.
  var outputFile: String?
  var timeout: Duration?
  /// See ``RemoteCommand/keepsOutput``.
  var keepsOutput = true
  /// What is said around the command's outputs; it is taken off them.
  var frame: CommandFrame?
  /// How long the frame's begin may take.
  var answerTimeout: Duration?
  /// For how long nothing may come.
  var silenceTimeout: Duration?
  /// Whose answer is waited for.
  var host = ""
  var onOutput: OutputHandler?

  /// What ended the run, besides the process itself.
  enum Interruption: Error {
    case timedOut
    case outputTooLarge
    /// The frame's begin did not come in that time, or nothing has come for that time.
    case noAnswer(Duration)
  }

  /// Runs the program to its end.
  ///
  /// - Throws: ``Interruption``, `CancellationError`, or `SubprocessError` when it could not be started.
  func run() async throws -> CommandResult {
    BrokenPipe.ignore
    return try await withThrowingTaskGroup(of: CommandResult?.self) { group in
      group.addTask { try await runToEnd() }
      if let timeout {
        group.addTask {
          try await Task.sleep(for: timeout)
          throw Interruption.timedOut
        }
      }
      if let frame, let answerTimeout {
        group.addTask {
          try await frame.expectBegin(within: answerTimeout, host: host)
          return nil
        }
      }
      if let frame, let silenceTimeout {
        group.addTask {
          try await frame.expectSigns(every: silenceTimeout, host: host)
          return nil
        }
      }
      // Leaving the group cancels the others and waits for their end, so nothing runs on after the time is over.
      defer { group.cancelAll() }
      do {
        while let result = try await group.next() { if let result { return result } }
      } catch {
        try Task.checkCancellation()
        throw error
      }
      throw CancellationError()
    }
  }

  private func runToEnd() async throws -> CommandResult {
    try Task.checkCancellation()
    if inputFile != nil || outputFile != nil { return try await runOnFiles() }
    let amount = OutputAmount()
    let result = try await Subprocess.run(
      Self.executable(executable), arguments: Arguments(arguments), environment: ChildEnvironment.inherited,
      platformOptions: Self.ownGroup,
      input: .inputWriter, output: .sequence, error: .sequence
    ) { execution in
      let writer = execution.standardInputWriter
      let standardOutput = execution.standardOutput
      let standardError = execution.standardError
      let outputs = try await withThrowingTaskGroup(of: (OutputChannel, [UInt8])?.self) { group in
        group.addTask {
          // A command that ends without reading all of its input has not failed.
          if !stdin.isEmpty { _ = try? await writer.write(stdin) }
          try? await writer.finish()
          return nil
        }
        group.addTask { (.stdout, try await collect(standardOutput, .stdout, amount)) }
        group.addTask { (.stderr, try await collect(standardError, .stderr, amount)) }
        var outputs: [OutputChannel: [UInt8]] = [:]
        for try await output in group { if let (channel, bytes) = output { outputs[channel] = bytes } }
        return outputs
      }
      // Not yet reaped, so the number still means this group: end what the cancelled command left in it.
      if Task.isCancelled { kill(-execution.processIdentifier.value, SIGKILL) }
      return outputs
    }
    let status = Self.exitCode(result.terminationStatus)
    if status != 0 { try Task.checkCancellation() }
    return CommandResult(
      status: status, stdout: result.closureResult[.stdout] ?? [], stderr: result.closureResult[.stderr] ?? [])
  }

  func collect(
    _ sequence: SubprocessOutputSequence, _ channel: OutputChannel, _ amount: OutputAmount
  ) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    var tail = OutputTail()
    var chunks = OutputChunks()
    func add(_ new: [UInt8]) async throws {
      if keepsOutput {
        guard amount.fits(new.count) else { throw Interruption.outputTooLarge }
        bytes += new
      } else {
        tail.append(new)
      }
      if let onOutput { for chunk in chunks.append(new) { await onOutput(channel, chunk) } }
    }
    for try await buffer in sequence {
      let new = buffer.withUnsafeBytes { Array($0) }
      try await add(frame?.take(new, channel) ?? new)
    }
    if let frame { try await add(frame.finish(channel)) }
    if let onOutput, let chunk = chunks.finish() { await onOutput(channel, chunk) }
    return keepsOutput ? bytes : tail.bytes
  }

  static func executable(_ name: String) -> Executable { name.contains("/") ? .path(FilePath(name)) : .name(name) }

  /// A group of its own: Ctrl-C at the terminal is for this program to handle, and a signal reaches all of a command.
  static var ownGroup: PlatformOptions {
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = [
      .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(2))
    ]
    return options
  }

  static func exitCode(_ status: TerminationStatus) -> Int32 {
    switch status {
    case .exited(let code): code
    case .signaled(let signal): 128 + signal
    }
  }
}

extension ChildProcess {
  /// Runs the program on files of this machine, which it reads and writes itself: their contents never pass through
  /// our memory.
  func runOnFiles() async throws -> CommandResult {
    let input = try FileDescriptor.open(inputFile ?? "/dev/null", .readOnly, options: .closeOnExec)
    let output: FileDescriptor
    do {
      output =
        if let outputFile {
          try FileDescriptor.open(
            outputFile, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
        } else {
          try FileDescriptor.open("/dev/null", .writeOnly, options: .closeOnExec)
        }
    } catch {
      try? input.close()
      throw error
    }
    let result = try await Subprocess.run(
      Self.executable(executable), arguments: Arguments(arguments), environment: ChildEnvironment.inherited,
      platformOptions: Self.ownGroup,
      input: .fileDescriptor(input, closeAfterSpawningProcess: true),
      output: .fileDescriptor(output, closeAfterSpawningProcess: true), error: .sequence
    ) { execution in
      let errors = try await collect(execution.standardError, .stderr, OutputAmount())
      // Not yet reaped, so the number still means this group: end what the cancelled command left in it.
      if Task.isCancelled { kill(-execution.processIdentifier.value, SIGKILL) }
      return errors
    }
    let status = Self.exitCode(result.terminationStatus)
    if status != 0 { try Task.checkCancellation() }
    return CommandResult(status: status, stderr: result.closureResult)
  }
}

/// The environment of every program that this one starts.
enum ChildEnvironment {
  /// What no other program is to see: the key that opens the journal's secrets.
  private static let own = ["RUNBOOK_KEY"]

  /// This program's environment without what is its own, and with a `SHELL` that works: ssh runs the commands of its
  /// configuration with it, and for a service's user it is often one that runs none.
  static let inherited: Environment = {
    var changes: [Environment.Key: String?] = [:]
    for name in own { changes.updateValue(nil, forKey: Environment.Key(stringLiteral: name)) }
    let shell = getenv("SHELL").map { String(cString: $0) } ?? ""
    if shell.hasSuffix("/nologin") || shell.hasSuffix("/false") { changes["SHELL"] = "/bin/sh" }
    return .inherit.updating(changes)
  }()
}
