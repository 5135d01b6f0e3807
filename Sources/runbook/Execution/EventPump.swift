import Foundation
import Journal
import Presentation
import Synchronization

/// Hands a run's events to its presenter, in order. The output of commands is bounded: its reader waits for the
/// presenter, but no step waits forever for a stopped terminal. What such a terminal does not take is not shown there,
/// and a line says so.
struct EventPump: Sendable {
  private let continuation: AsyncStream<Event>.Continuation
  private let worker: Task<Void, Never>
  private let backlog = OutputBacklog()

  /// Hands events to that presenter until ``close()``.
  init(to presenter: any Presenter) {
    let (stream, continuation) = AsyncStream.makeStream(of: Event.self)
    self.continuation = continuation
    worker = Task { [backlog] in
      for await event in stream {
        await presenter.show(event)
        let left = backlog.shown(event)
        if left > 0 {
          await presenter.say(
            "\(left) pieces of output are not shown, because the display was too slow; see all with `runbook logs`"
          )
        }
      }
    }
  }

  /// Takes an event; returns at once.
  func push(_ event: Event) { if backlog.takes(event) { continuation.yield(event) } }

  /// Returns when there is room for more output of commands, or when the display takes nothing any more.
  func room() async { await backlog.room() }

  /// Returns when every event was shown.
  func close() async {
    continuation.finish()
    await worker.value
  }
}

/// How much of the commands' output waits to be shown.
final class OutputBacklog: Sendable {
  /// How many bytes may wait.
  private static let limit = 1 << 20
  /// A display that takes nothing for so long is taken for stopped.
  private static let displayTimeout = Duration.seconds(10)

  private struct State {
    var size = 0
    var isStopped = false
    /// Pieces that were left out since something was shown last.
    var left = 0
    var waiting: [UUID: CheckedContinuation<Void, Never>] = [:]
  }
  private let state = Mutex(State())

  /// Whether an event is to be shown.
  func takes(_ event: Event) -> Bool {
    let size = Self.size(of: event)
    guard size > 0 else { return true }
    return state.withLock { state in
      if state.isStopped {
        state.left += 1
        return false
      }
      state.size += size
      return true
    }
  }

  /// Notes that an event was shown; gives how many were left out before.
  func shown(_ event: Event) -> Int {
    let (left, waiting) = state.withLock { state in
      state.size -= Self.size(of: event)
      guard state.size < Self.limit else { return (0, [CheckedContinuation<Void, Never>]()) }
      defer {
        state.isStopped = false
        state.left = 0
        state.waiting = [:]
      }
      return (state.left, Array(state.waiting.values))
    }
    for continuation in waiting { continuation.resume() }
    return left
  }

  /// Returns when there is room for more, or when the display has stopped.
  func room() async {
    guard state.withLock({ $0.size >= Self.limit && !$0.isStopped }) else { return }
    await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        await self.wait()
        return true
      }
      group.addTask {
        try? await Task.sleep(for: Self.displayTimeout)
        return false
      }
      if await group.next() == false, !Task.isCancelled {
        state.withLock { state in if state.size >= Self.limit { state.isStopped = true } }
      }
      group.cancelAll()
    }
  }

  private func wait() async {
    let id = UUID()
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          if state.size < Self.limit || state.isStopped || Task.isCancelled { return true }
          state.waiting[id] = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
    }
  }

  private static func size(of event: Event) -> Int {
    switch event.content(Event.StepOutput.self)?.text {
    case .string(let text)?: text.utf8.count + 100
    case .bytes(let bytes)?: bytes.count + 100
    default: 0
    }
  }
}
