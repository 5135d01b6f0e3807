import ArgumentParser
import Engine
import Values

/// `runbook resolve`
struct ResolveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resolve",
    abstract: "Record the outcome of a step in doubt: one that may or may not have been carried out.",
    discussion: "Look at the host first. The answer is recorded, with who gave it; `runbook resume` then continues.")

  @Argument(help: "The run's ID or the beginning of it.", completion: Completion.run { $0.canBeResumed })
  var run: String

  @Argument(
    help: "The step's path, or the end of it.", completion: Completion.step { $0.status == .started })
  var step: String

  @Flag(help: "The outcome: it was carried out, it was not and must be repeated, or it failed.")
  var answer: DoubtAnswer

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      try await RunAnswering(options: options).answer(run) { runner, record, user in
        let path = try await runner.resolve(record, step: step, answer, by: user)
        return ["Recorded: \"\(path)\" \(answer.words), says \(user)."]
      }
      return .success
    }
  }
}

extension DoubtAnswer: EnumerableFlag {
  var words: String {
    switch self {
    case .done: "was carried out"
    case .retry: "was not carried out and must be repeated"
    case .fail: "failed"
    }
  }
}
