import ArgumentParser
import Engine
import HostModules
import Journal
import Presentation
import Values

/// `runbook plan`
struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Show what a run would do, step by step, without changing anything.",
    discussion: "Reads the state of the hosts. Each step is shown with the commands of the procedure it stands for.")

  @Argument(help: "The runbook, for example distribute.lua.", completion: Completion.runbook)
  var runbook: String

  @Option(
    name: [.short, .long], help: "The inventory: a YAML file that names the hosts.", completion: Completion.inventory)
  var inventory: String?

  @Option(name: [.short, .customLong("param")], help: "A parameter of the runbook, as name=value. Can be repeated.")
  var parameters: [ParameterOption] = []

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      let input = try RunInput(runbook: runbook, inventoryPath: inventory)
      let given = try ParameterOption.dictionary(parameters)
      let world = input.inventory.map { World(inventory: $0) }
      let stop = StopSignal()
      let signals = Signals(stop: stop)
      defer { withExtendedLifetime(signals) {} }
      let surroundings = RunSurroundings(
        store: InMemoryJournalStore(), hostModules: world.map(HostModules.all) ?? [],
        holder: ProcessIdentity.current.holder(for: "plan"), isGone: { _ in false }, stop: stop)
      do {
        let steps = try await Runner(surroundings).plan(input.source, parameters: given)
        await world?.close()
        show(steps)
        return .success
      } catch {
        await world?.close()
        if stop.isRaised { return ExitStatus.interrupted }
        throw error
      }
    }
  }

  private func show(_ steps: [Engine.PlannedStep]) {
    let sheet = PlanSheet(runbook: runbook, steps: steps.map(Presentation.PlannedStep.init))
    let screen = Screen(options)
    screen.print(options.json ? [sheet.json()] : sheet.render(columns: screen.columns, style: screen.style))
  }
}

extension Presentation.PlannedStep {
  /// A step of the engine's plan, for the sheet.
  init(_ step: Engine.PlannedStep) {
    let verdict: PlannedVerdict =
      switch step.verdict {
      case .change: .change
      case .alreadySo: .alreadySo
      case .reads: .reads
      case .unknown(let after): .unknown(after: after)
      }
    self.init(
      path: step.path, host: step.host, commands: step.commands.map { PlannedCommand(host: $0.host, $0.text) },
      verdict: verdict)
  }
}
