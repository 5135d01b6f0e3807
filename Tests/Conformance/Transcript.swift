import DockerEngine
import Synchronization
import TestSupport
import Values

/// What a story has come to, in words that are the same for every engine: IDs stand as names.
package final class Transcript: Sendable {
  private struct State {
    var lines: [String] = []
    var names: [(id: String, name: String)] = []
  }
  private let state = Mutex(State())

  /// Nothing was noted yet.
  package init() {}

  /// What was noted.
  package var lines: [String] { state.withLock { $0.lines } }

  /// Lets a name stand for an ID from now on.
  func name(_ id: String, _ name: String) {
    if !id.isEmpty { state.withLock { $0.names.append((id, "<\(name)>")) } }
  }

  /// Notes a fact.
  func note(_ what: String, _ value: some CustomStringConvertible) {
    state.withLock { state in
      var text = "\(what): \(value)"
      for (id, name) in state.names { text = text.replacing(id, with: name) }
      state.lines.append(text)
    }
  }

  /// Notes how a call is refused, with the engine's own words.
  func refusal(_ what: String, _ call: () async throws -> Void) async throws {
    do {
      try await call()
      note(what, "not refused")
    } catch let failure as Failure {
      note(what, "\(failure.code.rawValue) | \(failure.cause ?? "")")
    }
  }
}

/// The first result that is there within a minute; `nil` when there was none, so that the transcript shows it.
func awaited<Found>(_ look: () async throws -> Found?) async throws -> Found? {
  do { return try await eventually(within: .seconds(60), every: .milliseconds(200), look) } catch is NeverSo {
    return nil
  }
}
