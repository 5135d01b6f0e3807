import BuiltProgram
import Foundation
import Subprocess

/// A person with the program at the lab's operator place, with a working folder and runs of their own.
struct Operator: Sendable {
  /// The lab whose appliances are worked on.
  let lab: Lab
  /// The working folder; what is kept of runs is in `state`.
  let folder: URL

  /// Where the runs are kept.
  var state: URL { folder.appending(path: "state") }
  /// What the runs have written there.
  var journal: RunJournal { RunJournal(path: state.appending(path: "journal.db").path) }

  /// Has a folder for the time of `body`; it is among the lab's files, which go even when the tests are killed.
  static func at<Result>(_ lab: Lab, _ body: (Operator) async throws -> Result) async throws -> Result {
    let folder = URL(filePath: lab.folder).appending(path: "operator-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(Operator(lab: lab, folder: folder))
  }

  /// Writes a file into the working folder, and returns its path.
  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    let file = folder.appending(path: name)
    try text.write(to: file, atomically: true, encoding: .utf8)
    return file.path
  }

  /// `runbook run distribute.lua` with the lab's inventory, or another.
  func distribute(inventory: String? = nil, _ more: String...) async throws -> Ending {
    try await runbook(["run", "distribute.lua", "--inventory", inventory ?? lab.inventory, "--yes"] + more)
  }

  /// Runs the program to its end, without a terminal.
  func runbook(_ arguments: String...) async throws -> Ending { try await runbook(arguments) }

  /// Runs the program to its end, without a terminal.
  func runbook(_ arguments: [String]) async throws -> Ending {
    try await runbook(arguments, watch: { _, _ in })
  }

  /// Runs the program until it ends itself with SIGKILL at the first of these fault points that it comes to, or to its
  /// end. `log` is a file to which the points that it passes are added.
  func runbook(_ arguments: [String], killedAt points: some Sequence<CrashPoint>, log: URL? = nil) async throws
    -> Ending
  {
    var variables = ["RUNBOOK_CRASH_AT": points.map(\.name).joined(separator: "\n")]
    variables["RUNBOOK_CRASH_LOG"] = log?.path
    return try await runbook(arguments, variables: variables, watch: { _, _ in })
  }

  /// Runs the program; `watch` is given each line of its output as it comes, and what signals the program.
  func runbook(
    _ arguments: [String], variables: [String: String] = [:],
    watch: (String, (Signal) -> Void) async throws -> Void
  ) async throws -> Ending {
    let command = lab.operatorCommand([BuiltProgram.path] + arguments)
    var platform = PlatformOptions()
    platform.processGroupID = 0  // a signal then goes to the program and what it started, as at a terminal
    let result = try await Subprocess.run(
      .name(command.executable), arguments: Arguments(command.arguments),
      environment: .inherit.updating(["RUNBOOK_STATE": state.path, "NO_COLOR": "1"]).updating(
        Dictionary(uniqueKeysWithValues: variables.map { (.init(stringLiteral: $0.key), Optional($0.value)) })),
      workingDirectory: .init(folder.path), platformOptions: platform, input: .none, output: .sequence,
      error: .string(limit: 4 << 20)
    ) { execution in
      var output = ""
      for try await line in execution.standardOutput.strings() {
        output += line + "\n"
        try await watch(line) { signal in try? execution.send(signal: signal, toProcessGroup: signal != .kill) }
      }
      return output
    }
    return Ending(
      status: result.terminationStatus, output: result.closureResult, errors: result.standardError)
  }
}

/// What the program left behind when it ended.
struct Ending: Sendable {
  /// How the process ended.
  var status: TerminationStatus
  /// Its standard output.
  var output: String
  /// Its standard error.
  var errors: String

  /// Its exit code; nil when a signal ended it.
  var code: Int? { if case .exited(let code) = status { Int(code) } else { nil } }
  /// All that it said, without line breaks, so that a sentence that was wrapped can be found.
  var words: String {
    (output + "\n" + errors).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
