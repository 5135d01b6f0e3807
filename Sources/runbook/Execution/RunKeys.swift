import Engine
import Journal
import Presentation
import Synchronization
import Values

/// What single keys do while the tree of a run is shown: pause, show output, abort.
struct RunKeys: Sendable {
  private static let help = "p pause or continue   o output   a abort"
  private let reader: KeyReader

  /// Reads keys from now on; `nil` where there are none to read.
  ///
  /// - Parameters:
  ///   - togglePause: pauses the run, or lets it continue if a pause was requested already.
  ///   - abort: stops it after the running steps.
  init?(
    _ tree: LiveTree, togglePause: @escaping @Sendable (_ isWanted: Bool) async throws -> Void,
    abort: @escaping @Sendable () -> Void
  ) async {
    let (keys, sink) = AsyncStream.makeStream(of: Character.self)
    guard let reader = KeyReader({ sink.yield($0) }) else { return nil }
    self.reader = reader
    await tree.offer(keys: Self.help)
    // Ends with the reader's stream; nothing waits for it.
    Task {
      var isAsked = false
      for await key in keys {
        let wasAsked = isAsked
        isAsked = false
        await tree.clearNotices()
        switch key {
        case "p":
          let isPaused = await tree.pauseWanted != nil
          do { try await togglePause(!isPaused) } catch let failure as Failure { await tree.say(failure.message) }
        case "o": await tree.toggleOutput()
        case "a" where wasAsked: abort()
        case "a":
          isAsked = true
          await tree.say("Press a again to stop after the running steps; any other key continues.")
        default: break
        }
      }
    }
    finish = { sink.finish() }
  }

  private let finish: @Sendable () -> Void

  /// Reads no more.
  func close() {
    reader.close()
    finish()
  }
}
