import Values

/// Who issued a certificate: two root certificates may have the same name, but not the same key.
public struct CertificateIssuer: Sendable, Hashable {
  /// The DER of its subject, in base 64.
  public let subject: String
  /// The DER of its public key, in base 64.
  public let publicKey: String

  init(_ tlsInfo: Value) {
    subject = tlsInfo.text("CertIssuerSubject")
    publicKey = tlsInfo.text("CertIssuerPublicKey")
  }
}
