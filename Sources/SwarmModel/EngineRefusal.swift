/// An engine's answer that is not a success: the status and Docker's own words.
public struct EngineRefusal: Error, Sendable, Hashable {
  /// The HTTP status.
  public let status: Int
  /// The answer's `message`.
  public let message: String

  /// Makes an answer.
  public init(_ status: Int, _ message: String) {
    self.status = status
    self.message = message
  }
}

// The words and statuses are those of moby's daemon/cluster and of swarmkit's control API, as Docker 20.10 says them.
extension EngineRefusal {
  static let notManager = EngineRefusal(
    503,
    "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state. Please run this "
      + "command on a manager node or promote the current node to a manager.")
  static let noSwarm = EngineRefusal(
    503,
    "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm "
      + "and try again.")
  static let notPart = EngineRefusal(503, "This node is not part of a swarm")
  static let alreadyPart = EngineRefusal(
    503,
    "This node is already part of a swarm. Use \"docker swarm leave\" to leave this swarm and join another one.")
  static let locked = EngineRefusal(
    503,
    "Swarm is encrypted and needs to be unlocked before it can be used. Please use \"docker swarm unlock\" to unlock it."
  )
  static let noLeader = EngineRefusal(
    500,
    "rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few managers are online. "
      + "Make sure more than half of the managers are online.")
  static let outOfSequence = EngineRefusal(500, "rpc error: code = Unknown desc = update out of sequence")
  static let badToken = EngineRefusal(
    400, "rpc error: code = InvalidArgument desc = A valid join token is necessary to join this cluster")

  static func failedPrecondition(_ words: String) -> EngineRefusal {
    EngineRefusal(400, "rpc error: code = FailedPrecondition desc = \(words)")
  }

  static func absent(_ kind: String, _ id: String) -> EngineRefusal { EngineRefusal(404, "\(kind) \(id) not found") }

  static func dialing(_ address: String, _ reason: String) -> EngineRefusal {
    EngineRefusal(
      500,
      "rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing dial tcp "
        + "\(address): connect: \(reason)\"")
  }
}
