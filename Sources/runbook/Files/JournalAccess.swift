import Foundation
import Journal
import Values

/// Opens the journal of a state folder.
enum JournalAccess {
  /// For a run: the folder and the journal are created when they are missing.
  ///
  /// - Parameter access: `readWrite`, or `answering` where no secret is needed.
  static func forWriting(
    _ options: GlobalOptions, access: SQLiteJournalStore.Access = .readWrite
  ) async throws -> SQLiteJournalStore {
    let folder = StateFolder(option: options.state)
    try folder.make()
    return try await SQLiteJournalStore(path: folder.journalPath, sealer: sealer(folder), access: access)
  }

  /// For reading; `nil` when there is no journal yet.
  static func forReading(_ options: GlobalOptions) async throws -> SQLiteJournalStore? {
    let folder = StateFolder(option: options.state)
    try folder.check()
    do {
      return try await SQLiteJournalStore(path: folder.journalPath, sealer: sealer(folder), access: .readOnly)
    } catch let failure as Failure where failure.code == .journalMissing {
      return nil
    }
  }

  /// For changing an existing journal; `nil` when there is none yet, and none is created.
  static func existing(_ options: GlobalOptions) async throws -> SQLiteJournalStore? {
    guard try await forReading(options) != nil else { return nil }
    return try await forWriting(options)
  }

  static func sealer(_ folder: StateFolder) -> SecretSealer {
    SecretSealer(keyFile: folder.keyPath, environment: ProcessInfo.processInfo.environment)
  }
}

extension JournalStore {
  /// The run of that ID or prefix; a failure when there is none.
  func existing(_ id: String) async throws -> RunRecord {
    guard let run = try await run(RunID(validating: id).text) else {
      throw Failure(.runUnknown, "there is no run \"\(id)\"", hint: "list the runs with: runbook list")
    }
    return run
  }
}

/// Distinguishes a run that is being executed from one whose executor died without recording it.
enum Liveness {
  /// Whether the journal says that the run is running, but no process executes it.
  static func isGone(_ run: RunRecord, _ state: RunState, _ leases: [Lease]) -> Bool {
    guard state.status == .running else { return false }
    guard let lease = leases.first(where: { $0.key == "run:\(run.id)" }) else { return true }
    return !lease.holds(ProcessIdentity.current.liveness(of: lease.holder), at: .now)
  }
}
