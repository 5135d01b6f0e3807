/// What a swarm's manager shows to a host that has not joined: the root certificates of the swarm, and who it is itself.
///
/// Nothing of it is verified. It is to be trusted when the root certificates have the digest of a join token, and when
/// they signed the manager's own certificate.
public struct PresentedRoot: Sendable, Hashable {
  /// The root certificates, PEM, byte for byte.
  public let bundle: [UInt8]
  /// The certificates of the TLS handshake in DER: the manager's own, then those between it and the root, if any. The
  /// root is not among them.
  public let chain: [[UInt8]]
}
