import Foundation
import Glibc

/// Writes to a file descriptor from a thread of its own, so that a terminal that was stopped with Ctrl-S or a slow
/// reader of a pipe holds up no step of a run.
///
/// When the other end is gone, the rest is thrown away: `| head` does not end a run.
///
/// `@unchecked Sendable`: every stored property that changes is guarded by `condition`.
package final class DescriptorOutput: TextOutput, @unchecked Sendable {
  private let descriptor: Int32
  private let condition = NSCondition()
  private var queue: [UInt8] = []
  private var isWriting = false
  private var isRunning = false
  private var isBroken = false
  private var waiters: [UUID: CheckedContinuation<Void, Never>] = [:]

  /// Writes to that descriptor, which stays open.
  package init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// Hands text to the writing thread.
  package func write(_ text: String) {
    condition.withLock {
      guard !isBroken, !text.isEmpty else { return }
      queue.append(contentsOf: text.utf8)
      if !isRunning {
        isRunning = true
        let thread = Thread { self.work() }
        thread.name = "output"
        thread.start()
      }
      condition.signal()
    }
  }

  /// Whether the thread has written all.
  package var isIdle: Bool { condition.withLock { queue.isEmpty && !isWriting } }

  /// Waits for that, unless the task is cancelled.
  package func drain() async {
    let id = UUID()
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isDone = condition.withLock {
          if (queue.isEmpty && !isWriting) || Task.isCancelled { return true }
          waiters[id] = continuation
          return false
        }
        if isDone { continuation.resume() }
      }
    } onCancel: {
      condition.withLock { waiters.removeValue(forKey: id) }?.resume()
    }
  }

  /// The thread's body. It ends when there was nothing to write for a while, and is started again by the next write.
  private func work() {
    blockBrokenPipeSignal()
    while let chunk = next() {
      let isWritten = writeAll(chunk)
      let done = condition.withLock { () -> [CheckedContinuation<Void, Never>] in
        isWriting = false
        if !isWritten {
          isBroken = true
          queue.removeAll()
        }
        guard queue.isEmpty else { return [] }
        defer { waiters.removeAll() }
        return Array(waiters.values)
      }
      for waiter in done { waiter.resume() }
    }
  }

  private func next() -> [UInt8]? {
    condition.withLock {
      let deadline = Date(timeIntervalSinceNow: 5)
      while queue.isEmpty {
        guard condition.wait(until: deadline) else {
          if !queue.isEmpty { break }
          isRunning = false
          return nil
        }
      }
      defer { queue.removeAll() }
      isWriting = true
      return queue
    }
  }

  private func writeAll(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var offset = 0
      while offset < buffer.count {
        let count = Glibc.write(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
        if count >= 0 {
          offset += count
        } else if errno == EAGAIN || errno == EWOULDBLOCK {
          // Another program made the shared terminal non-blocking.
          var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = poll(&wanted, 1, 1000)
        } else if errno != EINTR {
          return false
        }
      }
      return true
    }
  }

  /// SIGPIPE goes to the thread that wrote: blocked here, a write fails with EPIPE instead of ending the program.
  private func blockBrokenPipeSignal() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }
}

/// Where a presenter's text goes.
package protocol TextOutput: Sendable {
  /// Takes text to write and returns at once.
  func write(_ text: String)
  /// Whether all that was taken is written.
  var isIdle: Bool { get }
  /// Waits until all that was taken is written, or can't be, or the waiting task is cancelled.
  func drain() async
}
