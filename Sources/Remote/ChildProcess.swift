import Subprocess
import SystemPackage
import Values

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One run of a program on this machine, in a process group of its own that never outlives the run.
struct ChildProcess: Sendable {
  /// More output than this in one channel ends the command: a runaway command must not fill the memory.
  static let outputLimit = 64 * 1024 * 1024

  /// The name of the program, searched in `PATH`, or its path.
  var executable: String
  var arguments: [String]
  var stdin: [UInt8] = []
  /// See ``RemoteCommand/inputFile``.
  var inputFile: String?
  /// See ``RemoteCommand/outputFile``.
  var outputFile: String?
  var timeout: Duration?
  var onOutput: OutputHandler?

  /// What ended the run, besides the process itself.
  enum Interruption: Error {
    case timedOut
    case outputTooLarge
  }

  /// Runs the program to its end.
  ///
  /// - Throws: ``Interruption``, `CancellationError`, or `SubprocessError` when it could not be started.
  func run() async throws -> CommandResult {
    BrokenPipe.ignore
    guard let timeout else { return try await runToEnd() }
    return try await withThrowingTaskGroup(of: CommandResult?.self) { group in
      group.addTask { try await runToEnd() }
      group.addTask {
        try await Task.sleep(for: timeout)
        return nil
      }
      // Leaving the group cancels the loser and waits for its end, so nothing runs on after the time is over.
      defer { group.cancelAll() }
      guard let result = try await group.next() ?? nil else {
        try Task.checkCancellation()
        throw Interruption.timedOut
      }
      return result
    }
  }

  private func runToEnd() async throws -> CommandResult {
    try Task.checkCancellation()
    if inputFile != nil || outputFile != nil { return try await runOnFiles() }
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
          // A command that ends without reading all of its input has failed by nobody's measure.
          if !stdin.isEmpty { _ = try? await writer.write(stdin) }
          try? await writer.finish()
          return nil
        }
        group.addTask { (.stdout, try await collect(standardOutput, .stdout)) }
        group.addTask { (.stderr, try await collect(standardError, .stderr)) }
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

  func collect(_ sequence: SubprocessOutputSequence, _ channel: OutputChannel) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    var splitter = LineSplitter()
    for try await buffer in sequence {
      let new = buffer.withUnsafeBytes { Array($0) }
      guard bytes.count + new.count <= Self.outputLimit else { throw Interruption.outputTooLarge }
      bytes += new
      if let onOutput { for line in splitter.append(new) { onOutput(channel, line) } }
    }
    if let onOutput, let line = splitter.finish() { onOutput(channel, line) }
    return bytes
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
