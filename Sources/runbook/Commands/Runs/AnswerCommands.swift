import ArgumentParser
import Engine
import Foundation
import Journal
import Values

/// Records an operator's answers to a run that waits, without executing it.
struct RunAnswering {
  let options: GlobalOptions

  /// Records an approval or a rejection of what the run waits for.
  func answer(_ id: String, isYes: Bool) async throws {
    try await answer(id) { control, record, user in
      try await control.answer(record, isYes: isYes, by: user).map {
        "\(isYes ? "Approved" : "Rejected") by \(user): \($0)"
      }
    }
  }

  /// Finds the run and does the work.
  ///
  /// - Parameter next: what to type then, up to the run's ID. Default: the run's resume, or its rollback if it is being
  ///   undone.
  func answer(
    _ id: String, next: String? = nil,
    _ work: (RunControl, RunRecord, _ user: String) async throws -> [String]
  ) async throws {
    let store = try await JournalAccess.forWriting(options)
    let record = try await store.existing(id)
    let lines = try await work(RunControl(RunServices(store: store)), record, ProcessIdentity.current.user)
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

/// `runbook approve`
struct ApproveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "approve", abstract: "Approve what a run is waiting for; `runbook resume` then continues.")

  @Argument(help: "The run's ID or the beginning of it.", completion: Completion.run { $0.status == .waiting })
  var run: String

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      try await RunAnswering(options: options).answer(run, isYes: true)
      return .success
    }
  }
}

/// `runbook reject`
struct RejectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reject", abstract: "Reject what a run is waiting for; it ends there and can be rolled back.")

  @Argument(help: "The run's ID or the beginning of it.", completion: Completion.run { $0.status == .waiting })
  var run: String

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      try await RunAnswering(options: options).answer(run, isYes: false)
      return .success
    }
  }
}

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
      try await RunAnswering(options: options).answer(run) { control, record, user in
        let path = try await control.resolve(record, step: step, answer, by: user)
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
