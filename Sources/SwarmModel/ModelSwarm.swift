import Crypto
import Foundation
import SwarmPKI
import SwiftASN1
import Values
import X509

/// A modelled swarm: what its managers agree on.
final class ModelSwarm {
  let id: String
  let createdAt: Double
  var updatedAt: Double
  /// The version of the object `swarm` itself.
  var version: Int64
  var spec: Value
  var workerSecret: [UInt8]
  var managerSecret: [UInt8]
  var unlockKey = ""
  /// For how many seconds the leader issues certificates. Like an engine's, it takes this up from ``spec`` when it
  /// begins to lead a swarm that is there and when the root is replaced, and at no other time (20.10, 26.1, 28.5): a
  /// new swarm's issues them for 90 days, whatever it was begun with (20.10).
  private(set) var signedLifetime: Double
  /// `nil` until it is needed: most swarms of a large world are erased before that.
  private(set) var authority: ModelAuthority?
  private(set) var tls: Value = .null
  var leader: String?

  var nodes: [String: ModelNode] = [:]
  /// The members of the managers' group.
  var members: Set<String> = []
  var services: [String: ModelService] = [:]
  var serviceNames: [String: String] = [:]
  var tasks: [String: ModelTask] = [:]
  var tasksOfNode: [String: Set<String>] = [:]
  var tasksOfService: [String: Set<String>] = [:]
  /// By service, the task of each slot or node that is to run. Not kept in the service, which is copied to be looked
  /// at.
  var live: [String: [String: String]] = [:]
  /// By service, the ended tasks of each slot or node, the oldest first.
  var past: [String: [String: [String]]] = [:]
  /// By its address in a network, which task has it.
  var taskAt: [Substring: String] = [:]
  var networks: [String: ModelNetwork] = [:]
  var networkCount = 0
  var secrets: [String: ModelPart] = [:]
  var configs: [String: ModelPart] = [:]
  /// The last events; like an engine it remembers 256.
  private(set) var events: [ModelEvent] = []
  private(set) var eventCount = 0
  /// Grows with each write to the store; every object has the number of its last one.
  private var index: Int64 = 10

  init(id: String, at now: Double, spec: Value, workerSecret: [UInt8], managerSecret: [UInt8]) {
    self.id = id
    createdAt = now
    updatedAt = now
    version = 10
    self.spec = spec
    signedLifetime = Self.lifetime(in: Self.defaultSpec)
    self.workerSecret = workerSecret
    self.managerSecret = managerSecret
  }

  /// The number of the next write.
  func write() -> Int64 {
    index += 1
    return index
  }

  func tell(_ type: String, _ action: String, _ id: String, _ attributes: [String: String], at time: Double) {
    if events.count >= 256 { events.removeFirst(events.count - 255) }
    events.append(ModelEvent(type: type, action: action, id: id, attributes: attributes, time: time))
    eventCount += 1
  }

  /// What signs takes up the lifetime that is set.
  func takeUpLifetime() { signedLifetime = Self.lifetime(in: spec) }

  private static func lifetime(in spec: Value) -> Double {
    Double(spec.child("CAConfig").integer("NodeCertExpiry")) / 1e9
  }

  /// A node is issued a new certificate.
  func issueCertificate(to node: String, at now: Double) { nodes[node]?.certificate = (now, signedLifetime) }

  /// Its root certificate is to be replaced, and both join tokens with it.
  func dropAuthority() {
    authority = nil
    tls = .null
  }

  /// How many root certificates it has had.
  private(set) var rootCount = 0

  func install(_ new: ModelAuthority) {
    rootCount += 1
    authority = new
    tls = new.tls
  }

  var isAutolocked: Bool { spec.child("EncryptionConfig").flag("AutoLockManagers") }

  /// What joins with that role.
  func token(manager: Bool) -> String {
    let secret = Base36.encode(Array((manager ? managerSecret : workerSecret).prefix(16)))
    return "SWMTKN-1-\(authority?.digest.base36 ?? "")-\(secret)"
  }

  var json: Value {
    summary.setting(
      "JoinTokens", to: ["Worker": .string(token(manager: false)), "Manager": .string(token(manager: true))])
  }

  /// As `/info` shows it, without the tokens.
  var summary: Value {
    [
      "ID": .string(id), "Version": .version(version), "CreatedAt": .string(ModelMoment.text(createdAt)),
      "UpdatedAt": .string(ModelMoment.text(updatedAt)), "Spec": spec, "TLSInfo": tls, "RootRotationInProgress": false,
      "DefaultAddrPool": ["10.0.0.0/8"], "SubnetSize": 24, "DataPathPort": 4789,
    ]
  }

