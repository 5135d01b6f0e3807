/// Changes the settings of a swarm.
public struct SwarmUpdate: Sendable {
  private let managers: Managers

  /// - Parameter managers: the managers of the swarm.
  public init(managers: Managers) { self.managers = managers }

  /// Makes the settings as given, and gives the swarm as it was.
  public func apply(_ settings: SwarmSettings) async throws -> ChangeOutcome<SwarmInfo> {
    try settings.check()
    return try await SwarmSpecChange(managers: managers).apply { _, spec in
      let wanted = settings.applied(to: spec)
      return wanted == spec ? .keep : .write(wanted)
    }
  }
}
