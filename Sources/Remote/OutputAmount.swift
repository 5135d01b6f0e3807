import Synchronization

/// How much a command has written on all its channels.
final class OutputAmount: Sendable {
  private let bytes = Mutex(0)

  /// Counts more; whether it is still no more than is kept.
  func fits(_ more: Int) -> Bool {
    bytes.withLock { bytes in
      bytes += more
      return bytes <= ChildProcess.outputLimit
    }
  }
}
