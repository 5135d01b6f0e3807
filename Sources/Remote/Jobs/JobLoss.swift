/// Why nothing can be known of how a started ``RemoteJob`` ended.
public enum JobLoss: String, Sendable, Hashable {
  /// The host was started anew in between.
  case reboot
  /// Its process is gone, or another process has its number now.
  case gone
  /// The process that would record its end is gone, but others that it started still run.
  case orphaned
  /// It was seen before, and then its traces were no longer there.
  case traces

  /// What happened, as the end of a sentence that begins with the command.
  public var reason: String {
    switch self {
    case .reboot: "was running when the host was started anew"
    case .gone: "was killed together with what would have recorded its end"
    case .orphaned: "lost the process that would have recorded its end; some of its processes still run"
    case .traces: "was started, but its traces are gone"
    }
  }
}
