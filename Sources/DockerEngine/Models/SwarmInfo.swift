import Foundation
import Values

/// A swarm, as its managers know it.
public struct SwarmInfo: Sendable, Hashable {
  /// The swarm's ID.
  public let id: String
  /// The version that an update must name.
  public let version: Int64
  /// When the settings or tokens were last changed, to the second; `nil` when the engine does not say it.
  public let updatedAt: Date?
  /// The whole spec, also what is not modelled here.
  public let spec: Value
  /// What a worker joins with.
  public let workerToken: Secret
  /// What a manager joins with.
  public let managerToken: Secret
  /// The root certificates, PEM: the exact bytes whose digest is in the join tokens.
  public let trustRoot: String
  /// Whether a new root certificate is being distributed.
  public let isRotatingRoot: Bool
  /// Whether a manager needs a key after its engine was restarted.
  public let isAutolocked: Bool
  /// How long node certificates are valid, in nanoseconds.
  public let certificateExpiry: Int64
  /// How many ended tasks are kept per replica.
  public let taskHistory: Int64
  /// How often the nodes report to the managers, in nanoseconds.
  public let dispatcherHeartbeat: Int64
  /// The servers that sign node certificates in the managers' place.
  public let externalCAs: [SwarmSettings.ExternalCA]
  /// The networks that overlay networks are cut from.
  public let addressPools: [String]
  /// The length of the prefix of each overlay network.
  public let subnetSize: Int64
  /// The UDP port for the traffic between containers.
  public let dataPathPort: Int64
  /// Who issues node certificates now: while the root certificate is changed, already the new one.
  public let issuer: CertificateIssuer

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
  public func token(for role: NodeRole) -> Secret { role == .manager ? managerToken : workerToken }
}
