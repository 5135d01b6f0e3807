/// The majority that a swarm's managers need to agree on a change.
public struct SwarmQuorum: Sendable, Hashable {
  /// How many managers there are.
  public let managers: Int
  /// How many of them are reachable.
  public let reachable: Int

  /// Counts managers.
  public init(managers: Int, reachable: Int) {
    self.managers = managers
    self.reachable = reachable
  }

  /// Counts the managers among a swarm's nodes.
  public init(_ nodes: [SwarmNode]) {
    let managers = nodes.compactMap(\.manager)
    self.init(managers: managers.count, reachable: managers.count(where: \.isReachable))
  }

  /// How many must be reachable: more than half.
  public var needed: Int { managers / 2 + 1 }
  /// Whether enough are.
  public var isKept: Bool { managers > 0 && reachable >= needed }
  /// How many of the reachable ones may fail without the loss of the majority.
  public var tolerated: Int { max(0, reachable - needed) }

  /// The managers after one of them is no longer a manager.
  public func without(reachable isReachable: Bool) -> SwarmQuorum {
    SwarmQuorum(managers: managers - 1, reachable: reachable - (isReachable ? 1 : 0))
  }
}
