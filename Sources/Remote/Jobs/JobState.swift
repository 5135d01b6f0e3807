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

/// The status of a ``RemoteJob`` on its host.
public enum JobStatus: Sendable, Hashable {
  /// There is no trace of it. What the host says of itself now; its mark is a dash when the run's folder has none.
  case untraced(JobMark)
  /// Its process is there.
  case running
  /// It has ended with that exit code.
  case ended(Int32)
  /// It was started and is gone without an exit code.
  case lost(JobLoss)
}
