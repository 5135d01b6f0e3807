import SwarmPKI
import Values

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
