import NIOCore
import NIOPosix

/// Reaches an engine at a TCP port without encryption. Only for an engine that listens on the loopback address.
public struct TCPConnector: EngineConnector {
  /// The address or name.
  public let host: String
  /// The port; the engine's customary one without TLS is 2375.
  public let port: Int
  /// How long connecting may take.
  public let connectTimeout: Duration

  /// Names the place.
  public init(host: String, port: Int = 2375, connectTimeout: Duration = .seconds(10)) {
    self.host = host
    self.port = port
    self.connectTimeout = connectTimeout
  }

  /// Where the engine is, for a person.
  public var endpoint: String { "tcp://\(authority)" }
  /// The text of the `Host` header.
  public var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// Opens a connection; see ``EngineConnector``.
  public func connect(
    on group: any EventLoopGroup, prepare: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
  ) async throws -> EngineStream {
    do {
      let channel = try await ClientBootstrap(group: group)
        .connectTimeout(TimeAmount(connectTimeout))
        .channelOption(.socketOption(.tcp_nodelay), value: 1)
        .channelInitializer(prepare)
        .connect(host: host, port: port).get()
      return EngineStream(channel: channel)
    } catch {
      throw ConnectFailure.describe(error, endpoint: endpoint)
    }
  }
}
