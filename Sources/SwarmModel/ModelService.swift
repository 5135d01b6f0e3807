import Placement
import Values

/// A service of a modelled swarm.
struct ModelService: Sendable {
  /// How many tasks it has.
  enum Mode: Sendable, Hashable {
    case replicated(Int), global, job(Int), globalJob
  }

  let id: String
  var version: Int64
  let createdAt: Double
  var updatedAt: Double
  private(set) var spec: Value
  var previous: Value?
  var updateState: (state: String, message: String, at: Double)?
  private(set) var mode = Mode.replicated(1)
  private(set) var constraints: [PlacementConstraint] = []
  /// The part of the spec whose change replaces its tasks.
  private(set) var template: Value = .null

  init(id: String, version: Int64, at now: Double, spec: Value) {
    self.id = id
    self.version = version
    createdAt = now
    updatedAt = now
    self.spec = spec
    read()
  }

  mutating func set(_ new: Value) {
    previous = spec
    spec = new
    read()
  }

  private mutating func read() {
    let modes = spec.child("Mode")
    if modes["Global"] != nil {
      mode = .global
    } else if modes["GlobalJob"] != nil {
      mode = .globalJob
    } else if let job = modes["ReplicatedJob"] {
      mode = .job(Int(job["TotalCompletions"]?.integerValue ?? 1))
    } else {
      mode = .replicated(Int(modes["Replicated"]?["Replicas"]?.integerValue ?? 1))
    }
    template = spec.child("TaskTemplate")
    constraints = template.child("Placement").texts("Constraints").compactMap { try? PlacementConstraint.parse($0) }
  }

  var name: String { spec.text("Name") }
  var labels: [String: String] { spec.map("Labels") }
  var isJob: Bool { if case .job = mode { true } else { mode == .globalJob } }
  var networks: [String] { (template.list("Networks") + spec.list("Networks")).map { $0.text("Target") } }
  var hostPorts: [Int64] {
    spec.child("EndpointSpec").list("Ports").filter { $0.text("PublishMode") == "host" }.map {
      $0.integer("PublishedPort")
    }
  }

  /// Whether a node meets its constraints.
  func fits(_ node: ModelNode) -> Bool {
    if constraints.isEmpty { return true }
    let facts = node.facts
    return constraints.allSatisfy { $0.evaluate(against: facts) == .satisfied }
  }

  var json: Value {
    var endpoint: [String: Value] = ["Spec": spec.child("EndpointSpec").objectValue.map { .object($0) } ?? .object([:])]
    let ports = spec.child("EndpointSpec").list("Ports")
    if !ports.isEmpty { endpoint["Ports"] = .array(ports) }
    var members: [String: Value] = [
      "ID": .string(id), "Version": .version(version), "CreatedAt": .string(ModelMoment.text(createdAt)),
      "UpdatedAt": .string(ModelMoment.text(updatedAt)), "Spec": spec, "Endpoint": .object(endpoint),
    ]
    members["PreviousSpec"] = previous
    if let updateState {
      members["UpdateStatus"] = [
        "State": .string(updateState.state), "Message": .string(updateState.message),
        "StartedAt": .string(ModelMoment.text(updateState.at)),
      ]
    }
    return .object(members)
  }
}

/// A task of a modelled swarm.
struct ModelTask: Sendable {
  let id: String
  let serviceID: String
  /// Labels of its service, by which tasks are asked for.
  let serviceLabels: [String: String]
  /// Which of its service's tasks it is: the slot's number or the node's ID.
  let key: String
  let slot: Int
  var version: Int64
  let createdAt: Double
  var updatedAt: Double
  var nodeID: String?
  var state: String
  var desired: String
  var message: String
  var error = ""
  let spec: Value
  /// The networks with the task's address in each.
  let attachments: [(network: String, address: String)]
  /// When its container started; 0 before.
  var startedAt = 0.0
  /// Whether it vanishes when it has ended, because its service was removed.
  var isForgotten = false
  let isJob: Bool

  /// Whether nothing of it runs any more, or ever will.
  var isOver: Bool { ["complete", "shutdown", "failed", "rejected", "remove", "orphaned"].contains(state) }
  var containerID: String { IDSource.hexadecimal("container/\(id)") }
  /// A number that, almost certainly, no other task on its host has.
  var process: Int64 {
    IDSource.digest("process/\(id)").prefix(3).reduce(1000) { $0 + Int64($1) * 257 % 65_521 } + Int64(slot)
  }

