import Journal
import Values

/// Compares the files on disk with those that were kept with a run.
struct RunComparison: Sendable {
  let run: RunRecord
  /// The files that were kept, of the edition that counts.
  let kept: [RunFile]
  let source: RunSource
  let environment: RunEnvironment
  let history: RunState

  /// What differs, and the files as they are now; nothing differs when they are the same to the letter.
  func differences() async throws -> (RunDifferences, files: [RunFile]) {
    let now = try await walk(source)
    var differing: [String] = [], files: [RunFile] = []
    for var file in kept {
      let text: String? =
        switch file.role {
        case .runbook: now.text
        // A module that this walk did not reach still counts as present.
        case .module:
          try now.modules.first { $0.name == file.name }?.text ?? source.searchPath.find(file.name)?.text
        case .inventory: source.inventoryText
        }
      if let text, text != file.text {
        differing.append(file.name)
        file.text = text
      }
      files.append(file)
    }
    files = files.adding(modulesOf: now.modules)
    if differing.isEmpty { return (RunDifferences(files: [], steps: []), files) }
    var former = source
    former.kept = kept
    let before = try await walk(former)
    return (
      RunDifferences(
        files: differing,
        steps: RunDifferences.steps(before: before.reached, now: now.reached, history: history)), files
    )
  }

  private func walk(_ source: RunSource) async throws -> DryRun.Findings {
    try await DryRun(source: source, environment: environment, reads: false, history: history)
      .walk(.recorded(run.parameters), run: run.id)
  }
}

