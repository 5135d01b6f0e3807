import Dispatch
import Synchronization

/// Waits, on a thread that may block, for something asynchronous: the line editor asks for completions that way.
enum BlockingAnswer {
  /// The answer. Not to be called from a task.
  static func of<Answer: Sendable>(_ work: @escaping @Sendable () async -> Answer) -> Answer {
    let answer = Mutex<Answer?>(nil), done = DispatchSemaphore(value: 0)
    Task {
      let value = await work()
      answer.withLock { $0 = value }
      done.signal()
    }
    done.wait()
    return answer.withLock { $0! }
  }
}
