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
    let task = Task { await console.evaluate(text) }
    self.task.withLock { $0 = task }
    defer { self.task.withLock { $0 = nil } }
    return await task.value
  }

  /// Listens for Ctrl-C until the source that it gives is cancelled.
  func interrupts(_ console: ScriptConsole) -> any DispatchSourceSignal {
    signal(SIGINT, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: DispatchQueue(label: "signals"))
    source.setEventHandler { @Sendable [self] in
      guard let task = task.withLock({ $0 }) else { return }
      task.cancel()
      // A loop that never waits hears of no cancellation.
      Task {
        try await Task.sleep(for: .milliseconds(500))
        if self.task.withLock({ $0 }) == task { await console.interruptIfBusy() }
      }
    }
    source.activate()
    return source
  }
}
