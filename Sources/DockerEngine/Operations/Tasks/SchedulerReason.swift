/// One of the reasons that the scheduler gives in "no suitable node (…; …)".
struct SchedulerReason: Sendable, Hashable {
  /// What speaks against nodes; the words are those of swarmkit's scheduler filters.
  enum Kind: String, Sendable, Hashable, CaseIterable {
    case unavailable = "not available for new tasks"
    case resources = "insufficient resources"
    case constraints = "scheduling constraints not satisfied"
    case hostPort = "host-mode port already in use"
    case platform = "unsupported platform"
    case plugin = "missing plugin"
    case replicaLimit = "max replicas per node limit exceed"
    case volumes = "cannot fulfill requested volumes"
  }

  let kind: Kind
  /// On how many nodes; `nil` where the words do not tell.
  let nodes: Int?

  /// The reasons in a task's error, in the scheduler's order.
  static func all(in words: String) -> [SchedulerReason] {
    guard let start = words.range(of: "no suitable node") else { return [] }
    return words[start.upperBound...].split(separator: ";").compactMap { part in
      Kind.allCases.first { part.contains($0.rawValue) }.map { kind in
        SchedulerReason(
          kind: kind, nodes: part.split { !$0.isNumber }.first.flatMap { Int($0) })
      }
    }
  }
}
