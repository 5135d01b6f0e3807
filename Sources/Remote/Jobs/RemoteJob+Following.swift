import Values

extension RemoteJob {
  /// How much output one session reports: what it says must fit, as digits, into what a transport keeps of a command.
  private static let bytesPerSession = 8 * 1024 * 1024
  /// How often, ten times a second, a job is looked at before it is ended by force.
  private static let looksBeforeForce = 50

  var program: String { command.argv.first ?? "the command" }

  /// Starts the job unless it was started before. Asking twice does no harm, so a lost session leaves no doubt.
  func start(reconnectTimeout: Duration) async throws {
    let line = try ShellLine.compose(command, host: host.name)
    let arguments = ["\(command.stdin.count)", line, JobScript.runner]
    var reattachment = Reattachment(reconnectTimeout: reconnectTimeout)
    do {
      _ = try await reattachment.keep { onContact in
        try await host.ask(
          JobScript.launch, job: id.name, arguments: arguments, stdin: command.stdin, onContact: onContact,
          refusal: { JobFailure.notStarted($0, program: program, host: host.name) })
      }
    } catch let failure as Failure where reattachment.leavesDoubt {
      throw JobFailure.outOfReach(failure, host: host.name)
    }
  }

  /// Whether the job is on its host. False when it certainly was not started: its trace is not there, and the mark of the
  /// run's folder is, under which it would have been made. Without a trace and without that, it is lost.
  func isThere(since mark: JobMark, isStarted: Bool, reconnectTimeout: Duration) async throws -> Bool {
    let sight = try await keepingTheJob(reconnectTimeout) { onContact in
      try await stands(onContact: onContact)
    }
    guard case .unknown(let now, let boot) = sight else { return true }
    if let loss = JobLoss(mark, isStarted, now: JobMark(mark: now, boot: boot)) {
      throw JobFailure.lost(loss, program: program, host: host.name)
    }
    return false
  }

  /// Follows a started job to its end.
  func follow(_ output: JobOutput, reconnectTimeout: Duration) async throws -> CommandResult {
    while true {
      let sight = try await keepingTheJob(reconnectTimeout) { onContact in
        try await self.sight(of: output, waiting: true, onContact: onContact)
      }
      switch sight {
      case .more where output.isTooLarge, .running where output.isTooLarge, .flood:
        throw try await flooded(reconnectTimeout)
      case .more, .running: continue
      case .overdue: try await endStarted(isOverdue: true, reconnectTimeout)
      case .unknown: throw JobFailure.lost(.traces, program: program, host: host.name)
      case .lost(let loss): throw JobFailure.lost(loss, program: program, host: host.name)
      case .cut(let status): throw JobFailure.cut(status: status, program: program, host: host.name)
      case .finished(_, isOverdue: true):
        throw JobFailure.overdue(program: program, limit: command.timeout, host: host.name)
      case .finished(let status, isOverdue: false):
        let result = output.result(status: status)
        if let failure = try await SudoFailure.find(in: result, of: command, over: host.transport) { throw failure }
        return result
      }
    }
  }

  /// Ends a command that writes more than is kept, and says how it ended, so that nothing about it is in doubt.
  private func flooded(_ reconnectTimeout: Duration) async throws -> Failure {
    try await endStarted(isOverdue: false, reconnectTimeout)
    let sight = try await keepingTheJob(reconnectTimeout) { onContact in try await stands(onContact: onContact) }
    guard case .finished(let status, _) = sight else {
      return JobFailure.outputTooLarge(program: program, status: nil, host: host.name)
    }
    return JobFailure.outputTooLarge(program: program, status: status, host: host.name)
  }

  /// The state of the job, without what it has written.
  func stands(onContact: () -> Void = {}) async throws -> JobSight {
    let nowhere = "\(Int64.max)"
    let words = try await host.ask(
      JobScript.follow, job: id.name, arguments: [nowhere, nowhere, "1", "0", "0", nowhere], onContact: onContact,
      refusal: { JobFailure.notFollowed($0, program: program, host: host.name) })
    guard let sight = JobSight(words) else { throw host.unreadable(words.joined(separator: " ")) }
    return sight
  }

