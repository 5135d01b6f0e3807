import Engine
import Foundation
import Journal
import LuaVM
import Values

/// Runs a runbook against modelled appliances, with the shipped modules.
struct ShippedRunbook {
  let path: String
  let appliances: ModelAppliances
  let store = InMemoryJournalStore()

  /// One of the shipped runbooks.
  init(name: String, appliances: ModelAppliances) {
    self.init(path: Samples.repository.appending(path: "runbooks/\(name)").path, appliances: appliances)
  }

  /// Any runbook.
  init(path: String, appliances: ModelAppliances) {
    self.path = path
    self.appliances = appliances
  }

  private var source: RunSource {
    RunSource(
      runbook: path, runbookPath: path, inventoryPath: nil,
      inventoryText: nil, hosts: HostDirectory(appliances.inventory),
      modulePath: ModulePath(folders: [Samples.repository.appending(path: "stdlib").path]),
      folder: Samples.repository.path)
  }

  private var runner: Runner {
    Runner(
      RunEnvironment(
        RunServices(
          store: store,
          holder: LeaseHolder(machine: "here", bootID: "b", processID: 1, processStart: 1, user: "op", run: ""),
          liveness: { _ in .gone }, clock: ImpatientClock()),
        hosts: RunHosts(modules: appliances.modules),
        options: RunOptions(approver: Approver { _ in .init(isYes: true, by: "op", how: "option") })))
  }

  /// What a run came to, with its events.
  func run() async throws -> (outcome: RunOutcome, events: [Event]) {
    guard let record = try await runner.create(source, parameters: [:]) else {
      throw Failure("test.stopped", "stopped before it began")
    }
    let outcome = try await runner.execute(record, source)
    return (outcome, try await store.events(of: record.id, after: 0))
  }

  /// Undoes the newest run.
  func rollback() async throws -> RunOutcome {
    guard let newest = try await store.runs().first, let record = try await store.run(newest.id) else {
      throw Failure("test.none", "there is no run")
    }
    return try await runner.rollback(record, source)
  }

  func plan() async throws -> [PlannedStep] { try await runner.plan(source, parameters: [:]).steps }
}

/// Waits for nothing, so that retries cost no time.
private struct ImpatientClock: EngineClock {
  func now() -> Date { Date() }
  func sleep(seconds: Double) async throws { try Task.checkCancellation() }
}
