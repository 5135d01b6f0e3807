import Concurrency
import Dispatch
import Glibc
import Synchronization

/// Reads a socket up to a mark and not a byte further, so that what follows can be handed to another reader.
final class MarkSearch: Sendable {
  /// What was read.
  struct Result: Sendable {
    /// What came before the mark; the last of it, if it is much.
    var before = OutputTail()
    /// Whether the mark came; else the socket has ended.
    var isFound = false
  }

  private struct State {
    var result = Result()
    /// The last bytes that were read, which may be the mark's first.
    var window: [UInt8] = []
  }

  private static let step = 4096
  private let descriptor: Int32
  private let mark: [UInt8]
  private let state = Mutex(State())

  private init(_ descriptor: Int32, _ mark: [UInt8]) {
    self.descriptor = descriptor
    self.mark = mark
  }

  /// Waits for the mark. The socket must stay open until this has returned, also when the task is cancelled.
  static func read(_ descriptor: Int32, through mark: [UInt8]) async throws -> Result {
    let search = MarkSearch(descriptor, mark)
    let queue = DispatchQueue(label: "runbook.mark")
    // Dispatch's own objects may be used by all threads; their type does not say so.
    nonisolated(unsafe) let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
    let end = Promise<Void>()
    source.setEventHandler { if search.isDone() { source.cancel() } }
    source.setCancelHandler { end.resolve(.success(())) }
    source.activate()
    await withTaskCancellationHandler {
      // In a task of its own: the source must be gone before another reader gets the socket.
      await Task { try? await end.value() }.value
    } onCancel: {
      source.cancel()
    }
    let result = search.state.withLock { $0.result }
    if !result.isFound { try Task.checkCancellation() }
    return result
  }

  /// Reads what is there; true when there is nothing more to read.
  private func isDone() -> Bool {
    var buffer = [UInt8](repeating: 0, count: Self.step)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, Self.flags(MSG_PEEK) | Self.flags(MSG_DONTWAIT))
      if count < 0 {
        if errno == EINTR { continue }
        return errno != EAGAIN && errno != EWOULDBLOCK
      }
      if count == 0 { return true }
      let (taken, isFound) = state.withLock { state -> (Int, Bool) in
        let bytes = state.window + buffer[..<count]
        guard let found = FrameReader.find(mark, in: bytes) else {
          let kept = min(bytes.count, mark.count - 1)
          state.result.before.append(bytes.dropLast(kept))
          state.window = bytes.suffix(kept)
          return (count, false)
        }
        state.result.before.append(bytes[..<found.lowerBound])
        state.result.isFound = true
        let taken = found.upperBound - state.window.count
        state.window = []
        return (taken, true)
      }
      // These were looked at just now, so this takes exactly them.
      var rest = taken
      while rest > 0 {
        let count = recv(descriptor, &buffer, rest, 0)
        if count <= 0 {
          if count < 0, errno == EINTR { continue }
          return true
        }
        rest -= count
      }
      if isFound { return true }
    }
  }

  private static func flags(_ flag: some BinaryInteger) -> Int32 { Int32(flag) }
}
