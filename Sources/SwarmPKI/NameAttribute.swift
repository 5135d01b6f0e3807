import SwiftASN1
import X509

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
