import Dispatch
import Engine
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What is being carried out at a console. Ctrl-C ends it, and not the program.
final class CurrentInput: Sendable {
  private let task = Mutex<Task<ConsoleReply, Never>?>(nil)

  /// Carries an input out.
  func evaluate(_ text: String, at console: ScriptConsole) async -> ConsoleReply {
    let task = task.withLock { current in
      let task = Task { await console.evaluate(text) }
      current = task
      return task
    }
    defer { self.task.withLock { $0 = nil } }
    return await task.value
  }

  /// Listens for Ctrl-C, from its return until the source that it gives is cancelled.
  func interrupts(_ console: ScriptConsole) async -> any DispatchSourceSignal {
    signal(SIGINT, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: DispatchQueue(label: "signals"))
    source.setEventHandler { @Sendable [self] in
      guard let task = task.withLock({ $0 }) else { return }
      task.cancel()
      // A loop that never waits does not notice a cancellation.
      Task {
        try await Task.sleep(for: .milliseconds(500))
        if self.task.withLock({ $0 }) == task { await console.interruptIfBusy() }
      }
    }
    // While a line is read, libedit has its own handlers, and restores those that it found. If it found them too early,
    // there would be none.
    await withCheckedContinuation { listening in
      source.setRegistrationHandler { @Sendable in listening.resume() }
      source.activate()
    }
    return source
  }
}
