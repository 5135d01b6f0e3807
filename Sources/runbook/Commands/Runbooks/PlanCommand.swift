import ArgumentParser
import Engine
import HostModules
import Journal
import Presentation
import Simulation
import Values

/// `runbook plan`
struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Show what a run would do, step by step, without changing anything.",
    discussion: """
      Reads the state of the hosts. Each step is shown with the procedure's commands that it represents. \
      Two plans of the same state are the same text, so they can be compared.
      """)

  @Argument(help: "The runbook, for example distribute.lua.", completion: Completion.runbook)
  var runbook: String

  @Option(
    name: [.short, .long], help: "The inventory: a YAML file that names the hosts.", completion: Completion.inventory)
  var inventory: String?

  @Option(
    name: [.short, .customLong("param")], help: "A parameter of the runbook, as name=value. Can be repeated.",
    completion: Completion.parameter)
  var parameters: [ParameterOption] = []

  @Option(
    name: [.short, .long], help: "Save the plan in this file, for: runbook run --plan.",
    completion: .file(extensions: ["json"]))
  var output: String?

  @OptionGroup var simulation: SimulationOptions

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      let input = try RunInput(runbook: runbook, inventoryPath: inventory)
      let simulated = try await simulation.world(for: input.inventory, options)?.world
      let planning = Planning(
        input: input, parameters: try ParameterOption.dictionary(parameters), simulated: simulated)
      guard let plan = try await planning.document() else { return ExitStatus.interrupted }
      if let output { try OutputFile(output).write(try plan.json() + "\n") }
      let screen = Screen(options)
      screen.print(
        options.json ? [try plan.json()] : plan.view.render(columns: screen.columns, style: screen.style))
      if let output, !options.json {
        screen.print(["", "Saved as \(output). To run it while it is still valid: runbook run --plan \(output) …"])
      }
      return .success
    }
  }
}

/// Makes a plan: reads the state of the hosts, and changes nothing.
struct Planning {
  let input: RunInput
  let parameters: [String: String]
  /// The simulated world used instead of the hosts; `nil` for the hosts themselves.
  var simulated: SimulatedWorld?

  /// The plan; `nil` when it was interrupted.
  func document() async throws -> PlanDocument? {
    let fleet = input.inventory.map { Fleet(inventory: $0, access: simulated?.access) }
    let stop = StopSignal()
    let signals = Signals(stop: stop)
    defer { withExtendedLifetime(signals) {} }
    // Its own store, and no locks: nothing of a plan lasts.
    let environment = RunEnvironment(
      RunServices(
        store: InMemoryJournalStore(), holder: ProcessIdentity.current.holder(for: "plan"), liveness: { _ in .unknown }),
      hosts: RunHosts(modules: fleet.map(HostModules.all) ?? []), stop: stop)
    do {
      let plan = try await Runner(environment).plan(input.source, parameters: parameters)
      let snapshot = await fleet?.snapshot()
      await fleet?.close()
      return PlanDocument(
        view: PlanView(
          runbook: input.source.runbook, summary: plan.summary.isEmpty ? nil : plan.summary,
          steps: plan.steps,
          notes: plan.warnings.map { "warning: \($0)" } + PlanView.notes(on: plan.uncertainties)),
        parameters: plan.parameters, files: plan.files, snapshot: snapshot)
    } catch {
      await fleet?.close()
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
