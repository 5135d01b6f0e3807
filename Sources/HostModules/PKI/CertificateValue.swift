import Foundation
import SwarmPKI
import Values

/// Certificates as runbooks see them.
enum CertificateValue {
  /// What ``value(_:roots:at:)`` returns, in LuaCATS notation.
  static let type =
    "{ swarm: string, role: string, node_id: string, serial: string, issuer: string, not_before: number, "
    + "not_after: number, days_left: number, is_expired: boolean, renews_from: number, renews_until: number, "
    + "is_renewal_overdue: boolean, is_trusted: boolean, trouble: string, root_digest: string }"

  /// What the members of ``type`` mean.
  static let summary =
    "What it says; times are seconds since 1970. The node renews it at a moment between `renews_from` and "
    + "`renews_until`, which are 50 and 80 percent of its time. `trouble` says why it is not trusted, and is empty "
    + "otherwise. `root_digest` is of the root certificates that it was verified with."

  /// A node's certificate, verified with root certificates at a moment.
  static func value(_ certificate: NodeCertificate, roots: TrustRoot, at moment: Date) async -> Value {
    let trouble = await roots.trouble(with: certificate, at: moment)
    return [
      "swarm": .string(certificate.swarmID), "role": .string(certificate.role == .manager ? "manager" : "worker"),
      "node_id": .string(certificate.nodeID), "serial": .string(certificate.serial),
      "issuer": .string(certificate.issuer), "not_before": seconds(certificate.validity.notBefore),
      "not_after": seconds(certificate.validity.notAfter),
      "days_left": .number(certificate.validity.daysLeft(at: moment)),
      "is_expired": .bool(certificate.isExpired(at: moment)),
      "renews_from": seconds(certificate.renewalWindow.lowerBound),
      "renews_until": seconds(certificate.renewalWindow.upperBound),
      "is_renewal_overdue": .bool(certificate.isRenewalOverdue(at: moment)),
      "is_trusted": .bool(trouble == nil), "trouble": .string(trouble ?? ""),
      "root_digest": .string(roots.digest.hexadecimal),
    ]
  }

  /// What ``value(_:)`` returns, in LuaCATS notation.
  static let rootsType =
    "{ digest: string, roots: { name: string, serial: string, not_before: number, not_after: number }[] }"

  /// Root certificates.
  static func value(_ roots: TrustRoot) -> Value {
    let list = roots.roots.map { root -> Value in
      [
        "name": .string(root.name), "serial": .string(root.serial), "not_before": seconds(root.validity.notBefore),
        "not_after": seconds(root.validity.notAfter),
      ]
    }
    return ["digest": .string(roots.digest.hexadecimal), "roots": .array(list)]
  }

  private static func seconds(_ moment: Date) -> Value { .number(moment.timeIntervalSince1970) }
}
