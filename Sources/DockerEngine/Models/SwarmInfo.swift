import Values

/// A swarm, as its managers know it.
public struct SwarmInfo: Sendable, Hashable {
  /// The swarm's ID.
  public let id: String
  /// The version that an update must name.
  public let version: Int64
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

  init(_ json: Value) throws {
    let json = try json.object()
    id = json.text("ID")
    version = json.child("Version").integer("Index")
    spec = json.child("Spec")
    workerToken = Secret(json.child("JoinTokens").text("Worker"))
    managerToken = Secret(json.child("JoinTokens").text("Manager"))
    trustRoot = json.child("TLSInfo").text("TrustRoot")
    isRotatingRoot = json.flag("RootRotationInProgress")
    isAutolocked = spec.child("EncryptionConfig").flag("AutoLockManagers")
    certificateExpiry = spec.child("CAConfig").integer("NodeCertExpiry")
  }

  /// The token for a role.
  public func token(for role: NodeRole) -> Secret { role == .manager ? managerToken : workerToken }
}
