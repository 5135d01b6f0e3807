import Engine
import Foundation
import Journal
import Values

/// Records an operator's answers to a run that waits, without executing it.
struct RunAnswering {
  let options: GlobalOptions

  /// Records an approval or a rejection of what the run waits for.
  func answer(_ id: String, isYes: Bool) async throws {
    try await answer(id) { runner, record, user in
      try await runner.answer(record, isYes: isYes, by: user).map {
        "\(isYes ? "Approved" : "Rejected") by \(user): \($0)"
      }
    }
  }

  /// Finds the run and does the work with a runner that executes nothing.
  ///
  /// - Parameter next: what to type then, up to the run's ID. Default: the run's resume, or its rollback if it is being
  ///   undone.
  func answer(
    _ id: String, next: String? = nil,
    _ work: (Runner, RunRecord, _ user: String) async throws -> [String]
  ) async throws {
    let store = try await JournalAccess.forWriting(options)
    let record = try await store.existing(id)
    let identity = ProcessIdentity.current
    let runner = Runner(
      RunEnvironment(
        store: store, hostModules: [], holder: identity.holder(for: record.id), liveness: { identity.liveness(of: $0) })
    )
    let lines = try await work(runner, record, identity.user)
    if options.json {
      let document: Value = ["run": .string(record.id), "recorded": .array(lines.map { .string($0) })]
      Screen(options).print([try JSON.encode(document, secrets: .hidden)])
    } else {
      let isUndone = RunState(events: try await store.events(of: record.id, after: 0)).isRollingBack
      let next = next ?? "Continue with: runbook \(isUndone ? "rollback" : "resume")"
      Screen(options).print(lines + ["\(next) \(record.id)"])
    }
  }
}
