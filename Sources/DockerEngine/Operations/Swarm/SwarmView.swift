import Values

/// What an engine knows of its swarm.
package struct SwarmView: Sendable {
  private let engine: EngineClient

  /// - Parameter engine: the engine of any host; it need not be a manager.
  package init(of engine: EngineClient) { self.engine = engine }

  /// The engine's membership in a swarm now, and the nodes of its swarm where it is a manager that can tell; `nil`
  /// elsewhere.
  package func status() async throws -> (info: EngineInfo, nodes: [SwarmNode]?) {
    var refusals = 0
    while true {
      let info = try await engine.info()
      guard info.swarm.isManager else { return (info, nil) }
      do {
        return (info, try await engine.nodes())
      } catch let failure as Failure where Managers.isMomentary(failure) {
        return (info, nil)
      } catch let failure as Failure where Self.isOfFormerManager(failure) && refusals < 5 {
        // It was made a worker between the two calls, so what it said first no longer holds.
        refusals += 1
        try await Task.sleep(for: .milliseconds(100))
      }
    }
  }

  private static func isOfFormerManager(_ failure: Failure) -> Bool {
    [.engineNotSwarmManager, .swarmNotPart].contains(failure.code)
  }
}
