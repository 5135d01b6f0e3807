import Foundation

/// Ends the process when one case of a fuzz test does not end: what hangs can't be stopped from inside, and the seed must
/// not be lost. It judges nothing else by time.
final class FuzzWatchdog: @unchecked Sendable {
  /// So long one case may take, far beyond what any does on a busy machine; one that waits may have to wait for all other
  /// tests, too.
  private let limit: TimeInterval

  private let name: String
  private let condition = NSCondition()
  private var seed: UInt64 = 0
  private var deadline = Date.distantFuture
  private var isOver = false

  init(_ name: String, waits: Bool = false) {
    self.name = name
    limit = waits ? 1_200 : 120
    let thread = Thread { [self] in watch() }
    thread.name = "fuzz watchdog"
    thread.start()
  }

  /// A case begins.
  func begin(_ seed: UInt64) {
    condition.withLock {
      self.seed = seed
      deadline = Date(timeIntervalSinceNow: limit)
    }
  }

  /// All cases are over.
  func end() {
    condition.withLock {
      isOver = true
      condition.signal()
    }
  }

  private func watch() {
    condition.withLock {
      while !isOver {
        if Date() > deadline {
          FileHandle.standardError.write(
            Data("fuzz: \(name): RUNBOOK_FUZZ_SEED=\(seed): no end after \(Int(limit)) s\n".utf8))
          abort()
        }
        _ = condition.wait(until: Date(timeIntervalSinceNow: 5))
      }
    }
  }
}
