import ArgumentParser
import Engine
import Values

/// `runbook run`
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a runbook on the hosts of an inventory.",
    discussion: """
      The runbook is a path, a name in ./runbooks, or one of the shipped ones. Every mistake that can be known \
      beforehand is reported before anything is touched. Ctrl-C stops at the next safe point.
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
    help: "Run only what this saved plan says; refused when the hosts or the files have changed since.",
    completion: .file(extensions: ["json"]))
  var plan: String?

  @Flag(help: "Answer yes to every question of the runbook.")
  var yes = false

  @Flag(help: "Replay everything after each step, and fail if a replay takes a different path (for authors).")
  var replayEverything = false

  @OptionGroup var debugging: DebuggingOptions

  @Option(
    help: ArgumentHelp(
      "Begin at this step: those before it are not carried out, and return what an earlier run of the same runbook, "
        + "inventory and parameters has recorded; refused if that is not enough.", valueName: "step"))
  var from: String?

  @Option(
    help: ArgumentHelp(
      "With --from: the run whose results are used (default: the newest that fits).", valueName: "run"),
    completion: Completion.run())
  var resultsOf: String?

  @OptionGroup var simulation: SimulationOptions

  @OptionGroup var execution: ExecutionOptions

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    if resultsOf != nil, from == nil { throw ValidationError("--results-of needs --from") }
    if replayEverything, debugging.isBounded {
      throw ValidationError("--replay-everything runs all steps; leave out --step, --until and --only")
    }
  }

  func run() async throws {
    try await CommandFailure.reported(options) {
      try debugging.check(options)
      let input = try RunInput(runbook: runbook, inventoryPath: inventory)
      let given = try ParameterOption.dictionary(parameters)
      let simulated = try await simulation.world(for: input.inventory, options)
      let planning = Planning(input: input, parameters: given, simulated: simulated?.world)
      if let plan, try await !planning.holds(plan) { return ExitStatus.interrupted }
      let store = try await JournalAccess.forWriting(options)
      let settings = execution.settings(
        saysYes: yes, replaysEverything: replayEverything,
        debugging: debugging.debugging(reuse: from.map { ResultReuse(from: $0, of: resultsOf) }))
      return try await RunDirector(options: options, store: store, settings: settings)
        .start(input, parameters: given, simulated: simulated)
    }
  }
}
