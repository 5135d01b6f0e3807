import Foundation
import SwiftASN1
import Values
import X509

/// The certificate by which a node shows who it is: the swarm (O), the role (OU) and the node ID (CN).
package struct NodeCertificate: Sendable, Hashable {
  /// What a node is.
  package enum Role: String, Sendable, Hashable, CaseIterable {
    /// It keeps the swarm's state.
    case manager = "swarm-manager"
    /// It runs tasks only.
    case worker = "swarm-worker"
  }

  /// The ID of the swarm.
  package let swarmID: String
  /// The role for which it was issued.
  package let role: Role
  /// The ID of the node.
  package let nodeID: String
  /// The DNS names in it: the role, the node ID, and `swarm-ca` on managers.
  package let dnsNames: [String]
  /// The serial number in hexadecimal, as openssl prints it.
  package let serial: String
  /// When it is valid.
  package let validity: Validity
  /// The common name of who signed it: `swarm-ca` unless the CA is external.
  package let issuer: String
  let certificate: Certificate
  let intermediates: [Certificate]

  /// Reads a node's certificate, for example `swarm-node.crt`: the node's own first, then those that lead to the root.
  ///
  /// - Throws: ``Failure`` `pki.bad_certificate` when it can't be read, or is not a certificate of a swarm's node.
  package static func parse(pem: String) throws(Failure) -> NodeCertificate {
    try read(try CertificateBundle.parse(pem, noun: "the node certificate", code: "pki.bad_certificate"))
  }

  /// Reads a node's certificate as a TLS handshake shows it, in DER: the node's own first.
  ///
  /// - Throws: ``Failure`` `pki.bad_certificate`.
  package static func parse(chain: [[UInt8]]) throws(Failure) -> NodeCertificate {
    do {
      return try read(try chain.map { try CertificateBundle.certificate(der: $0) })
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(
        "pki.bad_certificate", "the certificate that was shown can't be read", cause: String(describing: error),
        hint: "look at it with: openssl s_client -showcerts")
    }
  }

  private static func read(_ chain: [Certificate]) throws(Failure) -> NodeCertificate {
    guard let own = chain.first else {
      throw Failure("pki.bad_certificate", "no certificate was shown", hint: "check the address and the port")
    }
    guard let swarmID = own.subjectValue(.organization), let unit = own.subjectValue(.unit),
      let role = Role(rawValue: unit), let nodeID = own.subjectValue(.commonName)
    else {
      throw Failure(
        "pki.bad_certificate", "the certificate is not one of a swarm's node", cause: "its subject is \(own.subject)",
        hint: "give a node's certificate: it has O = swarm, OU = swarm-manager or swarm-worker, CN = node ID")
    }
    do {
      return NodeCertificate(
        swarmID: swarmID, role: role, nodeID: nodeID, dnsNames: try own.dnsNames(), serial: own.serialText,
        validity: Validity(notBefore: own.notValidBefore, notAfter: own.notValidAfter),
        issuer: own.issuerValue(.commonName) ?? "", certificate: own, intermediates: Array(chain.dropFirst()))
    } catch {
      throw Failure(
        "pki.bad_certificate", "the names in the certificate can't be read", cause: String(describing: error),
        hint: "look at it with: openssl x509 -text")
    }
  }

  /// When the node renews it: at a random moment between 50 and 80 percent of its time (swarmkit, `ca/config.go`).
  package var renewalWindow: ClosedRange<Date> {
    let start = validity.notBefore
    // A certificate whose end lies before its beginning has no window worth the name.
    let duration = max(0, validity.duration)
    return start.addingTimeInterval(duration * 0.5)...start.addingTimeInterval(duration * 0.8)
  }

  /// Whether its time is over.
  package func isExpired(at moment: Date) -> Bool { validity.isExpired(at: moment) }

  /// Whether the node should already have renewed it, and has not: a sign of trouble before it expires.
  package func isRenewalOverdue(at moment: Date) -> Bool { moment > renewalWindow.upperBound }
}

/// The time in which a certificate is valid; both ends are in it.
package struct Validity: Sendable, Hashable {
  /// The first moment.
  package let notBefore: Date
  /// The last moment.
  package let notAfter: Date

  /// Spans a time.
  package init(notBefore: Date, notAfter: Date) {
    self.notBefore = notBefore
    self.notAfter = notAfter
  }

  /// Whether a moment is in it.
  package func contains(_ moment: Date) -> Bool { moment >= notBefore && moment <= notAfter }
  /// Whether it is over.
  package func isExpired(at moment: Date) -> Bool { moment > notAfter }
  /// Whether it has not begun; a clock that is wrong by more than an hour is the usual reason.
  package func isNotYetValid(at moment: Date) -> Bool { moment < notBefore }
  /// How long it lasts, in seconds.
  package var duration: TimeInterval { notAfter.timeIntervalSince(notBefore) }
  /// How many days are left; negative when it is over.
  package func daysLeft(at moment: Date) -> Double { notAfter.timeIntervalSince(moment) / 86_400 }
}

extension Certificate {
  /// The first value of an attribute in the subject, for example of the common name.
  func subjectValue(_ type: NameAttribute) -> String? { Self.value(type, in: subject) }

  /// The first value of an attribute in the issuer.
  func issuerValue(_ type: NameAttribute) -> String? { Self.value(type, in: issuer) }

  /// The serial number in hexadecimal, as openssl prints it.
  var serialText: String {
    let bytes = serialNumber.bytes.drop { $0 == 0 }
    return bytes.isEmpty ? "00" : Hexadecimal.encode(bytes).uppercased()
  }

  /// The DNS names that it is for.
  func dnsNames() throws -> [String] {
    guard let names = try extensions.subjectAlternativeNames else { return [] }
    return names.compactMap { if case .dnsName(let name) = $0 { name } else { nil } }
  }

  private static func value(_ type: NameAttribute, in name: DistinguishedName) -> String? {
    for part in name {
      for attribute in part where attribute.type == type.identifier { return String(attribute.value) }
    }
    return nil
  }
}

/// An attribute of a distinguished name that swarms use.
enum NameAttribute {
  /// The node ID of a node, `swarm-ca` of a root.
  case commonName
  /// The swarm's ID.
  case organization
  /// The role.
  case unit

  var identifier: ASN1ObjectIdentifier {
    switch self {
    case .commonName: .RDNAttributeType.commonName
    case .organization: .RDNAttributeType.organizationName
    case .unit: .RDNAttributeType.organizationalUnitName
    }
  }
}
