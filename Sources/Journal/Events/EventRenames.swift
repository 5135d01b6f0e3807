import Values

/// Today's names for what journals and archives of earlier versions hold: `run.pictured` with its `picture`, `place`,
/// `targets.taken_over` with its `targets`, and the `claim` of an execution.
enum EventRenames {
  /// The event in today's words. Its secrets stay where they are.
  static func apply(to event: inout Event) {
    if event.kind == "run.pictured" {
      event.kind = .runSnapshot
      rename("picture", "snapshot", in: &event.payload)
    }
    if event.kind == "targets.taken_over" {
      event.kind = .hostsTakenOver
      rename("targets", "hosts", in: &event.payload)
    }
    if event.kind == .runStarted { rename("claim", "lock", in: &event.payload) }
    rename("place", "location", in: &event.payload)
    if case .object(var members) = event.payload, var failure = members["failure"] {
      renamePlaces(in: &failure)
      members["failure"] = failure
      event.payload = .object(members)
    }
  }

  /// Of a failure and those that belong to it.
  private static func renamePlaces(in failure: inout Value) {
    rename("place", "location", in: &failure)
    guard case .object(var members) = failure, case .array(var related)? = members["related"] else { return }
    for index in related.indices { renamePlaces(in: &related[index]) }
    members["related"] = .array(related)
    failure = .object(members)
  }

  private static func rename(_ old: String, _ new: String, in value: inout Value) {
    guard case .object(var members) = value, let member = members.removeValue(forKey: old) else { return }
    members[new] = members[new] ?? member
    value = .object(members)
  }
}
