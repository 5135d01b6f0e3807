import Journal
import Values

/// How a runbook on disk differs from the one with which a run began.
public struct RunDifferences: Sendable, Hashable {
  /// How a step has changed.
  public enum Change: Sendable, Hashable {
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
  public struct Step: Sendable, Hashable {
    /// Its path: the new one, or the old one of a step that is gone.
    public var path: String
    /// How it has changed.
    public var change: Change
    /// Whether the journal holds its checkpoint: under its path, or for a moved one under the former path.
    public var isDone: Bool
    /// Whether it was begun, under its former path, and its outcome is not known.
    public var isInDoubt = false
    /// Where it was when the run began.
    public var before: SourceLocation?
    /// Where it is now.
    public var now: SourceLocation?
  }

  /// The names of the files that differ.
  public var files: [String]
  /// The steps that differ, in the order of the script, as far as a walk reaches them.
  public var steps: [Step]

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
  public var isEmpty: Bool { files.isEmpty }

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
  public var sentences: [Failure] {
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
  public static let runChanged: FailureCode = "run.changed"
}
