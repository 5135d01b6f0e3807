import NIOCore
import NIOPosix

/// Reaches an engine of this machine at its Unix socket.
public struct UnixSocketConnector: EngineConnector {
  /// The socket's path.
  public let path: String

  /// The usual place by default.
  public init(path: String = "/var/run/docker.sock") { self.path = path }

  /// Where the engine is, for a person.
  public var endpoint: String { "unix://\(path)" }

  /// Opens a connection; see ``EngineConnector``.
  public func connect(
    on group: any EventLoopGroup, prepare: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
  ) async throws -> EngineStream {
    do {
      let channel = try await ClientBootstrap(group: group).channelInitializer(prepare)
        .connect(unixDomainSocketPath: path).get()
      return EngineStream(channel: channel)
    } catch {
      throw ConnectFailure.describe(error, endpoint: endpoint)
    }
  }
}
