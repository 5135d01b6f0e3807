import DockerEngine

/// Engines `da1` to `da3` in no swarm, real ones or modelled ones.
package protocol EngineSite: Sendable {
  /// A client of a host's engine.
  func engine(_ host: String) -> EngineClient

  /// The address of a host.
  func address(_ host: String) -> String

  /// Ends a host's engine, or starts it, and returns when that is done.
  func setEngine(of host: String, isRunning: Bool) async throws
}