  /// What the host says about the job; new output is added on the way.
  ///
  /// - Parameter waiting: Whether to wait for its end.
  func sight(
    of output: JobOutput, waiting: Bool, onContact: () -> Void = {}
  ) async throws -> JobSight {
    let known = output.offsets
    let arguments = [
      "\(known.stdout)", "\(known.stderr)", "\(Self.bytesPerSession)", "\(limitInHundredths)", waiting ? "1" : "0",
      "\(ChildProcess.outputLimit)",
    ]
    let words = try await host.ask(
      JobScript.follow, job: id.name, arguments: arguments, output: output, onContact: onContact,
      refusal: { JobFailure.notFollowed($0, program: program, host: host.name) })
    guard let sight = JobSight(words) else { throw host.unreadable(words.joined(separator: " ")) }
    return sight
  }

  /// Ends the processes of a job that this program has seen running.
  private func endStarted(isOverdue: Bool, _ reconnectTimeout: Duration) async throws {
    let lost = try await keepingTheJob(reconnectTimeout) { _ in
      try await end(isOverdue: isOverdue, isStarted: true, mark: nil)
    }
    if lost != nil { throw JobFailure.lost(.traces, program: program, host: host.name) }
  }

  /// Ends the job's processes.
  ///
  /// - Parameters:
  ///   - isOverdue: Whether that is because its time is over, which is recorded.
  ///   - isStarted: Whether it certainly was started.
  ///   - mark: The run's mark before it was started, or was about to be; `nil` where none is known.
  /// - Returns: `nil` when nothing of it runs; what the host says of itself when it has no trace of it, and had one.
  func end(isOverdue: Bool, isStarted: Bool, mark: String?) async throws -> JobMark? {
    let words = try await host.ask(
      JobScript.terminate, job: id.name,
      arguments: [
        isOverdue ? "overdue" : "-", command.sudo ? "1" : "0", "\(Self.looksBeforeForce)", isStarted ? "1" : "0",
        mark ?? "-",
      ]
    ) { result in
      result.status == JobFailure.sudoStatus
        ? SudoFailure.describe(result, host: host.transport.host)
        : JobFailure.notEnded(result, program: program, host: host.name)
    }
    if words == ["ended"] { return nil }
    guard case .unknown(let mark, let boot) = JobSight(words) else {
      throw host.unreadable(words.joined(separator: " "))
    }
    return JobMark(mark: mark, boot: boot)
  }

  /// Does something with a job that was started: whatever fails on the way, it may be running still.
  private func keepingTheJob<Result>(
    _ reconnectTimeout: Duration, _ body: (_ onContact: () -> Void) async throws -> Result
  ) async throws -> Result {
    var reattachment = Reattachment(reconnectTimeout: reconnectTimeout)
    do {
      return try await reattachment.keep(body)
    } catch let failure as Failure {
      throw JobFailure.outOfReach(failure, host: host.name)
    }
  }

  private var limitInHundredths: Int64 {
    guard let timeout = command.timeout else { return 0 }
    // 0 means no limit, and so do a thousand years.
    let (seconds, attoseconds) = max(.milliseconds(10), min(timeout, .seconds(31_536_000_000))).components
    return seconds * 100 + attoseconds / 10_000_000_000_000_000
  }
}

/// Tries again what was cut off with the connection, with growing pauses, for a limited time since the last contact.
struct Reattachment {
  private static let firstPause: Duration = .milliseconds(250)
  private static let longestPause: Duration = .seconds(5)

  let reconnectTimeout: Duration
  /// Whether the host may have been asked to start the command.
  private(set) var leavesDoubt = false

  init(reconnectTimeout: Duration) { self.reconnectTimeout = reconnectTimeout }

  /// Runs the body until it succeeds, or fails for another reason than the connection, or the reconnectTimeout is used up.
  ///
  /// - Parameter body: It is given what to call when it has reached the host, which counts as the last contact even if
  ///   it fails after that.
  mutating func keep<Result>(
    _ body: (_ onContact: () -> Void) async throws -> Result
  ) async throws -> Result {
    let clock = ContinuousClock()
    var end: ContinuousClock.Instant?
    var pause = Self.firstPause
    while true {
      var isContact = false
      do {
        return try await body { isContact = true }
      } catch let failure as Failure {
        leavesDoubt = leavesDoubt || failure.leavesDoubt
        guard failure.isRetryable else { throw failure }
        if isContact { (end, pause) = (nil, Self.firstPause) }
        let limit = end ?? clock.now + reconnectTimeout
        end = limit
        guard clock.now + pause <= limit else { throw failure }
        try await Task.sleep(for: pause, clock: clock)
        pause = min(pause * 2, Self.longestPause)
      }
    }
  }
}
