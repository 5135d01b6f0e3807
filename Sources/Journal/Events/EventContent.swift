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
