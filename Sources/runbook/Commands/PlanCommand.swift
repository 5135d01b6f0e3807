import ArgumentParser
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
        options.json ? [try plan.json()] : plan.sheet.render(columns: screen.columns, style: screen.style))
      if let output, !options.json {
        screen.print(["", "Saved as \(output). To run it while it is still valid: runbook run --plan \(output) …"])
      }
      return .success
    }
  }
}
