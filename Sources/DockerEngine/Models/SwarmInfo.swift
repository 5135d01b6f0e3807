import Foundation
import Values

/// A swarm, as its managers know it.
package struct SwarmInfo: Sendable, Hashable {
  /// The swarm's ID.
  package let id: String
  /// The version that an update must name.
  package let version: Int64
  /// When the settings or tokens were last changed, to the second; `nil` when the engine does not say it.
  package let updatedAt: Date?
  /// The whole spec, also what is not modelled here.
  package let spec: Value
  /// What a worker joins with.
  package let workerToken: Secret
  /// What a manager joins with.
  package let managerToken: Secret
  /// The root certificates, PEM: the exact bytes whose digest is in the join tokens.
  package let trustRoot: String
  /// Whether a new root certificate is being distributed.
  package let isRotatingRoot: Bool
  /// Whether a manager needs a key after its engine was restarted.
  package let isAutolocked: Bool
  /// How long node certificates are valid, in nanoseconds.
  package let certificateExpiry: Int64
  /// How many ended tasks are kept per replica.
  package let taskHistory: Int64
  /// How often the nodes report to the managers, in nanoseconds.
  package let dispatcherHeartbeat: Int64
  /// The servers that sign node certificates in the managers' place.
  package let externalCAs: [SwarmSettings.ExternalCA]
  /// The networks that overlay networks are cut from.
  package let addressPools: [String]
  /// The length of the prefix of each overlay network.
  package let subnetSize: Int64
  /// The UDP port for the traffic between containers.
  package let dataPathPort: Int64
  /// Who issues node certificates now: while the root certificate is changed, already the new one.
  package let issuer: CertificateIssuer

  init(_ json: Value) throws {
    let json = try json.object()
    id = json.text("ID")
    version = json.child("Version").integer("Index")
    updatedAt = try? Date(json.text("UpdatedAt").prefix { $0 != "." && $0 != "Z" } + "Z", strategy: .iso8601)
    spec = json.child("Spec")
    workerToken = Secret(json.child("JoinTokens").text("Worker"))
    managerToken = Secret(json.child("JoinTokens").text("Manager"))
    trustRoot = json.child("TLSInfo").text("TrustRoot")
    isRotatingRoot = json.flag("RootRotationInProgress")
    isAutolocked = spec.child("EncryptionConfig").flag("AutoLockManagers")
    certificateExpiry = spec.child("CAConfig").integer("NodeCertExpiry")
    taskHistory = spec.child("Orchestration").integer("TaskHistoryRetentionLimit")
    dispatcherHeartbeat = spec.child("Dispatcher").integer("HeartbeatPeriod")
    externalCAs = spec.child("CAConfig").list("ExternalCAs").map {
      SwarmSettings.ExternalCA(url: $0.text("URL"), certificate: $0.text("CACert").nonEmpty)
    }
    addressPools = json.texts("DefaultAddrPool")
    subnetSize = json.integer("SubnetSize")
    dataPathPort = json.integer("DataPathPort")
    issuer = CertificateIssuer(json.child("TLSInfo"))
  }

  /// The token for a role.
  package func token(for role: NodeRole) -> Secret { role == .manager ? managerToken : workerToken }
}

/// The majority that a swarm's managers need to agree on a change.
package struct SwarmQuorum: Sendable, Hashable {
  /// How many managers there are.
  package let managers: Int
  /// How many of them are reachable.
  package let reachable: Int

  /// Counts managers.
  package init(managers: Int, reachable: Int) {
    self.managers = managers
    self.reachable = reachable
  }

  /// Counts the managers among a swarm's nodes.
  package init(_ nodes: [SwarmNode]) {
    let managers = nodes.compactMap(\.manager)
    self.init(managers: managers.count, reachable: managers.count(where: \.isReachable))
  }

  /// How many must be reachable: more than half.
  package var needed: Int { managers / 2 + 1 }
  /// Whether enough are.
  package var isKept: Bool { managers > 0 && reachable >= needed }
  /// How many of the reachable ones may fail without the loss of the majority.
  package var tolerated: Int { max(0, reachable - needed) }

  /// The managers after one of them is no longer a manager.
  package func without(reachable isReachable: Bool) -> SwarmQuorum {
    SwarmQuorum(managers: managers - 1, reachable: reachable - (isReachable ? 1 : 0))
  }
}

/// Who issued a certificate: two root certificates may have the same name, but not the same key.
package struct CertificateIssuer: Sendable, Hashable {
  /// The DER of its subject, in base 64.
  package let subject: String
  /// The DER of its public key, in base 64.
  package let publicKey: String

  init(_ tlsInfo: Value) {
    subject = tlsInfo.text("CertIssuerSubject")
    publicKey = tlsInfo.text("CertIssuerPublicKey")
  }
}

/// What a new swarm is to be like; the engine's own defaults for what is left out.
package struct NewSwarm: Sendable, Hashable {
  /// Where the engine listens for other nodes: an address or interface with a port.
  package var listen = "0.0.0.0:2377"
  /// The address that other nodes reach it at; needed where the host has several.
  package var advertise: String?
  /// The address for the traffic between containers; the advertised one by default.
  package var dataPath: String?
  /// The UDP port for that traffic; 4789 by default.
  package var dataPathPort: Int?
  /// The networks that overlay networks are cut from, such as `10.20.0.0/16`.
  package var addressPools: [String] = []
  /// The length of the prefix of each overlay network; 24 by default.
  package var subnetSize: Int?
  /// The swarm's settings.
  package var settings = SwarmSettings()
  /// Whether to continue the swarm that is there, as its only manager.
  package var isForced = false

  /// A swarm with the engine's own defaults.
  package init() {}

  var body: Value {
    var body: [String: Value] = [
      "ListenAddr": .string(listen), "Spec": settings.applied(to: [:]), "ForceNewCluster": .bool(isForced),
    ]
    body["AdvertiseAddr"] = advertise.map { .string($0) }
    body["DataPathAddr"] = dataPath.map { .string($0) }
    body["DataPathPort"] = dataPathPort.map { .integer(Int64($0)) }
    body["SubnetSize"] = subnetSize.map { .integer(Int64($0)) }
    if !addressPools.isEmpty { body["DefaultAddrPool"] = .array(addressPools.map { .string($0) }) }
    if settings.autolock == true { body["AutoLockManagers"] = true }
    return .object(body)
  }
}
