import Journal
import Synchronization
import Values

/// The journal's values that were recorded between steps, and the messages that were shown already.
final class RecordedValues: Sendable {
  private let values: [String: Value]
  private let messages: Mutex<[String: Int]>

  init(events: [Event]) {
    var values: [String: Value] = [:], messages: [String: Int] = [:]
    for event in events {
      switch event.kind {
      case .valueRecorded:
        if let path = event.path { values[path] = event.content(Event.ValueRecorded.self)?.value ?? .null }
      case .logMessage, .runNote: messages["\(event.kind) \(event.path ?? "")", default: 0] += 1
      default: break
      }
    }
    self.values = values
    self.messages = Mutex(messages)
  }

  func value(_ key: String) -> Value? { values[key] }

  /// Whether the next message of that scope was not shown before; a replay passes the earlier ones once more.
  func isNew(_ kind: EventKind, in scope: Scope) -> Bool {
    let key = "\(kind) \(scope.path.joined(separator: "/"))"
    return messages.withLock { messages in
      guard let left = messages[key], left > 0 else { return true }
      messages[key] = left - 1
      return false
    }
  }
}
