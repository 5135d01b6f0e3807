extension Inventory {
  /// A machine that is reached by ssh or locally.
  public struct Host: Sendable, Hashable {
    /// Its name in the inventory, unique without regard to case. Letters, digits, `.`, `_` and `-` only, so that it can
    /// be part of a step path and of a file name.
    public var name: String
    /// The IP address or host name at which it is reached; `nil` only for a local host that no other host needs to
    /// reach.
    public var address: String?
    /// Its role in the swarm.
    public var role: Role
    /// The services that belong on it, in the order of the file.
    public var services: [String]
    /// How it is reached.
    public var connection: Connection
    /// How ssh is called for it: the inventory's settings with the host's own over them.
    public var ssh: SSH
    /// Whether docker needs sudo on it.
    public var sudo: Bool
    /// Where its Docker engine listens.
    public var engine: EngineAccess
    /// The IP address to advertise in the swarm, where the host has several.
    public var advertiseAddress: String?
    /// Labels that the node gets beside those of its services.
    public var labels: [String: String]
    /// The line of the file that names it.
    public var line: Int

    /// The address at which the other nodes reach it: the advertised one, else the one by which it is reached. A local
    /// host that is alone and has neither gives the loopback address.
    public var swarmAddress: String { advertiseAddress ?? address ?? "127.0.0.1" }
  }

  /// What a host is in the swarm.
  public enum Role: String, Sendable, Hashable, CaseIterable {
    /// It keeps the swarm's state.
    case manager
    /// It runs tasks only.
    case worker
  }

  /// How a host is reached.
  public enum Connection: String, Sendable, Hashable, CaseIterable {
    /// With OpenSSH's client.
    case ssh
    /// It is the machine the program runs on.
    case local
  }
}
