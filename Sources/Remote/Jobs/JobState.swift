/// What has become of a ``RemoteJob``.
public enum JobState: Sendable, Hashable {
  /// There is no trace of it: it was never started, or its traces were removed.
  ///
  /// On a host whose `/var/tmp` does not survive a restart, a restart removes them too.
  case unknown
  /// Its process is there.
  case running
  /// It came to its own end, or was ended by ``RemoteJob/terminate()``.
  case finished(CommandResult)
  /// It was started and is gone without an exit code; what it has done is not known.
  case lost(JobLoss)
}
