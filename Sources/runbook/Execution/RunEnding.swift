import Engine
import Journal
import Presentation
import Values

/// What an operator reads at the end of an execution, and can do then.
struct RunEnding {
  let run: RunRecord
  let state: RunState
  let isRollback: Bool

  func view(of outcome: RunOutcome) -> Ending {
    let sources = SourceText(files: run.files)
    let resume =
      isRollback
      ? NextCommand("runbook rollback \(run.id)", "continues undoing where it stopped")
      : NextCommand("runbook resume \(run.id)", "continues where it stopped; no step that is done is repeated")
    let show = NextCommand("runbook show \(run.id)", "shows every step, its commands and its outcome")
    let rollback = NextCommand("runbook rollback \(run.id)", "undoes what was done")
    switch outcome {
    case .succeeded: return Ending(sources: sources, next: [show])
    case .failed(let failure):
      let asked = state.steps.filter { $0.isInDoubt && $0.waitsForPerson }.prefix(3).flatMap {
        Self.answers("in_doubt", $0.path, run.id, then: isRollback ? "roll back again" : "resume")
      }
      return Ending(
        failure: failure, sources: sources, next: asked + (isRollback ? [resume, show] : [resume, rollback, show]))
    case .concluded(let failure):
      return Ending(failure: failure, sources: sources, next: state.mayHaveChanged ? [rollback, show] : [show])
    case .refused(let failure): return Ending(failure: failure, sources: sources)
    case .interrupted: return Ending(sources: sources, next: [resume, show])
    case .waiting(let reason, let path, let message):
      let then = isRollback ? "roll back again" : "resume"
      let others = state.steps.filter { $0.isInDoubt && $0.waitsForPerson && $0.path != path }.prefix(2)
      return Ending(
        failure: reason == "changes" ? Failure(.runChanged, message) : nil, sources: sources,
        next: Self.answers(reason, path, run.id, then: then)
          + others.flatMap { Self.answers("in_doubt", $0.path, run.id, then: then) } + [show])
    }
  }

  /// What the operator can type to answer what a run waits for.
  private static func answers(
    _ reason: String, _ path: String, _ run: String, then next: String
  ) -> [NextCommand] {
    switch reason {
    case "approval":
      return [
        NextCommand("runbook resume --yes \(run)", "approves it and continues"),
        NextCommand("runbook reject \(run)", "rejects it"),
      ]
    case "changes":
      return [
        NextCommand("runbook resume --accept-changes \(run)", "continues with the runbook as it is now"),
        NextCommand("runbook resume --as-started \(run)", "continues with the runbook as it was"),
      ]
    default:
      let step = "\"\(path)\""
      return [
        NextCommand("runbook resolve \(run) \(step) --done", "it was carried out; then \(next)"),
        NextCommand("runbook resolve \(run) \(step) --retry", "it was not; then \(next)"),
        NextCommand("runbook resolve \(run) \(step) --fail", "it failed"),
      ]
    }
  }
}
