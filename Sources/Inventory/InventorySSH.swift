extension Inventory {
  /// How ssh is called. What is not said here comes from the user's own ssh configuration.
  public struct SSH: Sendable, Hashable {
    /// The user to log in as.
    public var user: String?
    /// The absolute path of the ssh configuration file.
    public var config: String?
    /// The TCP port.
    public var port: Int?
    /// The absolute path of the private key.
    public var identity: String?
    /// Whether the key of a host that is not known yet is accepted and kept. A changed key is always refused.
    public var acceptsNewHostKeys: Bool
  }
}
