import Foundation
import Values
@_spi(FixedExpiryValidationTime) import X509

extension TrustRoot {
  /// Why a node's certificate is not to be trusted at a moment; `nil` when it is: it is valid, and a chain of valid
  /// certificates, RFC 5280, leads from it to one of the roots.
  public func trouble(with node: NodeCertificate, at moment: Date) async -> String? {
    if node.validity.isNotYetValid(at: moment) { return "it is not valid before \(Self.text(node.validity.notBefore))" }
    if node.validity.isExpired(at: moment) { return "it expired on \(Self.text(node.validity.notAfter))" }
    guard signed(node) else { return "it is signed by none of the root certificates" }
    var verifier = Verifier(rootCertificates: CertificateStore(roots.map(\.certificate))) {
      RFC5280Policy(fixedExpiryValidationTime: moment)
    }
    let verdict = await verifier.validate(
      leaf: node.certificate, intermediates: CertificateStore(node.intermediates))
    switch verdict {
    case .validCertificate: return nil
    case .couldNotValidate(let failures):
      if let late = roots.first(where: { !$0.validity.contains(moment) }), roots.count == 1 {
        return "its root certificate is valid only from \(Self.text(late.validity.notBefore)) to "
          + Self.text(late.validity.notAfter)
      }
      let reasons = failures.map { String(describing: $0.policyFailureReason) }
      return "its chain is not valid" + (reasons.isEmpty ? "" : ": " + reasons.joined(separator: "; "))
    }
  }

  private static func text(_ moment: Date) -> String { moment.formatted(.iso8601) }
}
