import Crypto
import Values

/// The SHA-256 of a swarm's root CA: of the exact PEM bytes of the whole bundle, line ends included.
///
/// swarmkit takes the digest of the whole bundle on purpose (`ca/certificates.go`): were it of one certificate only,
/// someone in the middle could add roots of their own.
public struct RootCADigest: Sendable, Hashable {
  /// The 32 bytes.
  public let bytes: [UInt8]

  /// Takes the digest of a bundle, byte for byte as the swarm has it.
  public init(ofBundle pem: some Sequence<UInt8>) { bytes = Array(SHA256.hash(data: Array(pem))) }

  /// Takes the digest of a bundle that is at hand as text, for example `TLSInfo.TrustRoot` of the Engine API.
  public init(ofBundle pem: String) { self.init(ofBundle: pem.utf8) }

  /// Takes a digest that is known; `nil` unless there are 32 bytes.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  /// Reads the digest as a join token has it: 50 digits in base 36.
  public init?(base36 text: some StringProtocol) {
    guard let bytes = Base36.decode(text, count: 32) else { return nil }
    self.bytes = bytes
  }

  /// The digest as a join token has it.
  public var base36: String { Base36.encode(bytes) }
  /// The digest as Docker's messages show it.
  public var hexadecimal: String { Hexadecimal.encode(bytes) }
}

extension RootCADigest: CustomStringConvertible {
  /// The digest in hexadecimal. It is not secret.
  public var description: String { hexadecimal }
}
