import Foundation
import Journal
import Values

/// A plan with everything it depends on: what `plan --json` prints, `plan --output` saves and `run --plan` requires.
/// Holds no secret and no moment, so two plans of the same state are the same text.
package struct PlanDocument: Sendable, Hashable {
  /// The steps.
  package var view: PlanView
  /// The parameters, those that were not given with their defaults; secrets as their placeholder.
  package var parameters: [String: Value]
  /// The files that it was made of.
  package var files: [File]
  /// The state of the hosts; `nil` without an inventory.
  package var snapshot: SwarmSnapshot?

  /// A file that a plan was made of.
  package struct File: Sendable, Hashable {
    /// `runbook`, `module` or `inventory`.
    package var role: String
    /// A module's name, or the last part of the file's path.
    package var name: String
    /// Its SHA-256 in hexadecimal digits.
    package var digest: String

    package init(role: String, name: String, digest: String) {
      self.role = role
      self.name = name
      self.digest = digest
    }
  }

  package init(view: PlanView, parameters: [String: Value], files: [RunFile], snapshot: SwarmSnapshot?) {
    self.view = view
    // As they come back from the text: without secrets, and 60.0 as 60.
    self.parameters = (try? JSON.decode(JSONText(.object(parameters)).line))?.objectValue ?? [:]
    self.files = files.map {
      File(
        role: $0.role.rawValue, name: $0.name.split(separator: "/").last.map(String.init) ?? $0.name, digest: $0.digest)
    }
    self.snapshot = snapshot
  }

  /// The version of the format that ``json()`` writes.
  static let format: Int64 = 1
}

extension PlanDocument {
  /// The plan as one JSON object: `format`, `runbook`, `summary`, `parameters`, `files` [{`role`, `name`, `sha256`}],
  /// `counts` {`change`, `already_so`, `reads`, `unknown`}, `steps` [{`path`, `host`, `verdict` (`change`, `already_so`,
  /// `reads`, `unknown`), `known_after`, `commands` [{`host`, `text`}], `note`}], `notes`, `snapshot`. Members without a
  /// value are `null`.
  package func json() throws -> String {
    let counts = view.counts
    return JSONText.object([
      ("format", .integer(Self.format)), ("runbook", .string(view.runbook)), ("summary", JSONText(view.summary)),
      ("parameters", JSONText(.object(parameters))),
      (
        "files",
        .array(
          files.map {
            .object([("role", .string($0.role)), ("name", .string($0.name)), ("sha256", .string($0.digest))])
          })
      ),
      (
        "counts",
        .object([
          ("change", .integer(Int64(counts.change))), ("already_so", .integer(Int64(counts.alreadySo))),
          ("reads", .integer(Int64(counts.reads))), ("unknown", .integer(Int64(counts.unknown))),
        ])
      ),
      ("steps", .array(view.steps.map(Self.text))), ("notes", .array(view.notes.map { .string($0) })),
      ("snapshot", try snapshot.map { JSONText(try $0.value()) } ?? .null),
    ]).pretty
  }

  private static func text(_ step: PlannedStep) -> JSONText {
    .object([
      ("path", .string(step.path)), ("host", JSONText(step.host)), ("verdict", .string(step.verdict.word)),
      ("known_after", JSONText(step.verdict.knownAfter)),
      ("commands", .array(step.commands.map { .object([("host", JSONText($0.host)), ("text", .string($0.text))]) })),
      ("note", JSONText(step.note)),
    ])
  }
}

extension PlanDocument {
  /// Reads what ``json()`` wrote. Throws a ``Failure`` for anything else; `file` is named in it.
  package init(text: String, file: String) throws {
    guard let document = try? JSON.decode(text), let format = document["format"]?.integerValue,
      let steps = document["steps"]?.arrayValue, let runbook = document["runbook"]?.stringValue
    else {
      throw Failure(
        .planUnreadable, "\(file) is not a saved plan", hint: "save one with: runbook plan … --output FILE")
    }
    guard format == Self.format else {
      throw Failure(
        .planUnreadable, "\(file) has format \(format); this program reads format \(Self.format)",
        hint: "save the plan again with this program: runbook plan … --output FILE")
    }
    view = PlanView(
      runbook: runbook, summary: document["summary"]?.stringValue, steps: try steps.map { try Self.step($0, file) },
      notes: document["notes"]?.arrayValue?.compactMap(\.stringValue) ?? [])
    parameters = document["parameters"]?.objectValue ?? [:]
    files = (document["files"]?.arrayValue ?? []).map { file in
      File(
        role: file["role"]?.stringValue ?? "", name: file["name"]?.stringValue ?? "",
        digest: file["sha256"]?.stringValue ?? "")
    }
    snapshot = SwarmSnapshot(document["snapshot"])
  }

  private static func step(_ value: Value, _ file: String) throws -> PlannedStep {
    guard let path = value["path"]?.stringValue,
      let verdict = PlannedStep.Verdict(value["verdict"]?.stringValue ?? "", after: value["known_after"]?.stringValue)
    else {
      throw Failure(
        .planUnreadable, "\(file) is damaged: one of its steps has no path or no verdict", hint: "save the plan again")
    }
    return PlannedStep(
      path: path, host: value["host"]?.stringValue,
      commands: (value["commands"]?.arrayValue ?? []).map {
        ProcedureCommand(on: $0["host"]?.stringValue, $0["text"]?.stringValue ?? "")
      }, verdict: verdict, note: value["note"]?.stringValue)
  }
}

extension PlannedStep.Verdict {
  /// As the document has it.
  var word: String {
    switch self {
    case .change: "change"
    case .alreadySo: "already_so"
    case .reads: "reads"
    case .unknown: "unknown"
    }
  }

  /// The step after which it is known.
  var knownAfter: String? {
    guard case .unknown(let earlier) = self else { return nil }
    return earlier
  }

  init?(_ word: String, after: String?) {
    switch word {
    case "change": self = .change
    case "already_so": self = .alreadySo
    case "reads": self = .reads
    case "unknown": self = .unknown(after: after ?? "")
    default: return nil
    }
  }
}

extension FailureCode {
  /// A file is not a plan that this program can read.
  package static let planUnreadable: FailureCode = "plan.unreadable"
  /// What would be done now is not what was planned.
  package static let planMoved: FailureCode = "plan.moved"
}
