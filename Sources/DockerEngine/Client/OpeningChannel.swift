import NIOCore
import Synchronization

/// The channel of a connection that is being opened, so that cancelling can close it.
final class OpeningChannel: Sendable {
  private let state = Mutex<(channel: (any Channel)?, isCancelled: Bool)>((nil, false))

  /// Called first by the channel's initializer. One that comes too late is given up by failing: NIO closes it then, and
  /// is not prepared for an initializer that closes the channel itself.
  func admit(_ channel: any Channel) throws {
    let isCancelled = state.withLock { state in
      state.channel = channel
      return state.isCancelled
    }
    if isCancelled { throw CancellationError() }
  }

  func cancel() {
    let channel = state.withLock { state in
      state.isCancelled = true
      return state.channel
    }
    channel?.close(promise: nil)
  }
}
