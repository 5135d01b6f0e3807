import Values

/// A command that continues when the connection to its host is lost, or when this program ends, and that is found
/// again.
///
/// The command is started in a session of its own on the host, where its output and its exit code are kept until
/// ``remove()``. Running a job with the same ``JobID`` again follows the one that exists and starts no second one.
/// Whether one without a trace was never started is judged by the ``JobMark``. The host needs nothing but a POSIX shell
/// with the usual programs.
///
/// ## What is on the host
///
/// The traces are the login user's, also when the command itself is root's through `sudo`:
///
/// | path in `/var/tmp/runbook-UID/RUN/JOB/` | what it is |
/// |---|---|
/// | `../site` | the run's mark: there since before its first job |
/// | `stdout`, `stderr` | what the command has written |
/// | `process` | one line: process number, process group, start time, boot ID, uptime at the start in 1/100 s |
/// | `process.NUMBER` | the second name of that file, as long as the command has not ended |
/// | `status.CODE` | the same file after the end: renaming it records the exit code; `-cut` if output may be missing |
/// | `overdue` | there when the command was ended because its time was over |
/// | `input.NUMBER` | what the command reads; the name is removed before the first byte is written |
///
/// `/tmp` takes the place of `/var/tmp` on a host that has none. The folder has mode 0700; one that another user has
/// made, or may enter, or a symbolic link, is refused. `RUN` is a fingerprint of the run's ID and the host's inventory
/// name, `JOB` the ``JobID``'s name. `process` is made by `link`, which only one of many can do, and is on
/// the disk before the command begins, so at each moment a job was not begun, or can be found, or has ended.
///
/// A host whose log-in manager ends all processes of a user who logs out (`KillUserProcesses=yes`) ends jobs too; they
/// are then ``JobState/lost(_:)``.
package struct RemoteJob: Sendable {
  /// How long a lost connection is tried again by ``run(onOutput:reconnectTimeout:)``, counted from the last contact.
  package static let defaultReconnectTimeout: Duration = .seconds(120)

  /// What the job is called.
  package let id: JobID
  /// What it runs.
  package let command: RemoteCommand
  let host: JobHost

  /// Describes a job. Nothing is done yet.
  ///
  /// - Parameters:
  ///   - command: Its `timeout` counts from the start of the job on the host, also when no one follows it then; whoever
  ///     follows the job ends it.
  package init(id: JobID, command: RemoteCommand, over transport: any Transport) {
    self.id = id
    self.command = command
    host = JobHost(run: id.run, transport: transport)
  }

  /// Makes a host ready for the jobs of a run, before it is recorded that the first one is about to start.
  ///
  /// - Parameter reconnectTimeout: How long a lost connection is tried again before it is an error.
  /// - Throws: A `Failure` `job.…`, or the transport's; nothing was started.
  package static func mark(
    run: String, over transport: any Transport, reconnectTimeout: Duration = Self.defaultReconnectTimeout
  ) async throws -> JobMark {
    let host = JobHost(run: run, transport: transport)
    var reattachment = Reattachment(reconnectTimeout: reconnectTimeout)
    do {
      let words = try await reattachment.keep { onContact in
        try await host.ask(
          JobScript.prepare, job: "", arguments: [ControlFolder.randomName()], onContact: onContact,
          refusal: { result in
            JobFailure.script(
              JobHost.lastLine(result), code: .jobNotStarted,
              "the folder for the traces of remote commands could not be created", host: host.name)
          })
      }
      guard words.count == 3, words[0] == "site" else { throw host.unreadable(words.joined(separator: " ")) }
      return JobMark(mark: words[1], boot: words[2])
    } catch var failure as Failure {
      // To ask once more does no harm.
      failure.leavesDoubt = false
      throw failure
    }
  }

  /// Runs the command on the host, or follows it when it is there already, to its end, across lost connections.
  ///
  /// Cancelling the task ends the following and not the job: it can be followed again, or be ended by ``terminate()``.
  /// - Parameters:
  ///   - onOutput: Given what it writes, from the command's first line, once.
  ///   - reconnectTimeout: How long a lost connection is tried again before it is an error.
  ///   - earlier: Where it was started before, or may have been: what its host had said then, and whether the host had
  ///     said that it was started. It is started again only when it certainly was not.
  ///   - onStart: Called as soon as the host has said that it was started.
  /// - Returns: How the command itself ended.
  /// - Throws: A `Failure`: `job.lost` when it was started and is gone without an exit code, `command.timeout` when its
  ///   time was over and it was ended, `job.…`, or the transport's and `sudo`'s as with a command without a job. Its
  ///   `leavesDoubt` says whether the command may have run, or may be running still. `CancellationError`.
  package func run(
    onOutput: OutputHandler? = nil, reconnectTimeout: Duration = Self.defaultReconnectTimeout,
    earlier: (mark: JobMark, isStarted: Bool)? = nil, onStart: () -> Void = {}
  ) async throws -> CommandResult {
    let output = JobOutput(onOutput)
    do {
      var isThere = false
      if let earlier {
        isThere = try await self.isThere(
          since: earlier.mark, isStarted: earlier.isStarted, reconnectTimeout: reconnectTimeout)
      }
      if !isThere { try await start(reconnectTimeout: reconnectTimeout) }
      onStart()
      let result = try await follow(output, reconnectTimeout: reconnectTimeout)
      await output.finish()
      return result
    } catch {
      await output.finish()
      throw error
    }
  }

  /// What has become of the job. It is not started.
  ///
  /// - Throws: A `Failure` when the host can't be asked, or `command.output_too_large`.
  package func look() async throws -> JobState {
    let output = JobOutput()
    while true {
      switch try await sight(of: output, waiting: false) {
      case .unknown: return .unknown
      case .running, .overdue: return .running
      case .more: continue
      case .finished(let status, _): return .finished(output.result(status: status))
      case .cut(let status): throw JobFailure.cut(status: status, program: program, host: host.name)
      case .lost(let loss): return .lost(loss)
      case .flood: throw JobFailure.outputTooLarge(program: program, status: nil, host: host.name)
      }
    }
  }

  /// The state of the job, without what it has written. It is not started.
  ///
  /// - Throws: A `Failure` when the host can't be asked.
  package func status() async throws -> JobStatus {
    switch try await stands() {
    case .unknown(let mark, let boot): .untraced(JobMark(mark: mark, boot: boot))
    case .finished(let status, _), .cut(let status): .ended(status)
    case .lost(let loss): .lost(loss)
    case .running, .more, .overdue, .flood: .running
    }
  }

  /// Ends the job's process group, first with SIGTERM, and after some seconds with SIGKILL, and waits until it is gone.
  ///
  /// Nothing is done when it has ended. It is ``JobState/finished(_:)`` then, with the command's own exit code if it
  /// had the time for one. One that was not started yet can't start any more.
  /// - Parameter earlier: What its host had said before it was started, and whether the host had said that it was.
  /// - Returns: `nil` when nothing of it runs; why that can't be known, when its traces are gone since then.
  /// - Throws: A `Failure`: `job.not_ended` when processes are left, or the transport's and `sudo`'s.
  @discardableResult
  package func terminate(earlier: (mark: JobMark, isStarted: Bool)? = nil) async throws -> JobLoss? {
    guard let now = try await end(isOverdue: false, isStarted: earlier?.isStarted ?? false, mark: earlier?.mark.mark)
    else { return nil }
    guard let earlier else { return .traces }
    // What ran before the host was restarted no longer runs.
    return JobLoss(earlier.mark, earlier.isStarted, now: now) == .traces ? .traces : nil
  }

  /// Removes the job's traces on the host.
  ///
  /// - Throws: A `Failure`: `job.running` when it still runs; its traces stay then.
  package func remove() async throws { try await Self.remove(job: id.name, on: host) }

  /// Removes the traces of all jobs of a run on a host.
  ///
  /// - Throws: A `Failure`: `job.running` when some still run; theirs stay then.
  package static func removeAll(run: String, over transport: any Transport) async throws {
    try await remove(job: "", on: JobHost(run: run, transport: transport))
  }

  private static func remove(job: String, on host: JobHost) async throws {
    let answer = try await host.ask(JobScript.remove, job: job) { result in
      JobFailure.script(
        JobHost.lastLine(result), code: .fileFailed, "the traces of remote commands could not be removed",
        host: host.name)
    }
    guard answer.count == 2, answer[0] == "left", let left = Int(answer[1]) else {
      throw host.unreadable(answer.joined(separator: " "))
    }
    if left > 0 { throw JobFailure.running(left, host: host.name) }
  }
}

