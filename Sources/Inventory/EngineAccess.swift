extension Inventory {
  /// Where a host's Docker engine listens.
  public enum EngineAccess: Sendable, Hashable {
    /// On a Unix socket of the host, which is reached over the host's own connection.
    case socket(path: String)
    /// On TCP; without ``TLSFiles`` only where the inventory says `insecure: true`.
    case tcp(host: String, port: Int, tls: TLSFiles?)

    /// The path at which an engine listens by default.
    public static let defaultSocket = "/var/run/docker.sock"
  }

  /// The files for a TLS connection, as absolute paths to PEM files.
  public struct TLSFiles: Sendable, Hashable {
    /// The authority that signed the engine's certificate.
    public var authority: String
    /// The client's certificate.
    public var certificate: String
    /// The client's private key.
    public var key: String

    /// Names the three files.
    public init(authority: String, certificate: String, key: String) {
      self.authority = authority
      self.certificate = certificate
      self.key = key
    }
  }
}
