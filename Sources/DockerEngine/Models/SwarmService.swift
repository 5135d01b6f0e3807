import Values

/// A service of a swarm.
package struct SwarmService: Sendable, Hashable {
  /// The service's ID.
  package let id: String
  /// The version that an update must name.
  package let version: Int64
  /// The whole spec, also what is not modelled here.
  package let spec: Value
  /// Its name, with the stack's name before it: `da_policy`.
  package let name: String
  /// The service's own labels.
  package let labels: [String: String]
  /// The image that its tasks run.
  package let image: String
  /// Where its tasks may run: `node.labels.da-policy == true`.
  package let constraints: [String]
  /// How many tasks it has.
  package let mode: Mode
  /// The published ports.
  package let ports: [Port]
  /// How the last update went; `nil` when there was none.
  package let update: UpdateStatus?

  /// What each of its tasks reserves on its node.
  package let reservation: Resources

  /// Whether its spec was ever changed.
  package let wasUpdated: Bool

  /// How many tasks a service has.
  package enum Mode: Sendable, Hashable {
    /// So many, anywhere.
    case replicated(Int)
    /// One on each node that is allowed.
    case global
    /// Tasks that run to their end: how many must succeed.
    case job(Int)
    /// A job on each node that is allowed.
    case globalJob
  }

  /// A published port.
  package struct Port: Sendable, Hashable {
    /// `tcp`, `udp` or `sctp`.
    package let networkProtocol: String
    /// Inside the container.
    package let target: Int
    /// On the node; 0 until one is chosen.
    package let published: Int
    /// Whether it is published on the task's own node only, and not by the routing mesh.
    package let isHostMode: Bool

    init(_ json: Value) {
      networkProtocol = json.text("Protocol").nonEmpty ?? "tcp"
      target = Int(json.integer("TargetPort"))
      published = Int(json.integer("PublishedPort"))
      isHostMode = json.text("PublishMode") == "host"
    }
  }

  /// How an update goes.
  package struct UpdateStatus: Sendable, Hashable {
    /// `updating`, `paused`, `completed`, `rollback_started`, `rollback_paused` or `rollback_completed`.
    package let state: String
    /// Why.
    package let message: String
  }

  init(_ json: Value) throws {
    let json = try json.object()
    id = json.text("ID")
    version = json.child("Version").integer("Index")
    spec = json.child("Spec")
    name = spec.text("Name")
    labels = spec.map("Labels")
    let template = spec.child("TaskTemplate")
    image = template.child("ContainerSpec").text("Image")
    constraints = template.child("Placement").texts("Constraints")
    mode = Mode(spec.child("Mode"))
    let endpoint = json.child("Endpoint").list("Ports")
    // The endpoint follows some moments after the spec.
    ports = (endpoint.isEmpty ? spec.child("EndpointSpec").list("Ports") : endpoint).map(Port.init)
    reservation = Resources(template.child("Resources").child("Reservations"))
    wasUpdated = json["PreviousSpec"]?.objectValue?.isEmpty == false
    let status = json.child("UpdateStatus")
    update = status.text("State").nonEmpty.map { UpdateStatus(state: $0, message: status.text("Message")) }
  }

  /// The stack that it belongs to.
  package var stack: String? { labels[StackLabel.namespace] }
}

extension SwarmService.Mode {
  fileprivate init(_ json: Value) {
    if json["Global"]?.objectValue != nil {
      self = .global
    } else if json["GlobalJob"]?.objectValue != nil {
      self = .globalJob
    } else if let job = json["ReplicatedJob"], job.objectValue != nil {
      self = .job(Int(job["TotalCompletions"]?.integerValue ?? job["MaxConcurrent"]?.integerValue ?? 1))
    } else {
      // Docker leaves the number out for one.
      self = .replicated(Int(json.child("Replicated")["Replicas"]?.integerValue ?? 1))
    }
  }
}

/// The labels that `docker stack deploy` puts on what it makes.
package enum StackLabel {
  /// On everything: its value is the stack's name.
  package static let namespace = "com.docker.stack.namespace"
  /// On a service: the image as the compose files name it.
  package static let image = "com.docker.stack.image"
}

/// Processors and memory that a node has, or that a task reserves.
package struct Resources: Sendable, Hashable {
  /// Billionths of a processor.
  package let nanoCPUs: Int64
  /// Bytes of memory.
  package let memory: Int64

  init(nanoCPUs: Int64, memory: Int64) {
    self.nanoCPUs = nanoCPUs
    self.memory = memory
  }

  init(_ json: Value) { self.init(nanoCPUs: json.integer("NanoCPUs"), memory: json.integer("MemoryBytes")) }

  static func + (left: Resources, right: Resources) -> Resources {
    Resources(
      nanoCPUs: left.nanoCPUs.addingBounded(right.nanoCPUs), memory: left.memory.addingBounded(right.memory))
  }

  static let none = Resources(nanoCPUs: 0, memory: 0)

  /// For a person: `1.5 CPUs and 512 MiB`.
  var text: String {
    let cpus = Double(nanoCPUs) / 1e9
    let count = cpus == cpus.rounded() ? "\(Int64(cpus))" : "\((cpus * 100).rounded() / 100)"
    return "\(count) \(count == "1" ? "CPU" : "CPUs") and \(memory / (1 << 20)) MiB"
  }
}

/// A secret or a configuration that a swarm keeps. What it contains is not read.
package struct StackPart: Sendable, Hashable {
  /// Its ID.
  package let id: String
  /// Its name.
  package let name: String
  /// Its labels.
  package let labels: [String: String]
  /// The version that an update must name.
  package let version: Int64

  init(_ json: Value) throws {
    let json = try json.object()
    id = json.text("ID")
    version = json.child("Version").integer("Index")
    name = json.child("Spec").text("Name")
    labels = json.child("Spec").map("Labels")
  }
}
