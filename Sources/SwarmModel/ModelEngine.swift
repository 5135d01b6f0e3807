import Values

/// One host's engine in a modelled world.
public struct ModelEngine: Sendable {
  /// What kind of machine it runs on; the same for all hosts unless a world says else.
  public struct Make: Sendable, Hashable {
    /// Docker's version.
    public var version = "20.10.24"
    /// The newest API version that it speaks.
    public var api = "1.41"
    /// The operating system for a person.
    public var system = "Debian GNU/Linux 12 (bookworm)"
    /// The kernel's release.
    public var kernel = "6.1.0"
    /// Processors.
    public var processors: Int64 = 2
    /// Bytes of memory.
    public var memory: Int64 = 8 << 30
    /// The usual machine.
    public init() {}
  }

  /// Its part in a swarm, as the engine itself knows it.
  public struct Membership: Sendable, Hashable {
    /// The swarm's ID.
    public let cluster: String
    /// Its node there.
    public let nodeID: String
    /// Whether it keeps the swarm's store.
    public internal(set) var isManager: Bool
    /// The address that it advertises.
    public let address: String
  }

  /// The inventory's name for the host.
  public let host: String
  /// What the host calls itself.
  public var hostname: String
  /// The addresses at which others reach it; the first is the usual one.
  public var addresses: [String]
  /// The machine.
  public var make = Make()
  /// Seconds that its clock is ahead of the world's.
  public var clockOffset = 0.0
  /// The images that it has.
  public var images: [String] = []
  /// Whether the host is on.
  public internal(set) var isOn = true
  /// Whether the engine runs.
  public internal(set) var isRunning = true
  /// Its swarm; `nil` for none.
  public internal(set) var membership: Membership?
  /// Whether it waits for the unlock key.
  public internal(set) var isLocked = false
  /// What went wrong with its swarm, in Docker's words.
  public internal(set) var error = ""

  /// A host without a swarm.
  public init(host: String, hostname: String, addresses: [String]) {
    self.host = host
    self.hostname = hostname
    self.addresses = addresses
  }

  /// Whether the engine answers.
  public var isUp: Bool { isOn && isRunning }
  /// The address by which it is usually reached.
  public var address: String { addresses.first ?? "127.0.0.1" }
}
