import Values

/// A service of a swarm.
public struct SwarmService: Sendable, Hashable {
  /// The service's ID.
  public let id: String
  /// The version that an update must name.
  public let version: Int64
  /// The whole spec, also what is not modelled here.
  public let spec: Value
  /// Its name, with the stack's name before it: `da_policy`.
  public let name: String
  /// The service's own labels.
  public let labels: [String: String]
  /// The image that its tasks run.
  public let image: String
  /// Where its tasks may run: `node.labels.da-policy == true`.
  public let constraints: [String]
  /// How many tasks it has.
  public let mode: Mode
  /// The published ports.
  public let ports: [Port]
  /// How the last update went; `nil` when there was none.
  public let update: UpdateStatus?

  /// What each of its tasks reserves on its node.
  public let reservation: Resources

  /// Whether its spec was ever changed.
  public let wasUpdated: Bool

  /// How many tasks a service has.
  public enum Mode: Sendable, Hashable {
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
  public struct Port: Sendable, Hashable {
    /// `tcp`, `udp` or `sctp`.
    public let networkProtocol: String
    /// Inside the container.
    public let target: Int
    /// On the node; 0 until one is chosen.
    public let published: Int
    /// Whether it is published on the task's own node only, and not by the routing mesh.
    public let isHostMode: Bool

    init(_ json: Value) {
      networkProtocol = json.text("Protocol").nonEmpty ?? "tcp"
      target = Int(json.integer("TargetPort"))
      published = Int(json.integer("PublishedPort"))
      isHostMode = json.text("PublishMode") == "host"
    }
  }

  /// How an update goes.
  public struct UpdateStatus: Sendable, Hashable {
    /// `updating`, `paused`, `completed`, `rollback_started`, `rollback_paused` or `rollback_completed`.
    public let state: String
    /// Why.
    public let message: String
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
  public var stack: String? { labels[StackLabel.namespace] }
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
public enum StackLabel {
  /// On everything: its value is the stack's name.
  public static let namespace = "com.docker.stack.namespace"
  /// On a service: the image as the compose files name it.
  public static let image = "com.docker.stack.image"
}
