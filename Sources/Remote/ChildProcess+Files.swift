import Subprocess
import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

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
