import Journal
import Presentation

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
