/// A host whose part in a stack's networks can be looked at.
public struct OverlayHost: Sendable {
  /// What it is called.
  public let name: String
  /// Its own engine.
  public let engine: EngineClient
  /// Tries addresses from inside the network of one of its processes.
  public let tries: @Sendable (_ process: Int, _ addresses: [String]) async throws -> [String: OverlayAnswer]

  /// - Parameters:
  ///   - name: what it is called.
  ///   - engine: its own engine.
  ///   - tries: opens a TCP connection to each of the addresses, from inside the network namespace of the process with
  ///     that number. It returns what answered, and throws when the host can't be reached.
  public init(
    name: String, engine: EngineClient,
    tries: @escaping @Sendable (_ process: Int, _ addresses: [String]) async throws -> [String: OverlayAnswer]
  ) {
    self.name = name
    self.engine = engine
    self.tries = tries
  }
}

/// What came of trying an address.
public enum OverlayAnswer: Sendable, Hashable {
  /// Something answered: it accepted the connection, or refused it.
  case answered
  /// Nothing did.
  case silent(reason: String)
  /// It could not be tried.
  case unknown(reason: String)
}