  func json(_ networks: [String: ModelNetwork]) -> Value {
    var status: [String: Value] = [
      "Timestamp": .string(ModelMoment.text(updatedAt)), "State": .string(state), "Message": .string(message),
      "PortStatus": .object([:]),
    ]
    if !error.isEmpty { status["Err"] = .string(error) }
    if nodeID != nil, !["new", "pending", "assigned"].contains(state) {
      status["ContainerStatus"] = [
        "ContainerID": .string(containerID), "PID": .integer(isOver ? 0 : process), "ExitCode": 0,
      ]
    }
    var members: [String: Value] = [
      "ID": .string(id), "Version": .version(version), "CreatedAt": .string(ModelMoment.text(createdAt)),
      "UpdatedAt": .string(ModelMoment.text(updatedAt)), "Labels": .object([:]), "Spec": spec,
      "ServiceID": .string(serviceID), "Status": .object(status), "DesiredState": .string(desired),
      "NetworksAttachments": .array(
        attachments.compactMap { attachment in
          networks[attachment.network].map { ["Network": $0.attachment, "Addresses": [.string(attachment.address)]] }
        }),
    ]
    if slot > 0 { members["Slot"] = .integer(Int64(slot)) }
    members["NodeID"] = nodeID.map { .string($0) }
    return .object(members)
  }
}

/// A secret or a configuration of a modelled swarm, without what it contains.
struct ModelPart: Sendable {
  let id: String
  let version: Int64
  let createdAt: Double
  let name: String
  let labels: [String: String]

  var json: Value {
    [
      "ID": .string(id), "Version": .version(version), "CreatedAt": .string(ModelMoment.text(createdAt)),
      "UpdatedAt": .string(ModelMoment.text(createdAt)),
      "Spec": ["Name": .string(name), "Labels": .texts(labels)],
    ]
  }
}

/// An overlay network of a modelled swarm.
struct ModelNetwork: Sendable {
  let id: String
  let version: Int64
  let createdAt: Double
  let name: String
  let labels: [String: String]
  let isIngress: Bool
  /// Which of its swarm's networks it is, from 0: its place among the subnets.
  let number: Int
  /// Addresses that were given.
  var given = 2
  /// Whether it was removed, and only some engines still show it.
  var isGoing = false

  private var subnet: String { "10.\(number / 256).\(number % 256).0/24" }

  /// The next address of it, with the prefix length.
  mutating func nextAddress() -> String {
    given += 1
    let place = (number << 8) + given
    return "10.\(place >> 16 & 255).\(place >> 8 & 255).\(place & 255)/24"
  }

  private var configuration: Value {
    ["Subnet": .string(subnet), "Gateway": .string(subnet.replacing(".0/24", with: ".1"))]
  }

  /// As a task's attachment shows it.
  var attachment: Value {
    var spec: [String: Value] = [
      "Name": .string(name), "Labels": .texts(labels), "DriverConfiguration": ["Name": "overlay"], "Scope": "swarm",
    ]
    if isIngress { spec["Ingress"] = true }
    return [
      "ID": .string(id), "Version": .version(version), "CreatedAt": .string(ModelMoment.text(createdAt)),
      "UpdatedAt": .string(ModelMoment.text(createdAt)), "Spec": .object(spec),
      "DriverState": [
        "Name": "overlay", "Options": ["com.docker.network.driver.overlay.vxlanid_list": .string("\(4096 + number)")],
      ],
      "IPAMOptions": ["Driver": ["Name": "default"], "Configs": [configuration]],
    ]
  }

  var json: Value {
    [
      "Name": .string(name), "Id": .string(id), "Created": .string(ModelMoment.text(createdAt)), "Scope": "swarm",
      "Driver": "overlay", "EnableIPv6": false,
      "IPAM": ["Driver": "default", "Options": .null, "Config": [configuration]], "Internal": false,
      "Attachable": false, "Ingress": .bool(isIngress), "ConfigFrom": ["Network": ""], "ConfigOnly": false,
      "Containers": .null,
      "Options": ["com.docker.network.driver.overlay.vxlanid_list": .string("\(4096 + number)")],
      "Labels": labels.isEmpty ? .null : .texts(labels),
    ]
  }
}
