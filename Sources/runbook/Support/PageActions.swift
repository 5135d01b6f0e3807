import Engine
import Journal
import Values
import Web

/// What the page does to runs: the same as the commands `approve`, `reject`, `pause` and `unpause`.
struct PageActions: Sendable {
  private let journal: ServedJournal

  init(_ journal: ServedJournal) { self.journal = journal }

  var actions: WebActions {
    WebActions(
      answer: { run, isYes, user in try await runner().answer(run, isYes: isYes, by: user, how: "page") },
      pause: { run, user in try await runner().pause(run, by: user, how: "page") },
      unpause: { run, user in try await runner().unpause(run, by: user, how: "page") })
  }

  private func runner() async throws -> Runner {
    guard let store = try await journal.opened() else {
      throw Failure(.journalMissing, "there is no journal yet, so there are no runs")
    }
    let identity = ProcessIdentity.current
    return Runner(
      RunEnvironment(
        store: store, hostModules: [], holder: identity.holder(for: ""),
        liveness: { identity.liveness(of: $0) }))
  }
}
