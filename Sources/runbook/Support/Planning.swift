import Engine
import HostModules
import Journal
import Presentation
import Simulation
import Values

/// Makes a plan: reads the state of the hosts, and changes nothing.
struct Planning {
  let input: RunInput
  let parameters: [String: String]
  /// The simulated world used instead of the hosts; `nil` for the hosts themselves.
  var simulated: SimulatedWorld?

  /// The plan; `nil` when it was interrupted.
  func document() async throws -> PlanDocument? {
    let world = input.inventory.map { Fleet(inventory: $0, ways: simulated?.ways) }
    let stop = StopSignal()
    let signals = Signals(stop: stop)
    defer { withExtendedLifetime(signals) {} }
    // Its own store, and no locks: nothing of a plan lasts.
    let environment = RunEnvironment(
      store: InMemoryJournalStore(), hostModules: world.map(HostModules.all) ?? [],
      holder: ProcessIdentity.current.holder(for: "plan"), liveness: { _ in .unknown }, stop: stop)
    do {
      let plan = try await Runner(environment).plan(input.source, parameters: parameters)
      let snapshot = await world?.snapshot()
      await world?.close()
      return PlanDocument(
        sheet: PlanView(
          runbook: input.source.runbook, summary: plan.summary.isEmpty ? nil : plan.summary,
          steps: plan.steps,
          notes: plan.warnings.map { "warning: \($0)" } + PlanView.notes(on: plan.uncertainties)),
        parameters: plan.parameters, files: plan.files, snapshot: snapshot)
    } catch {
      await world?.close()
      if stop.isRaised { return nil }
      throw error
    }
  }

  /// Fails unless a saved plan still shows what would be done; `false` when it was interrupted.
  func holds(_ file: String) async throws -> Bool {
    let saved = try PlanDocument(text: try InputFile(file).text(), file: file)
    guard let now = try await document() else { return false }
    let differences = PlanComparison(saved: saved, now: now).differences
    if differences.isEmpty { return true }
    throw Failure(
      .planMoved, "the plan \(file) is no longer valid; nothing was changed",
      hint:
        "check what would be done now, and save that plan: runbook plan \(input.source.runbook) … --output \(file)",
      related: differences.map { Failure(.planMoved, $0) })
  }
}