/// Names one command of a run on a host, so that a later process of the same run finds it.
///
/// The name is made up before the command starts and is kept in the journal.
package struct JobID: Sendable, Hashable {
  /// The run's ID.
  package let run: String
  /// Letters and digits that nothing else of the run has; safe as a file name.
  package let name: String

  package init(run: String, name: String) {
    self.run = run
    self.name = name
  }
}

extension JobID: CustomStringConvertible {
  /// The ``name``.
  package var description: String { name }
}

/// What a host reports about itself before a run starts its first job there; it decides later what a missing trace
/// means.
package struct JobMark: Sendable, Hashable {
  /// The mark in the run's folder. As long as it is there, the trace of no job was lost.
  package var mark: String
  /// The host's boot.
  package var boot: String

  package init(mark: String, boot: String) {
    self.mark = mark
    self.boot = boot
  }
}

/// A short name for a list of texts: FNV-1a with 128 bits, as 32 hexadecimal digits.
///
/// It keeps different texts apart, as a file name must, but hides nothing.
enum JobFingerprint {
  private static let basis: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
  private static let prime: UInt128 = 0x0000_0000_0100_0000_0000_0000_0000_013b

  static func of(_ parts: [String]) -> String {
    var hash = basis
    // Each with its length, so that no two lists run together to the same bytes.
    for byte in parts.lazy.flatMap({ Array("\($0.utf8.count):".utf8) + Array($0.utf8) }) {
      hash = (hash ^ UInt128(byte)) &* prime
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 32 - digits.count) + digits
  }
}
