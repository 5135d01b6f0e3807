import Dispatch
import Engine
import Foundation
import Glibc
import Presentation
import Synchronization

/// Turns SIGINT, SIGTERM and SIGHUP into a stop at the next safe point; the second one ends the process at once, which
/// is as safe as a power cut.
///
/// At most one of them at a time: each would take the other's signals, and a second one would count the first signal
/// as the second.
///
/// `@unchecked Sendable`: `sources` is set once, and Dispatch's sources may be used from any thread.
final class Signals: @unchecked Sendable {
  private let sources: [any DispatchSourceSignal]
  private let listener: Listener
  /// Raised by the first signal.
  let stop: StopSignal

  /// Listens from now on.
  init(stop: StopSignal = StopSignal()) {
    self.stop = stop
    let queue = DispatchQueue(label: "signals")
    let listener = Listener()
    self.listener = listener
    sources = [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { @Sendable in
        if stop.isRaised {
          CursorGuard.show()
          _exit(130)
        }
        stop.raise()
        listener.tell()
      }
      source.activate()
      return source
    }
    // A reader that has gone, such as `| head`, must not end a run.
    signal(SIGPIPE, SIG_IGN)
  }

  /// Calls `announce` for the first signal; at once when it came already.
  func onFirst(_ announce: @escaping @Sendable () -> Void) { listener.set(announce) }

  deinit { for source in sources { source.cancel() } }
}

/// Calls the observer of the first signal, whichever comes first: the signal or the observer.
private final class Listener: Sendable {
  private enum State {
    case quiet
    case listening(@Sendable () -> Void)
    case reported
  }
  private let state = Mutex(State.quiet)

  func tell() {
    let before = state.withLock { state in
      defer { state = .reported }
      return state
    }
    if case .listening(let announce) = before { announce() }
  }

  func set(_ announce: @escaping @Sendable () -> Void) {
    let isTold = state.withLock { state in
      if case .reported = state { return true }
      state = .listening(announce)
      return false
    }
    if isTold { announce() }
  }
}
