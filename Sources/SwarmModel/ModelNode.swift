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

/// One host's engine in a modelled world.
package struct ModelEngine: Sendable {
  /// What kind of machine it runs on; the same for all hosts unless a world says else.
  package struct Make: Sendable, Hashable {
    /// Docker's version.
    package var version = "20.10.24"
    /// The newest API version that it speaks.
    package var api = "1.41"
    /// The operating system for a person.
    package var system = "Debian GNU/Linux 12 (bookworm)"
    /// The kernel's release.
    package var kernel = "6.1.0"
    /// Processors.
    package var processors: Int64 = 2
    /// Bytes of memory.
    package var memory: Int64 = 8 << 30
    package init() {}
  }

  /// Its part in a swarm, as the engine itself knows it.
  package struct Membership: Sendable, Hashable {
    /// The swarm's ID.
    package let cluster: String
    /// Its node there.
    package let nodeID: String
    /// Whether it keeps the swarm's store.
    package internal(set) var isManager: Bool
    /// The address that it advertises.
    package let address: String
  }

  /// The inventory's name for the host.
  package let host: String
  /// What the host calls itself.
  package var hostname: String
  /// The addresses at which others reach it; the first is the usual one.
  package var addresses: [String]
  /// The machine.
  package var make = Make()
  /// Seconds that its clock is ahead of the world's.
  package var clockOffset = 0.0
  /// The images that it has.
  package var images: [String] = []
  /// Whether the host is on.
  package internal(set) var isOn = true
  /// Whether the engine runs.
  package internal(set) var isRunning = true
  /// Its swarm; `nil` for none.
  package internal(set) var membership: Membership?
  /// Whether it waits for the unlock key.
  package internal(set) var isLocked = false
  /// What went wrong with its swarm, in Docker's words.
  package internal(set) var error = ""

  /// A host without a swarm.
  package init(host: String, hostname: String, addresses: [String]) {
    self.host = host
    self.hostname = hostname
    self.addresses = addresses
  }

  /// Whether the engine answers.
  package var isUp: Bool { isOn && isRunning }
  /// The address by which it is usually reached.
  package var address: String { addresses.first ?? "127.0.0.1" }
}
