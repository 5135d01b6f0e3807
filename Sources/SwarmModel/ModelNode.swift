import Placement
import Values

/// A member of a modelled swarm, as its managers know it.
struct ModelNode: Sendable {
  let id: String
  let host: String
  var version: Int64
  let createdAt: Double
  var updatedAt: Double
  var spec: Value
  let hostname: String
  let address: String
  let make: ModelEngine.Make
  var state = "ready"
  var message = ""
  /// When its certificate was issued, and for how many seconds from then on.
  var certificate: (issuedAt: Double, lifetime: Double)
  /// Since when nothing was heard of it; `nil` while it is connected.
  var silentSince: Double?
  /// Whether it is a member of the managers' group, which follows the wished role some moments later.
  var isMember: Bool

  var role: String { spec.text("Role") }
  var availability: String { spec.text("Availability") }
  var labels: [String: String] { spec.map("Labels") }
  /// Whether tasks may be given to it.
  var takesTasks: Bool { state == "ready" && availability == "active" }

  /// What constraints look at.
  var facts: NodeFacts {
    NodeFacts(
      name: hostname, id: id, hostname: hostname, role: role, address: address, system: "linux", architecture: "x86_64",
      labels: labels, engineLabels: [:])
  }

  func json(leader: String?, isReachable: Bool, tls: Value) -> Value {
    var members: [String: Value] = [
      "ID": .string(id), "Version": .version(version), "CreatedAt": .string(ModelMoment.text(createdAt)),
      "UpdatedAt": .string(ModelMoment.text(updatedAt)), "Spec": spec,
      "Description": [
        "Hostname": .string(hostname), "Platform": ["Architecture": "x86_64", "OS": "linux"],
        "Resources": [
          "NanoCPUs": .integer(make.processors.multipliedBounded(by: 1_000_000_000)),
          "MemoryBytes": .integer(make.memory),
        ],
        "Engine": ["EngineVersion": .string(make.version)], "TLSInfo": tls,
      ],
    ]
    var status: [String: Value] = ["State": .string(state), "Addr": .string(address)]
    if !message.isEmpty { status["Message"] = .string(message) }
    members["Status"] = .object(status)
    if isMember {
      var manager: [String: Value] = [
        "Reachability": .string(isReachable ? "reachable" : "unreachable"), "Addr": .string("\(address):2377"),
      ]
      if leader == id { manager["Leader"] = true }
      members["ManagerStatus"] = .object(manager)
    }
    return .object(members)
  }
}
