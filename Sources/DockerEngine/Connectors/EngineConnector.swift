import NIOCore
import Values

/// A way to reach an engine. Each call opens one more connection; the client pools them.
public protocol EngineConnector: Sendable {
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
  public var authority: String { "docker" }
}

/// An open connection to an engine, and who knows why it ended.
public struct EngineStream: Sendable {
  /// The connection.
  public let channel: any Channel
  /// Says, after the connection ended, why it did; `nil` where nothing more can be known.
  public let whyClosed: (@Sendable () async -> Failure?)?

  /// Wraps a channel.
  public init(channel: any Channel, whyClosed: (@Sendable () async -> Failure?)? = nil) {
    self.channel = channel
    self.whyClosed = whyClosed
  }
}
