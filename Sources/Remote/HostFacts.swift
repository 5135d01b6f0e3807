import Values

/// What a host says about itself, read in one round trip.
public struct HostFacts: Sendable, Hashable {
  /// The operating system's name for people, from /etc/os-release; `nil` when the host has no such file.
  public var operatingSystem: String?
  /// The kernel's host name, which is what Docker shows as a node's name. Host names may repeat.
  public var hostName: String
  /// The host's clock in seconds since 1970.
  public var clock: Double
  /// How far the host's clock is ahead of this machine's, in seconds; negative when it is behind.
  ///
  /// The host's time is compared with the middle of the time in which it was asked.
  public var clockSkew: Double
  /// How wrong ``clockSkew`` may be in either direction, in seconds.
  public var clockUncertainty: Double
  /// The addresses that others can reach, per network interface.
  public var interfaces: [Interface]
  /// The bytes that are free for users under /; `nil` when the host did not say.
  public var freeBytesOfRoot: Int64?
  /// The bytes that are free for users under Docker's data folder; `nil` when there is no such folder.
  public var freeBytesOfDocker: Int64?
  /// The kernel's name and release, for example `Linux 6.1.0`.
  public var kernel: String
  /// The machine's architecture, for example `x86_64`.
  public var architecture: String
  /// How many processors are in use; `nil` when the host did not say.
  public var processors: Int?
  /// The bytes of memory; `nil` when the host did not say.
  public var memory: Int64?
  /// The bytes of memory that are free, or can be made free without swapping; `nil` when the host did not say.
  public var availableMemory: Int64?
  /// The number of the user that commands run as; 0 is root.
  public var userID: Int

  /// A network interface and its addresses of global scope, without prefix lengths.
  public struct Interface: Sendable, Hashable {
    /// The interface's name.
    public var name: String
    /// The IPv4 addresses.
    public var ipv4: [String]
    /// The IPv6 addresses.
    public var ipv6: [String]

    /// Describes an interface.
    public init(name: String, ipv4: [String] = [], ipv6: [String] = []) {
      self.name = name
      self.ipv4 = ipv4
      self.ipv6 = ipv6
    }
  }

  /// All addresses of all interfaces.
  public var addresses: [String] { interfaces.flatMap { $0.ipv4 + $0.ipv6 } }

  /// Asks a host.
  ///
  /// - Parameter dataRoot: Docker's data folder.
  /// - Throws: What the transport throws, and a `Failure` `host.facts_unreadable`.
  public static func read(
    over transport: some Transport, dataRoot: String = "/var/lib/docker"
  ) async throws -> HostFacts {
    try await HostFactsReader(host: transport.host.name).read(over: transport, dataRoot: dataRoot)
  }
}
