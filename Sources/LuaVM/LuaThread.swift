import CLua
import Foundation

/// The thread that a runtime's Lua code runs on, as an executor: a busy script holds no thread of the cooperative pool,
/// and a signal can be sent to it.
///
/// `@unchecked Sendable`: `condition` guards `jobs` and `isStopping`.
final class LuaThread: SerialExecutor, @unchecked Sendable {
  private let condition = NSCondition()
  private var jobs: [UnownedJob] = []
  private var isStopping = false

  /// Room for the 200 levels of C calls that Lua allows, also in instrumented builds.
  private static let stackSize = 16 << 20

  init(control: LuaControl) {
    let thread = Thread { [self] in
      lvm_bind_thread(control.state)
      run()
      lvm_unbind_thread(control.state)
    }
    thread.name = "lua"
    thread.stackSize = Self.stackSize
    thread.start()
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    condition.withLock {
      jobs.append(job)
      condition.signal()
    }
  }

  /// Lets the thread end after the jobs that it has.
  func stop() {
    condition.withLock {
      isStopping = true
      condition.signal()
    }
  }

  private func run() {
    while true {
      let batch = condition.withLock {
        while jobs.isEmpty && !isStopping { condition.wait() }
        defer { jobs = [] }
        return jobs
      }
      if batch.isEmpty { return }
      for job in batch { job.runSynchronously(on: asUnownedSerialExecutor()) }
    }
  }
}
