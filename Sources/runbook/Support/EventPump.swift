import Journal
import Presentation

/// Hands a run's events to its presenter, in order. What commands print has a bound on the way: whoever reads it waits for
/// the presenter, but no step waits for ever for a terminal that was stopped; what such a one does not take is left out
/// there, and said to be.
struct EventPump: Sendable {
  private let continuation: AsyncStream<Event>.Continuation
  private let worker: Task<Void, Never>
  private let backlog = OutputBacklog()

  /// Pumps to that presenter until ``close()``.
  init(to presenter: any Presenter) {
    let (stream, continuation) = AsyncStream.makeStream(of: Event.self)
    self.continuation = continuation
    worker = Task { [backlog] in
      for await event in stream {
        await presenter.show(event)
        let left = backlog.shown(event)
        if left > 0 {
          await presenter.say(
            "\(left) pieces of output are not shown here, because the display did not take them; `runbook logs` has all"
          )
        }
      }
    }
  }

  /// Takes an event; returns at once.
  func push(_ event: Event) { if backlog.takes(event) { continuation.yield(event) } }

  /// Returns when there is room for more of what commands print, or when the display takes nothing any more.
  func room() async { await backlog.room() }

  /// Returns when every event was shown.
  func close() async {
    continuation.finish()
    await worker.value
  }
}
