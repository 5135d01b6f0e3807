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
