import Foundation
import Values

/// The content of an event of one kind, as a type. It is stored as JSON with these members; one that is `nil` is left
/// out.
///
/// An event keeps its payload as it was stored, so that a kind or a member that a newer version wrote is never lost.
package protocol EventContent: Codable, Sendable, Hashable {
  /// The kind of the events with this content.
  static var kind: EventKind { get }
}

extension Event {
  /// An event with this content.
  package init(
    sequence: Int64 = 0, at: Date, path: String? = nil, attempt: Int? = nil, host: String? = nil,
    _ content: some EventContent
  ) {
    // Stored content holds only numbers of the data model, so everything can be written.
    let payload = (try? ValueEncoder().encode(content)) ?? .object([:])
    self.init(
      sequence: sequence, at: at, kind: type(of: content).kind, path: path, attempt: attempt, host: host,
      payload: payload)
  }

  /// Its content, when it is of that kind and can be read.
  package func content<Content: EventContent>(_ type: Content.Type = Content.self) -> Content? {
    kind == type.kind ? try? ValueDecoder().decode(type, from: payload) : nil
  }
}

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
