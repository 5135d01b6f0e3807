import Values

extension FailureCode {
  /// A remote command was started and is gone without an exit code.
  package static let jobLost: FailureCode = "job.lost"
  /// A remote command could not be started so that it outlives the connection.
  package static let jobNotStarted: FailureCode = "job.not_started"
  /// The folder for the traces of remote commands is not the user's alone.
  package static let jobFolder: FailureCode = "job.folder"
  /// A remote command still runs, so its traces must stay.
  package static let jobRunning: FailureCode = "job.running"
  /// A remote command could not be ended.
  package static let jobNotEnded: FailureCode = "job.not_ended"
  /// A remote command has ended, and not all of its output could be kept on the host.
  package static let jobOutputCut: FailureCode = "job.output_cut"
  /// What the host says about a remote command could not be understood.
  package static let jobUnreadable: FailureCode = "job.unreadable"
}

/// The failures of a job that an operator sees.
enum JobFailure {
  /// The exit code of a script that has found a folder it must not use.
  static let folderStatus: Int32 = 77

  /// The exit code of a script that `sudo` did not let end a process.
  static let sudoStatus: Int32 = 78

  static func folder(_ words: String, host: String) -> Failure {
    Failure(
      .jobFolder, "the folder for the traces of remote commands can't be trusted", host: host, cause: words,
      hint: "find out who made it; if no one needs it, remove it on \(host) and try again")
  }

  static func script(_ words: String, code: FailureCode, _ message: String, host: String) -> Failure {
    Failure(
      code, message, host: host, cause: words.isEmpty ? nil : words,
      hint: "check on \(host) that `/var/tmp` can be written and has room")
  }

  static func lost(_ loss: JobLoss, program: String, host: String) -> Failure {
    Failure(
      .jobLost, "`\(program)` \(loss.reason)", host: host,
      hint: "check on \(host) what it has done before you run it again", leavesDoubt: true)
  }

  static func overdue(program: String, limit: Duration?, host: String) -> Failure {
    let limit = limit.map(\.words) ?? "its time"
    return Failure(.commandTimeout, "`\(program)` was not done after \(limit) and was ended", host: host)
  }

  /// - Parameter status: The command's exit code; one that had to be ended has 143 or 137.
  static func outputTooLarge(program: String, status: Int32?, host: String) -> Failure {
    let limit = ChildProcess.outputLimit / 1024 / 1024
    let end = status.map { "; it has ended, with exit code \($0)" } ?? "; it was ended if it still ran"
    return Failure(
      .commandOutputTooLarge, "`\(program)` wrote more than \(limit) MiB, the most that is kept\(end)", host: host,
      hint: "let it write less, or to a file on the host")
  }

  static func cut(status: Int32, program: String, host: String) -> Failure {
    Failure(
      .jobOutputCut, "`\(program)` ended with exit code \(status), but some of its output may be missing", host: host,
      cause: "there is no room for it in /var/tmp on the host",
      hint: "make room there (`df -h /var/tmp`), and check what the command has done: a resumed run runs it again")
  }

  static func running(_ count: Int, host: String) -> Failure {
    Failure(
      .jobRunning, count == 1 ? "a remote command still runs" : "\(count) remote commands still run", host: host,
      hint: "wait for the end, or end it; its traces stay until then", isRetryable: true)
  }

  static func notStarted(_ result: CommandResult, program: String, host: String) -> Failure {
    script(JobHost.lastLine(result), code: .jobNotStarted, "`\(program)` was not started", host: host)
  }

  static func notFollowed(_ result: CommandResult, program: String, host: String) -> Failure {
    script(
      JobHost.lastLine(result), code: .jobUnreadable, "the outcome of `\(program)` could not be read", host: host)
  }

  static func notEnded(_ result: CommandResult, program: String, host: String) -> Failure {
    Failure(
      .jobNotEnded, "`\(program)` could not be ended", host: host, cause: JobHost.lastLine(result),
      hint: "check on \(host) which of its processes still run, and end them there", leavesDoubt: true)
  }

  /// Why a job can't be followed any more, though it was, or may have been, started.
  static func outOfReach(_ failure: Failure, host: String) -> Failure {
    var failure = failure
    failure.leavesDoubt = true
    failure.hint =
      "resume the run to follow the command to its end: it continues on \(host) and keeps its output there"
      + (failure.hint.map { "; \($0)" } ?? "")
    return failure
  }
}
