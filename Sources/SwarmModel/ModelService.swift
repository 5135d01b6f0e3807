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
