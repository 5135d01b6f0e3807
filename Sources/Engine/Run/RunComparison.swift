import Journal
import Values

/// Compares the files on disk with those that were kept with a run.
struct RunComparison: Sendable {
  let run: RunRecord
  let source: RunSource
  let environment: RunEnvironment
  let history: RunState

  /// What differs; empty when the files are the same to the letter, or the kept ones are used.
  func differences() async throws -> RunDifferences {
    if source.kept != nil { return RunDifferences(files: [], steps: []) }
    let now = try await walk(source)
    var files: [String] = []
    for file in run.files {
      let text: String? =
        switch file.role {
        case .runbook: now.text
        case .module: now.modules.first { $0.name == file.name }?.text
        case .inventory: source.inventoryText
        }
      // A module that this walk did not come to is not known to differ.
      if let text, text != file.text { files.append(file.name) }
    }
    if files.isEmpty { return RunDifferences(files: [], steps: []) }
    var former = source
    former.kept = run.files
    let before = try await walk(former)
    return RunDifferences(
      files: files,
      steps: RunDifferences.steps(before: before.reached, now: now.reached, history: history))
  }

  private func walk(_ source: RunSource) async throws -> DryRun.Findings {
    try await DryRun(source: source, environment: environment, reads: false, history: history)
      .walk(.recorded(run.parameters), run: run.id)
  }
}
