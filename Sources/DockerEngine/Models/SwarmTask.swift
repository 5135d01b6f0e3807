import Values

/// One run of a service's container on a node.
public struct SwarmTask: Sendable, Hashable {
  /// The task's ID.
  public let id: String
  /// Its service's ID.
  public let serviceID: String
  /// The node that it was given; `nil` while there is none.
  public let nodeID: String?
  /// Which of the replicas it is, from 1; 0 for a global service's.
  public let slot: Int
  /// What the managers want of it.
  public let desiredState: State
  /// How far it is.
  public let state: State
  /// The agent's or the scheduler's remark.
  public let message: String
  /// What went wrong, in the engine's words; empty when nothing did.
  public let error: String
  /// The container, when it was made.
  public let containerID: String?
  /// The exit code of an ended container.
  public let exitCode: Int?
  /// When the state was reported, in RFC 3339; sorts as text within one engine.
  public let timestamp: String
  /// When the task was made, in RFC 3339.
  public let createdAt: String
  /// The image.
  public let image: String
  /// What it was made from: the service's task template at that time.
  public let spec: Value
  /// The container's labels.
  public let labels: [String: String]
  /// The networks that the managers attached it to, with its addresses there.
  public let attachments: [Attachment]

  /// A task's place in a network.
  public struct Attachment: Sendable, Hashable {
    /// The network's ID.
    public let networkID: String
    /// Its name.
    public let networkName: String
    /// Whether it spans hosts, and is not the routing mesh's own.
    public let isOverlay: Bool
    /// The task's addresses there, without prefix lengths.
    public let addresses: [String]

    init(_ json: Value) {
      let network = json.child("Network"), spec = network.child("Spec")
      networkID = network.text("ID")
      networkName = spec.text("Name")
      isOverlay =
        (network.child("DriverState").text("Name").nonEmpty ?? spec.child("DriverConfiguration").text("Name"))
        == "overlay" && !spec.flag("Ingress")
      addresses = json.texts("Addresses").compactMap { $0.split(separator: "/").first.map(String.init) }
    }
  }

  /// What each task of its kind reserves on its node.
  public let reservation: Resources

  /// Whether the service gives its containers a health check, so that a running task is a healthy one. One that the
  /// image brings is not seen here.
  public var hasHealthCheck: Bool {
    guard let first = spec.child("ContainerSpec").child("Healthcheck").texts("Test").first else { return false }
    return first != "NONE"
  }

  /// The states of a task, in the order in which it goes through them.
  public enum State: String, Sendable, Hashable, Comparable, CaseIterable {
    case new, allocated, pending, assigned, accepted, preparing, ready, starting, running, complete, shutdown
    case failed, rejected, remove, orphaned
    /// A state that this program does not know.
    case unknown = ""

    /// By their order.
    public static func < (left: State, right: State) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }

    /// Whether nothing of it runs any more, or ever will.
    public var isTerminal: Bool { self > .running && self != .unknown }
  }

  init(_ json: Value) throws {
    let json = try json.object()
    id = json.text("ID")
    serviceID = json.text("ServiceID")
    nodeID = json.text("NodeID").nonEmpty
    slot = Int(json.integer("Slot"))
    desiredState = State(rawValue: json.text("DesiredState")) ?? .unknown
    let status = json.child("Status")
    state = State(rawValue: status.text("State")) ?? .unknown
    message = status.text("Message")
    error = status.text("Err")
    timestamp = status.text("Timestamp")
    createdAt = json.text("CreatedAt")
    let container = status.child("ContainerStatus")
    containerID = container.text("ContainerID").nonEmpty
    exitCode = container["ExitCode"]?.integerValue.map(Int.init)
    spec = json.child("Spec")
    let template = spec.child("ContainerSpec")
    image = template.text("Image")
    labels = template.map("Labels")
    attachments = json.list("NetworksAttachments").map(Attachment.init)
    reservation = Resources(spec.child("Resources").child("Reservations"))
  }
}
