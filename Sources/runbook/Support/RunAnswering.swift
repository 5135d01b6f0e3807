import Engine
import Foundation
import Journal
import Values

/// Records a person's answers to a run that waits, without executing it.
struct RunAnswering {
  let options: GlobalOptions

  /// Records a yes or a no to what the run waits for.
  func answer(_ id: String, isYes: Bool) async throws {
    try await answer(id) { runner, record, user in
      try await runner.answer(record, isYes: isYes, by: user).map {
        "\(isYes ? "Approved" : "Rejected") by \(user): \($0)"
      }
    }
  }

  /// Finds the run and does the work with a runner that executes nothing.
  ///
  /// - Parameter next: what to type then, up to the run's ID.
  func answer(
    _ id: String, next: String = "Go on with: runbook resume",
    _ work: (Runner, RunRecord, _ user: String) async throws -> [String]
  ) async throws {
    let store = try await JournalAccess.forWriting(options)
    let record = try await store.existing(id)
    let identity = ProcessIdentity.current
    let runner = Runner(
      RunSurroundings(
        store: store, hostModules: [], holder: identity.holder(for: record.id), liveness: { identity.liveness(of: $0) })
    )
    let lines = try await work(runner, record, identity.user)
    if options.json {
      let document: Value = ["run": .string(record.id), "recorded": .array(lines.map { .string($0) })]
      Screen(options).print([try JSON.encode(document, secrets: .hidden)])
    } else {
      Screen(options).print(lines + ["\(next) \(record.id)"])
    }
  }
}
