import NIOCore
import NIOPosix
import Values

/// A way to reach an engine. Each call opens one more connection; the client pools them.
package protocol EngineConnector: Sendable {
  /// Where the engine is, for a person: `unix:///var/run/docker.sock`.
  var endpoint: String { get }

  /// The text of the `Host` header.
  var authority: String { get }

  /// Opens a connection.
  ///
  /// - Parameters:
  ///   - group: what the connection's channel runs on.
  ///   - prepare: adds our handlers; it must have run before the first byte is read.
  /// - Throws: a `Failure` without a host; the client adds it.
  func connect(
    on group: any EventLoopGroup, prepare: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
  ) async throws -> EngineStream
}

extension EngineConnector {
  /// What the Docker CLI sends as the host name where there is none.
  package var authority: String { "docker" }
}

/// An open connection to an engine, and who knows why it ended.
package struct EngineStream: Sendable {
  /// The connection.
  package let channel: any Channel
  /// Says, after the connection ended, why it did; `nil` where nothing more can be known.
  package let whyClosed: (@Sendable () async -> Failure?)?

  /// Wraps a channel.
  package init(channel: any Channel, whyClosed: (@Sendable () async -> Failure?)? = nil) {
    self.channel = channel
    self.whyClosed = whyClosed
  }
}

/// Reaches an engine at a TCP port without encryption. Only for an engine that listens on the loopback address.
package struct TCPConnector: EngineConnector {
  /// The address or name.
  package let host: String
  /// The port; the engine's customary one without TLS is 2375.
  package let port: Int
  /// How long connecting may take.
  package let connectTimeout: Duration

  package init(host: String, port: Int = 2375, connectTimeout: Duration = .seconds(10)) {
    self.host = host
    self.port = port
    self.connectTimeout = connectTimeout
  }

  /// Where the engine is, for a person.
  package var endpoint: String { "tcp://\(authority)" }
  /// The text of the `Host` header.
  package var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// Opens a connection; see ``EngineConnector``.
  package func connect(
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

/// Reaches an engine of this machine at its Unix socket.
package struct UnixSocketConnector: EngineConnector {
  /// The socket's path.
  package let path: String

  /// The usual place by default.
  package init(path: String = "/var/run/docker.sock") { self.path = path }

  /// Where the engine is, for a person.
  package var endpoint: String { "unix://\(path)" }

  /// Opens a connection; see ``EngineConnector``.
  package func connect(
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

/// Reaches an engine over connected sockets that the caller opens, such as one end of a socket pair whose other end
/// is `docker system dial-stdio` on a host reached by ssh.
package struct FileDescriptorConnector: EngineConnector {
  /// A connected stream socket, and who knows why it ended.
  package struct Stream: Sendable {
    /// The socket. It belongs to the client from now on, which closes it.
    package let descriptor: CInt
    /// Called at most once, after our end was closed because the other end did not answer or did not finish its
    /// answer: what the other side said about it, for example on its standard error. `nil` when it said nothing.
    package let whyClosed: @Sendable () async -> Failure?

    /// Hands over a socket.
    package init(descriptor: CInt, whyClosed: @escaping @Sendable () async -> Failure?) {
      self.descriptor = descriptor
      self.whyClosed = whyClosed
    }
  }

  /// Where the engine is, for a person.
  package let endpoint: String
  private let open: @Sendable () async throws -> Stream

  /// - Parameters:
  ///   - endpoint: where the engine is, for a person: `ssh://da1`.
  ///   - open: opens one more stream.
  package init(endpoint: String, open: @escaping @Sendable () async throws -> Stream) {
    self.endpoint = endpoint
    self.open = open
  }

  /// Opens a connection; see ``EngineConnector``.
  package func connect(
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
