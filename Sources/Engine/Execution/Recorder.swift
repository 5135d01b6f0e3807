import Foundation
import Journal
import Synchronization
import Values

/// Writes a run's events to the journal, keeps the resulting state, and passes the events on to the observer.
///
/// Events that are recorded during a write go into the next one together.
actor Recorder {
  private let store: any JournalStore
  private let run: String
  private let clock: any EngineClock
  private let watch: @Sendable (Event) -> Void
  /// Returns when the observer has room for more output.
  private let room: @Sendable () async -> Void
  private var lease: Lease?
  private(set) var state: RunState
  private var pending: [(events: [Event], done: CheckedContinuation<Void, any Error>)] = []
  private let output = Mutex(Output())
  /// Secrets that no event may contain in clear. Code that makes an event of foreign words hides them there.
  nonisolated let secrets = KnownSecrets()
  private var isWriting = false
  private var isFlushDue = false

  /// Events that wait to be written with others.
  private struct Output {
    var events: [Event] = []
    /// How much of it is output of commands, in bytes.
    var size = 0
    /// How many of these bytes are in the newest event.
    var newestSize = 0
    /// Writers of more output, which wait until this is written.
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  /// How many bytes of output may wait; a writer of more waits, too.
  private static let outputRoom = 1 << 20

  /// How many bytes of output one event takes.
  private static let eventRoom = 256 * 1024

  /// How long output may wait for something else to be written with.
  private static let longestWait = Duration.milliseconds(500)

  init(
    store: any JournalStore, run: String, lease: Lease?, clock: any EngineClock, state: RunState,
    watch: @escaping @Sendable (Event) -> Void, room: @escaping @Sendable () async -> Void = {}
  ) {
    self.store = store
    self.run = run
    self.lease = lease
    self.clock = clock
    self.state = state
    self.watch = watch
    self.room = room
  }

  /// Records events in one transaction, durably on return.
  func record(_ events: Event...) async throws {
    try await withCheckedThrowingContinuation { done in
      pending.append((events, done))
      startWriting()
    }
  }

  /// The present state of a step.
  func step(at path: String) -> StepState? { state.step(at: path) }

  /// An event that is shown but not kept.
  func show(_ event: Event) {
    state.apply(event)
    watch(event)
  }

  /// Takes in an event that another process has written.
  func learned(_ event: Event) {
    state.apply(event)
    watch(event)
  }

  /// Shows an event now, a line of output for example, and writes it together with what is recorded next, or after a
  /// moment if nothing is.
  ///
  /// - Parameter isUrgent: whether it is written at once, although no caller waits for that.
  nonisolated func keep(_ event: Event, isUrgent: Bool = false) {
    add(event, size: 0, isUrgent: isUrgent)
  }

  /// Shows and writes a command's output, as ``keep(_:)`` does. Returns when there is room for more: among the events
  /// to write, and at the observer.
  nonisolated func keepOutput(_ event: Event, size: Int) async {
    if add(event, size: size) {
      await withCheckedContinuation { continuation in
        let isWritten = output.withLock { output in
          guard output.size >= Self.outputRoom else { return true }
          output.waiting.append(continuation)
          return false
        }
        if isWritten { continuation.resume() }
      }
    }
    await room()
  }

  /// Whether there is no room for more.
  @discardableResult
  private nonisolated func add(_ event: Event, size: Int, isUrgent: Bool = false) -> Bool {
    watch(event)
    let (count, isJoined, isFull) = output.withLock { output in
      var isJoined = false
      // Continuous output of a step is one event, up to a size: each event takes some room of its own.
      if size > 0, output.newestSize > 0, output.newestSize + size <= Self.eventRoom,
        let newest = output.events.last, let joined = OutputText.joined(newest, event)
      {
        output.events[output.events.count - 1] = joined
        output.newestSize += size
        isJoined = true
      } else {
        output.events.append(event)
        output.newestSize = size
      }
      output.size += size
      return (output.events.count, isJoined, output.size >= Self.outputRoom)
    }
    if isFull || isUrgent || !isJoined && count % 64 == 0 {
      Task { await startWriting() }
    } else if count == 1, !isJoined {
      Task { await flushLater() }
    }
    return isFull
  }

  private func flushLater() async {
    guard !isFlushDue else { return }
    isFlushDue = true
    try? await Task.sleep(for: Self.longestWait)
    isFlushDue = false
    if output.withLock({ !$0.events.isEmpty }) { startWriting() }
  }

  /// Writes the lines of output that still wait.
  func flush() async throws { try await record() }

  /// Takes over a renewed lease.
  func renewed(_ lease: Lease) { self.lease = lease }

  nonisolated func event(
    _ content: some EventContent, path: String? = nil, attempt: Int? = nil, host: String? = nil
  ) -> Event {
    Event(at: clock.now(), path: path, attempt: attempt, host: host, content)
  }

  /// An event of an attempt of a step.
  nonisolated func event(_ content: some EventContent, _ frame: StepFrame, host: String? = nil) -> Event {
    event(content, path: frame.path, attempt: frame.attempt, host: host ?? frame.host)
  }

  private func startWriting() {
    guard !isWriting else { return }
    isWriting = true
    Task { await write() }
  }

  private func write() async {
    while true {
      let batch = pending
      let (lines, waiting) = output.withLock { output in
        defer { output = Output() }
        return (output.events, output.waiting)
      }
      if batch.isEmpty && lines.isEmpty {
        for continuation in waiting { continuation.resume() }
        break
      }
      pending = []
      do {
        let events = lines + batch.flatMap(\.events)
        let stored = try await store.append(events, to: run, under: lease)
        for (index, event) in stored.enumerated() {
          state.apply(event)
          if index >= lines.count { watch(event) }
        }
        for entry in batch { entry.done.resume() }
      } catch {
        for entry in batch { entry.done.resume(throwing: error) }
      }
      for continuation in waiting { continuation.resume() }
    }
    isWriting = false
  }
}
