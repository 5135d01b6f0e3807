import Values

/// The place of one run's jobs on a host, and the way to ask it.
struct JobHost: Sendable {
  let transport: any Transport
  private let folder: String

  /// The folder's name holds the host's name too, because two hosts of the inventory may be the same machine.
  init(run: String, transport: any Transport) {
    self.transport = transport
    folder = JobFingerprint.of([run, transport.host.name])
  }

  var name: String { transport.host.name }

  /// Runs a script of ``JobScript`` and gives what it said last: a word and its arguments.
  ///
  /// - Parameters:
  ///   - job: The name of the job; empty for all.
  ///   - onContact: Called when the host has been reached, also when the session is lost after that.
  ///   - refusal: What to throw when the script fails; it is given the script's exit code and its words.
  func ask(
    _ script: String, job: String, arguments: [String] = [], stdin: [UInt8] = [], output: JobOutput? = nil,
    onContact: () -> Void = {}, refusal: (CommandResult) -> Failure
  ) async throws -> [String] {
    let mark = "runbook-job-\(ControlFolder.randomName())"
    let reader = JobReader(mark: mark, output: output)
    defer { if reader.isOpen { onContact() } }
    var command = RemoteCommand.shell(script, arguments: [mark, folder, job] + arguments, stdin: stdin)
    command.keepsOutput = false
    // All scripts are of a moment, or say now and then that they are still there.
    command.silence = OwnExchange.silence
    let result = try await transport.run(command) { channel, chunk in
      if channel == .stdout { await reader.take(chunk) }
    }
    if result.status == JobFailure.folderStatus { throw JobFailure.folder(Self.lastLine(result), host: name) }
    guard result.isSuccess else { throw refusal(result) }
    let answer = reader.answer
    if answer.isEmpty {
      // A connection that is lost in the last moment may bring the exit code without all of the output.
      throw unreadable(Self.lastLine(result), isCutOff: reader.isOpen || result.stdout.isEmpty)
    }
    return answer
  }

  /// - Parameter isCutOff: Whether it may be only because the connection was lost.
  func unreadable(_ words: String, isCutOff: Bool = false) -> Failure {
    Failure(
      .jobUnreadable, "the host's report on a remote command could not be understood", host: name,
      cause: words.isEmpty ? nil : words, hint: "check that the user's login shell runs `sh -c` as it should",
      isRetryable: isCutOff, leavesDoubt: true)
  }

  /// The script's own words come last: sshd and the log-in shell may have said something else before.
  static func lastLine(_ result: CommandResult) -> String {
    String((result.errorText.split(whereSeparator: \.isNewline).last ?? "").prefix(500))
  }
}
