/// Why nothing can be known of how a started ``RemoteJob`` ended.
public enum JobLoss: String, Sendable, Hashable {
  /// The host was restarted in between.
  case reboot
  /// Its process is gone, or another process has its number now.
  case gone
  /// The process that would record its end is gone, but others that it started still run.
  case orphaned
  /// It was begun, or may have been, and its traces are no longer there.
  case traces
  /// The same, and the host was restarted in between, which may be why.
  case tracesOfEarlierBoot

  /// Why nothing can be known of a job that has no trace on its host; `nil` when it certainly was not started.
  ///
  /// - Parameters:
  ///   - mark: What the host had said before the job.
  ///   - isStarted: Whether the host has said that the job was started.
  ///   - now: What it says now.
  public init?(_ mark: JobMark, _ isStarted: Bool, now: JobMark) {
    if !isStarted && mark.mark == now.mark && !mark.mark.isEmpty { return nil }
    self = mark.boot == now.boot ? .traces : .tracesOfEarlierBoot
  }

  /// What happened, as the end of a sentence that begins with the command.
  public var reason: String {
    switch self {
    case .reboot: "was running when the host was restarted"
    case .gone: "was killed together with what would have recorded its end"
    case .orphaned: "lost the process that would have recorded its end; some of its processes still run"
    case .traces:
      "was started, or was about to be, and its traces in /var/tmp are gone, so its outcome is unknown"
    case .tracesOfEarlierBoot:
      "was started, or was about to be, before the host was restarted, and its traces in /var/tmp did not survive that"
    }
  }
}
