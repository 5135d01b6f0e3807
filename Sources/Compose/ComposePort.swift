/// A port that a service publishes.
public struct ComposePort: Sendable, Hashable {
  /// The port inside the container.
  public var target: Int
  /// The port outside; `nil` when the engine chooses one.
  public var published: Int?
  /// `tcp`, `udp` or `sctp`.
  public var transport: String
  /// Whether it is open on the task's own node only, instead of on every node of the swarm.
  public var isHostMode: Bool

  /// Describes a port.
  public init(target: Int, published: Int? = nil, transport: String = "tcp", isHostMode: Bool = false) {
    self.target = target
    self.published = published
    self.transport = transport
    self.isHostMode = isHostMode
  }
}
