import Foundation
import X509
import Values

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
