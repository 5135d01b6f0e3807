import NIOCore
import NIOPosix
import Values

/// Reaches an engine over connected sockets that the caller opens, such as one end of a socket pair whose other end
/// is `docker system dial-stdio` on a host reached by ssh.
public struct FileDescriptorConnector: EngineConnector {
  /// A connected stream socket, and who knows why it ended.
  public struct Stream: Sendable {
    /// The socket. It belongs to the client from now on, which closes it.
    public let descriptor: CInt
    /// Called at most once, after our end was closed because the other end did not answer or did not finish its
    /// answer: what the other side said about it, for example on its standard error. `nil` when it said nothing.
    public let whyClosed: @Sendable () async -> Failure?

    /// Hands over a socket.
    public init(descriptor: CInt, whyClosed: @escaping @Sendable () async -> Failure?) {
      self.descriptor = descriptor
      self.whyClosed = whyClosed
    }
  }

  /// Where the engine is, for a person.
  public let endpoint: String
  private let open: @Sendable () async throws -> Stream

  /// - Parameters:
  ///   - endpoint: where the engine is, for a person: `ssh://da1`.
  ///   - open: opens one more stream.
  public init(endpoint: String, open: @escaping @Sendable () async throws -> Stream) {
    self.endpoint = endpoint
    self.open = open
  }

  /// Opens a connection; see ``EngineConnector``.
  public func connect(
    on group: any EventLoopGroup, prepare: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
  ) async throws -> EngineStream {
    let stream = try await open()
    do {
      let channel = try await ClientBootstrap(group: group).channelInitializer(prepare)
        .withConnectedSocket(stream.descriptor).get()
      return EngineStream(channel: channel, whyClosed: stream.whyClosed)
    } catch {
      if let reason = await stream.whyClosed() { throw reason }
      throw ConnectFailure.describe(error, endpoint: endpoint)
    }
  }
}
