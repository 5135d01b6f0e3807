import Foundation
import Values

/// What an event of one kind tells, as a type. It is stored as JSON with these members; one that is `nil` is left out.
///
/// An event keeps its payload as it was stored, so that what a newer version wrote, a kind or a member, is never lost.
package protocol EventContent: Codable, Sendable, Hashable {
  /// The kind of the events that tell it.
  static var kind: EventKind { get }
}

extension Event {
  /// An event that tells this.
  package init(
    sequence: Int64 = 0, at: Date, path: String? = nil, attempt: Int? = nil, host: String? = nil,
    _ content: some EventContent
  ) {
    // What is stored holds no number that is not one of ours, so there is nothing that can't be written.
    let payload = (try? ValueEncoder().encode(content)) ?? .object([:])
    self.init(
      sequence: sequence, at: at, kind: type(of: content).kind, path: path, attempt: attempt, host: host,
      payload: payload)
  }

  /// What it tells, when it is of that kind and can be read.
  package func content<Content: EventContent>(_ type: Content.Type = Content.self) -> Content? {
    kind == type.kind ? try? ValueDecoder().decode(type, from: payload) : nil
  }
}
