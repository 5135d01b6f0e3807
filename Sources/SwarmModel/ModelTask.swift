import Values

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