  /// A spec in which the given parts are as given, and all else as usual: Docker fills in what is left out of each
  /// part.
  static func spec(_ given: Value) -> Value {
    (given.objectValue ?? [:]).reduce(defaultSpec) { spec, part in
      let merged = part.value.objectValue.flatMap { new in
        spec.child(part.key).objectValue.map { $0.merging(new) { _, new in new } }
      }
      return spec.setting(part.key, to: merged.map { .object($0) } ?? part.value)
    }
  }

  /// The defaults of a swarm.
  static let defaultSpec: Value = [
    "Name": "default", "Labels": .object([:]), "Orchestration": ["TaskHistoryRetentionLimit": 5],
    "Raft": [
      "SnapshotInterval": 10_000, "KeepOldSnapshots": 0, "LogEntriesForSlowFollowers": 500, "ElectionTick": 10,
      "HeartbeatTick": 1,
    ],
    "Dispatcher": ["HeartbeatPeriod": 5_000_000_000], "CAConfig": ["NodeCertExpiry": 7_776_000_000_000_000],
    "TaskDefaults": .object([:]), "EncryptionConfig": ["AutoLockManagers": false],
  ]
}

/// The root certificate of a modelled swarm, as swarmkit makes it: `swarm-ca`, ECDSA P-256, 20 years.
///
/// It is made outside the model, which stays the same for the same inputs: a signature never is.
package struct ModelAuthority: Sendable, Hashable {
  /// The certificate, PEM.
  package let certificate: String
  /// The key, PEM; for the certificates of nodes.
  package let key: String

  /// One that was made before.
  package init(certificate: String, key: String) {
    self.certificate = certificate
    self.key = key
  }

  /// Makes a new one.
  package static func make(at moment: Date) throws -> ModelAuthority {
    let key = P256.Signing.PrivateKey()
    let own = Certificate.PrivateKey(key)
    let name = try DistinguishedName { CommonName("swarm-ca") }
    let certificate = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: own.publicKey,
      notValidBefore: moment.addingTimeInterval(-3600), notValidAfter: moment.addingTimeInterval(20 * 365 * 86_400),
      issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
        Critical(KeyUsage(keyCertSign: true, cRLSign: true))
      }, issuerPrivateKey: own)
    return ModelAuthority(certificate: try certificate.serializeAsPEM().pemString + "\n", key: key.pemRepresentation)
  }

  /// A node's certificate and its key, PEM.
  package func issue(
    swarm: String, node: String, isManager: Bool, from begin: Date, to end: Date
  ) throws -> (certificate: String, key: String) {
    let issuer = try Certificate(pemEncoded: certificate)
    let subject = try DistinguishedName {
      OrganizationName(swarm)
      OrganizationalUnitName(isManager ? "swarm-manager" : "swarm-worker")
      CommonName(node)
    }
    let key = P256.Signing.PrivateKey()
    let names = [isManager ? "swarm-manager" : "swarm-worker", node] + (isManager ? ["swarm-ca"] : [])
    let own = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(),
      publicKey: Certificate.PrivateKey(key).publicKey, notValidBefore: begin,
      notValidAfter: end, issuer: issuer.subject, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: Certificate.Extensions {
        Critical(KeyUsage(digitalSignature: true, keyEncipherment: true))
        SubjectAlternativeNames(names.map { .dnsName($0) })
      },
      issuerPrivateKey: Certificate.PrivateKey(try P256.Signing.PrivateKey(pemRepresentation: self.key)))
    return (try own.serializeAsPEM().pemString + "\n", key.pemRepresentation)
  }

  /// The digest that join tokens carry.
  var digest: RootCADigest { RootCADigest(ofBundle: certificate) }

  /// What the API says of it.
  var tls: Value {
    guard let root = try? Certificate(pemEncoded: certificate) else { return ["TrustRoot": .string(certificate)] }
    var subject = DER.Serializer(), publicKey = DER.Serializer()
    guard (try? subject.serialize(root.subject)) != nil, (try? publicKey.serialize(root.publicKey)) != nil else {
      return ["TrustRoot": .string(certificate)]
    }
    return [
      "TrustRoot": .string(certificate),
      "CertIssuerSubject": .string(Data(subject.serializedBytes).base64EncodedString()),
      "CertIssuerPublicKey": .string(Data(publicKey.serializedBytes).base64EncodedString()),
    ]
  }
}