/// How a runbook on disk differs from the one with which a run began.
package struct RunDifferences: Sendable, Hashable {
  /// How a step has changed.
  package enum Change: Sendable, Hashable {
    /// It is new.
    case new
    /// It is gone.
    case gone
    /// Its code or its options have changed.
    case edited
    /// It is found under a different path now, with the same code.
    case moved(from: String)
  }

  /// A step that differs.
  package struct Step: Sendable, Hashable {
    /// Its path: the new one, or the old one of a step that is gone.
    package var path: String
    /// How it has changed.
    package var change: Change
    /// Whether the journal holds its checkpoint: under its path, or for a moved one under the former path.
    package var isDone: Bool
    /// Whether it was begun, under its former path, and its outcome is not known.
    package var isInDoubt = false
    /// Where it was when the run began.
    package var before: SourceLocation?
    /// Where it is now.
    package var now: SourceLocation?
  }

  /// The names of the files that differ.
  package var files: [String]
  /// The steps that differ, in the order of the script, as far as a walk reaches them.
  package var steps: [Step]

  /// Done steps that a runbook skips.
  static func gone(_ steps: [StepState]) -> RunDifferences {
    RunDifferences(
      files: [], steps: steps.map { Step(path: $0.path, change: .gone, isDone: true, before: $0.location, now: nil) })
  }

  /// The paths of steps that the runbook no longer has under these paths.
  var pathsGone: [String] {
    steps.compactMap { step in
      switch step.change {
      case .gone: step.path
      case .moved(let from): from
      case .new, .edited: nil
      }
    }
  }

  /// Whether nothing differs.
  package var isEmpty: Bool { files.isEmpty }

  /// Compares what two walks reached.
  static func steps(before: [ReachedStep], now: [ReachedStep], history: RunState) -> [Step] {
    let old = Dictionary(before.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    let new = Dictionary(now.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    func isDone(_ path: String) -> Bool { history.step(at: path)?.status == .succeeded }
    func isInDoubt(_ path: String) -> Bool { history.step(at: path)?.isInDoubt ?? false }
    var gone = before.filter { new[$0.path] == nil }
    var steps: [Step] = []
    for step in now {
      if let former = old[step.path] {
        guard former.code != step.code else { continue }
        steps.append(
          Step(path: step.path, change: .edited, isDone: isDone(step.path), before: former.location, now: step.location)
        )
      } else if let index = gone.firstIndex(where: { $0.code == step.code }) {
        let former = gone.remove(at: index)
        steps.append(
          Step(
            path: step.path, change: .moved(from: former.path), isDone: isDone(former.path),
            isInDoubt: isInDoubt(former.path), before: former.location, now: step.location))
      } else {
        steps.append(Step(path: step.path, change: .new, isDone: isDone(step.path), before: nil, now: step.location))
      }
    }
    for step in gone {
      steps.append(
        Step(
          path: step.path, change: .gone, isDone: isDone(step.path), isInDoubt: isInDoubt(step.path),
          before: step.location,
          now: nil))
    }
    return steps
  }

  /// The differences as sentences, for the operator who is asked.
  package var sentences: [Failure] {
    let files = files.map { Failure(.runChanged, "\($0) has changed since the run began") }
    return files + steps.map(\.sentence)
  }
}

extension RunDifferences.Step {
  fileprivate var sentence: Failure {
    let was = before.map { " (it was at \($0))" } ?? ""
    let text =
      switch change {
      case .new: "new: \"\(path)\" will be carried out"
      case .gone where isDone: "gone: \"\(path)\" is done and stays done\(was)"
      case .gone where isInDoubt:
        "gone: \"\(path)\" was begun, and its outcome is not known: the operator will be asked\(was)"
      case .gone: "gone: \"\(path)\" will not be carried out\(was)"
      case .edited where isDone: "edited: \"\(path)\" is done and is not done again\(was)"
      case .edited: "edited: \"\(path)\" will be carried out as it is now\(was)"
      case .moved(let from) where isDone:
        "moved: \"\(path)\" was \"\(from)\", which is done; under its new path it will be carried out again"
      case .moved(let from) where isInDoubt:
        "moved: \"\(path)\" was \"\(from)\", which was begun, and its outcome is not known: under its new path it is "
          + "another step, and the operator will be asked about the former one"
      case .moved(let from): "moved: \"\(path)\" was \"\(from)\""
      }
    return Failure(.runChanged, text, step: path, location: now ?? before)
  }
}

extension FailureCode {
  /// The runbook, a module or the inventory has changed since the run began.
  package static let runChanged: FailureCode = "run.changed"
}

/// The files of a run over its executions: as they were when it began, and as the operator has accepted them since
/// then. A step is undone by the files that carried it out.
struct FileEditions {
  /// The files of each edition.
  private(set) var all: [[RunFile]]
  /// Which edition carried a step out, as an index in ``all``, by the step's path.
  private(set) var ofSteps: [String: Int] = [:]

  init(_ run: RunRecord, _ events: [Event]) {
    all = [run.files]
    for event in events {
      if event.kind == .stepStarted, let path = event.path { ofSteps[path] = all.count - 1 }
      if let files = event.content(Event.ChangesAccepted.self)?.files {
        all.append(files)
      } else if let file = event.content(Event.FileKept.self)?.file {
        // A module that no dry run came to, kept when it was loaded.
        all[all.count - 1].removeAll { $0.role == file.role && $0.name == file.name }
        all[all.count - 1].append(file)
      }
    }
  }

  var current: [RunFile] { all[all.count - 1] }
}

extension RunRecord {
  /// The files that count now: those with which it began, or which the operator has accepted since then.
  ///
  /// - Parameter events: All that happened in the run.
  package func currentFiles(after events: [Event]) -> [RunFile] { FileEditions(self, events).current }
}

extension Array where Element == RunFile {
  /// These files, and of the others the modules that are not among them.
  func adding(modulesOf others: [RunFile]) -> [RunFile] {
    self + others.filter { other in other.role == .module && !contains { $0.role == .module && $0.name == other.name } }
  }
}

/// What to do when a run is resumed with files that have changed.
package enum ChangePolicy: Sendable {
  /// The operator is asked; `nil` when no one can answer.
  case ask(@Sendable (RunDifferences) async throws -> Approver.Answer?)
  /// The operator has accepted beforehand.
  case accept(by: String)
  /// Any difference ends it.
  case refuse
}
