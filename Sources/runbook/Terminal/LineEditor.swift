import CLineEditor
import Dispatch
import Engine
import Foundation
import Glibc
import Synchronization

/// Reads lines at the terminal, with editing, history and completion (libedit), or plain lines where there is no terminal.
///
/// There is one in a process, because libedit has one state.
final class LineEditor: Sendable {
  /// Gives what a word may be completed to; called on the editor's own thread.
  private static let completer = Mutex<(@Sendable (String) -> [String])?>(nil)
  /// How many lines of history are kept.
  private static let limit: Int32 = 1000

  private let history: String?

  /// Reads from now on.
  ///
  /// - Parameters:
  ///   - history: the file of the history, for its owner only; `nil` where standard input is not a terminal.
  ///   - complete: gives what a word may be completed to; may block.
  init(history: String?, complete: @escaping @Sendable (String) -> [String]) {
    self.history = history
    guard let history else { return }
    Self.completer.withLock { $0 = complete }
    cle_begin("runbook") { word in
      let words = word.map { String(cString: $0) }.flatMap { word in LineEditor.completer.withLock { $0 }?(word) } ?? []
      guard !words.isEmpty else { return nil }
      // The C side frees it.
      let list = malloc((words.count + 1) * MemoryLayout<UnsafeMutablePointer<CChar>?>.stride)!
        .assumingMemoryBound(to: UnsafeMutablePointer<CChar>?.self)
      for (index, word) in words.enumerated() { list[index] = strdup(word) }
      list[words.count] = nil
      return list
    }
    if !FileManager.default.fileExists(atPath: history) {
      _ = FileManager.default.createFile(atPath: history, contents: nil, attributes: [.posixPermissions: 0o600])
    }
    _ = cle_load(history)
  }

  /// The next line; `nil` at the end of input. Reads on a thread of its own.
  func read(_ prompt: String) async -> String? {
    let isEdited = history != nil
    return await withCheckedContinuation { continuation in
      let thread = Thread {
        guard isEdited else { return continuation.resume(returning: readLine()) }
        guard let line = cle_read(prompt) else { return continuation.resume(returning: nil) }
        defer { free(line) }
        continuation.resume(returning: String(cString: line))
      }
      thread.name = "console"
      thread.start()
    }
  }

  /// Keeps an input in the history, unless it may hold a secret.
  func remember(_ input: String) {
    guard let history, !input.contains("secret") else { return }
    cle_remember(input, Self.limit)
    _ = cle_save(history)
    chmod(history, 0o600)
  }
}

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
