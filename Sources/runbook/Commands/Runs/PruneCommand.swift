import ArgumentParser
import Foundation
import Journal
import Presentation
import Simulation
import Values

/// `runbook runs prune`
struct PruneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune", abstract: "Delete old runs from the journal, and free their disk space.",
    discussion: """
      Shows what it would delete and asks first. It keeps runs that can be resumed, wait, or have a step in doubt. It \
      also keeps runs that are done and have changed something, because they can still be rolled back. Only the \
      journal is changed. To keep a run elsewhere first: runbook runs export RUN.
      """)

  @Option(help: "Only runs in which nothing has happened for this long, for example 90d, 12h or 6w.")
  var olderThan: Age

  @Option(parsing: .unconditional, help: "Keep this many of the newest runs, whatever their age.")
  var keep = 0

  @Flag(help: "Also delete runs that are done and can still be rolled back: afterwards they can't.")
  var alsoUndoable = false

  @Flag(help: "Also delete runs that can be resumed, wait, or are in doubt: half-done work then has no record here.")
  var alsoUnfinished = false

  @Flag(help: "Only show what would be deleted.")
  var dryRun = false

  @Flag(help: "Delete without asking.")
  var yes = false

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    if keep < 0 { throw ValidationError("--keep must be a number, 0 or more") }
  }

  func run() async throws {
    try await CommandFailure.reported(options) {
      guard let store = try await dryRun ? JournalAccess.forReading(options) : JournalAccess.existing(options) else {
        show(PruneTable([]))
        return .success
      }
      var candidates = try await candidates(in: store)
      let wanted = candidates.filter { $0.keeping == nil }
      if dryRun || wanted.isEmpty {
        show(PruneTable(candidates))
        return .success
      }
      guard try await isAgreed(PruneTable(candidates), count: wanted.count) else { return ExitStatus.interrupted }
      let before = store.size
      let deleted = try await store.delete(wanted.map { (id: $0.record.id, lastSequence: $0.state.lastSequence) }) {
        ProcessIdentity.current.liveness(of: $0)
      }
      // The worlds of simulated runs are deleted with them. A run with another form of ID, which older versions
      // allowed, has none.
      for run in deleted.compactMap(RunID.init) { KeptWorld.discard(run, in: StateFolder(option: options.state).path) }
      let isShrunk = try await shrink(store)
      for index in candidates.indices where candidates[index].keeping == nil {
        if !deleted.contains(candidates[index].record.id) { candidates[index].keeping = .executed }
      }
      show(PruneTable(candidates, isDone: true), freed: max(0, before - store.size), isShrunk: isShrunk)
      return .success
    }
  }

  private func candidates(in store: SQLiteJournalStore) async throws -> [PruneSelection.Candidate] {
    let selection = PruneSelection(
      olderThan: Date() - olderThan.seconds, keep: keep, includesUndoable: alsoUndoable,
      includesUnfinished: alsoUnfinished)
    let leases = try await store.leases()
    var candidates: [PruneSelection.Candidate] = []
    for (rank, run) in try await store.runs().enumerated() {
      let state = RunState(events: try await store.events(of: run.id, after: 0))
      let lease = leases.first { $0.key == "run:\(run.id)" }
      let isExecuted = lease.map { $0.holds(ProcessIdentity.current.liveness(of: $0.holder), at: .now) } ?? false
      if let candidate = selection.candidate(run, state, rank: rank, isExecuted: isExecuted) {
        candidates.append(candidate)
      }
    }
    return candidates
  }

  private func isAgreed(_ table: PruneTable, count: Int) async throws -> Bool {
    if yes { return true }
    guard TerminalApprover.isThere else {
      throw Failure(
        "prune.not_agreed",
        "no terminal to confirm the deletion of \(count) \(count == 1 ? "run" : "runs"); nothing was deleted",
        hint: "look at them with --dry-run, then add --yes")
    }
    let screen = Screen(options)
    screen.print(table.render(columns: screen.columns, style: screen.style))
    let question = "Delete \(count == 1 ? "this run" : "these \(count) runs") for good?\nType yes or no: "
    return await TerminalApprover.ask(question) { ["yes": true, "y": true, "no": false, "n": false][$0] } ?? false
  }

  /// Whether the file could be made smaller; while another process uses it, it keeps its size, and later runs use the
  /// free space in it.
  private func shrink(_ store: SQLiteJournalStore) async throws -> Bool {
    do {
      try await store.shrink()
      return true
    } catch let failure as Failure where failure.code == .journalLocked { return false }
  }

  private func show(_ table: PruneTable, freed: Int64? = nil, isShrunk: Bool = true) {
    let screen = Screen(options)
    if options.json { return screen.print([table.json(bytesFreed: freed)]) }
    var lines = table.render(columns: screen.columns, style: screen.style)
    if let freed, isShrunk { lines.append("The journal is smaller by \(BytesText.of(freed)).") }
    if !isShrunk {
      lines.append("The journal's file is in use and has kept its size; later runs use the free space in it.")
    }
    if dryRun, table.candidates.contains(where: { $0.keeping == nil }) {
      lines.append("Nothing was deleted. To delete: the same command without --dry-run.")
    }
    screen.print(lines)
  }
}
