import Dispatch
import Engine
import Foundation
import Presentation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Turns SIGINT, SIGTERM and SIGHUP into a stop at the next safe point; the second one ends the process at once, which
/// is no worse than a power cut.
///
/// `@unchecked Sendable`: `sources` is set once, and Dispatch's sources may be used from any thread.
final class Signals: @unchecked Sendable {
  private let sources: [any DispatchSourceSignal]

  /// Listens from now on. `announce` is told of the first one.
  init(stop: StopSignal, announce: @escaping @Sendable () -> Void) {
    let queue = DispatchQueue(label: "signals")
    sources = [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { @Sendable in
        if stop.isRaised {
          CursorGuard.show()
          _exit(130)
        }
        stop.raise()
        announce()
      }
      source.activate()
      return source
    }
    // A reader that went away, such as `| head`, must not end a run.
    signal(SIGPIPE, SIG_IGN)
  }

  deinit { for source in sources { source.cancel() } }
}
