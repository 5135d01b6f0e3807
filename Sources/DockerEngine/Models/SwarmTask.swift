import Values

/// One run of a service's container on a node.
package struct SwarmTask: Sendable, Hashable {
  /// The task's ID.
  package let id: String
  /// Its service's ID.
  package let serviceID: String
  /// The node that it was given; `nil` while there is none.
  package let nodeID: String?
  /// Which of the replicas it is, from 1; 0 for a global service's.
  package let slot: Int
  /// What the managers want of it.
  package let desiredState: State
  /// How far it is.
  package let state: State
  /// The agent's or the scheduler's remark.
  package let message: String
  /// What went wrong, in the engine's words; empty when nothing did.
  package let error: String
  /// The container, when it was made.
  package let containerID: String?
  /// The exit code of an ended container.
  package let exitCode: Int?
  /// When the state was reported, in RFC 3339; sorts as text within one engine.
  package let timestamp: String
  /// When the task was made, in RFC 3339.
  package let createdAt: String
  /// The image.
  package let image: String
  /// What it was made from: the service's task template at that time.
  package let spec: Value
  /// The container's labels.
  package let labels: [String: String]
  /// The networks that the managers attached it to, with its addresses there.
  package let attachments: [Attachment]

  /// A task's place in a network.
  package struct Attachment: Sendable, Hashable {
    /// The network's ID.
    package let networkID: String
    /// Its name.
    package let networkName: String
    /// Whether it spans hosts, and is not the routing mesh's own.
    package let isOverlay: Bool
    /// The task's addresses there, without prefix lengths.
    package let addresses: [String]

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
  package let reservation: Resources

  /// Whether the service gives its containers a health check, so that a running task is a healthy one. One that the
  /// image brings is not seen here.
  package var hasHealthCheck: Bool {
    guard let first = spec.child("ContainerSpec").child("Healthcheck").texts("Test").first else { return false }
    return first != "NONE"
  }

  /// The states of a task, in the order in which it goes through them.
  package enum State: String, Sendable, Hashable, Comparable, CaseIterable {
    case new, allocated, pending, assigned, accepted, preparing, ready, starting, running, complete, shutdown
    case failed, rejected, remove, orphaned
    /// A state that this program does not know.
    case unknown = ""

    /// By their order.
    package static func < (left: State, right: State) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }

    /// Whether nothing of it runs any more, or ever will.
    package var isTerminal: Bool { self > .running && self != .unknown }
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
