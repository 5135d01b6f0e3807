/// How one host of the inventory is reached.
public struct HostSpec: Sendable, Hashable {
  /// The inventory name, as every message about this host shows it.
  public var name: String
  /// The address or name to connect to; `nil` means that ``name`` is one ssh itself knows, for example an alias of the
  /// user's configuration.
  public var address: String?
  /// Whether this is the machine the program runs on, so that no ssh is needed.
  public var isLocal: Bool
  /// The user to log in as; `nil` leaves the choice to ssh.
  public var user: String?
  /// The port of sshd; `nil` leaves the choice to ssh.
  public var port: Int?
  /// The absolute path of an ssh client configuration that is read instead of the user's own.
  public var sshConfig: String?
  /// Whether administrative commands, those of Docker for example, need `sudo` on this host.
  public var sudo: Bool
  /// Trust a host key that was never seen before, and record it. A changed key is still refused.
  public var acceptNewHostKeys: Bool
  /// A private key to log in with; none is offered then besides it and those that the ssh configuration names.
  public var identityFile: String?

  /// Describes a host.
  public init(
    name: String, address: String? = nil, isLocal: Bool = false, user: String? = nil, port: Int? = nil,
    sshConfig: String? = nil, sudo: Bool = false, acceptNewHostKeys: Bool = false, identityFile: String? = nil
  ) {
    self.name = name
    self.address = address
    self.isLocal = isLocal
    self.user = user
    self.port = port
    self.sshConfig = sshConfig
    self.sudo = sudo
    self.acceptNewHostKeys = acceptNewHostKeys
    self.identityFile = identityFile
  }

  /// What ssh connects to.
  public var destination: String { address ?? name }
}
