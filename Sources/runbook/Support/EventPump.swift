import Journal
import Presentation

/// Hands a run's events to its presenter, in order, without holding up the run.
struct EventPump: Sendable {
  private let continuation: AsyncStream<Event>.Continuation
  private let worker: Task<Void, Never>

  /// Pumps to that presenter until ``close()``.
  init(to presenter: any Presenter) {
    let (stream, continuation) = AsyncStream.makeStream(of: Event.self)
    self.continuation = continuation
    worker = Task { for await event in stream { await presenter.show(event) } }
  }

  /// Takes an event; returns at once.
  func push(_ event: Event) { continuation.yield(event) }

  /// Returns when every event was shown.
  func close() async {
    continuation.finish()
    await worker.value
  }
}
