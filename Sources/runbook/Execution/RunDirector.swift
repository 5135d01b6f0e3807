import ArgumentParser
import Engine
import Foundation
import HostModules
import Inventory
import Journal
import Simulation
import Values

#if DEBUG
  import CrashTesting
#endif

/// Begins, resumes and undoes runs: puts the parts together for the execution of one.
struct RunDirector {
  let options: GlobalOptions
  let store: SQLiteJournalStore
  let settings: ExecutionSettings

  /// Creates a run and executes it.
  ///
  /// - Parameter simulated: The simulated world used instead of the hosts; `nil` for the hosts themselves.
  func start(_ input: RunInput, parameters: [String: String], simulated: KeptWorld?) async throws -> ExitCode {
    try input.source.checkStepVariables()
    let signals = Signals()
    return try await withSession(input, simulated, signals) { session in
      let id = RunID.make(), folder = StateFolder(option: options.state).path
      // Before the run is recorded: one without its world could be resumed on the real hosts.
      try simulated?.keep(for: id, in: folder)
      let record: RunRecord?
      do {
        record = try await session.create(id, parameters: parameters)
      } catch {
        if simulated != nil { KeptWorld.discard(id, in: folder) }
        throw error
      }
      guard let record else {
        if simulated != nil { KeptWorld.discard(id, in: folder) }
        FileHandle.standardError.write(Data("interrupted before anything began\n".utf8))
        return ExitStatus.interrupted
      }
      return try await session.execute(OpenRun(record, session.services), isRollback: false)
    }
  }

  /// Executes a run that is recorded already.
  func resume(_ record: RunRecord, _ input: RunInput) async throws -> ExitCode {
    try await continuing(record, isRollback: false) { _ in input }
  }

  /// Undoes what a run has done, with the files that carried it out.
  func rollback(_ record: RunRecord) async throws -> ExitCode {
    try await continuing(record, isRollback: true) { run in
      try RunInput(asStarted: run.record, files: run.record.currentFiles(after: run.events))
    }
  }

  private func continuing(
    _ record: RunRecord, isRollback: Bool, _ input: (OpenRun) throws -> RunInput
  ) async throws -> ExitCode {
    // Before the run is held: a signal must not leave it so.
    let signals = Signals()
    let run = try await OpenRun(record, RunServices(store))
    let read: RunInput, world: KeptWorld?
    do {
      read = try input(run)
      world = try simulatedWorld(of: run, read)
    } catch {
      await run.close()
      throw error
    }
    return try await withSession(read, world, signals) { try await $0.execute(run, isRollback: isRollback) }
  }

  /// The simulated world of a run that began in one: a run never leaves its world.
  private func simulatedWorld(of run: OpenRun, _ input: RunInput) throws -> KeptWorld? {
    guard run.isSimulated, let inventory = input.inventory else { return nil }
    let folder = StateFolder(option: options.state).path, id = try RunID(validating: run.record.id)
    guard let world = try KeptWorld(of: id, in: folder, inventory: inventory) else {
      throw Failure(
        "simulation.world_missing", "the run \(id) was simulated, and its world is missing",
        cause: "there is no \(KeptWorld.path(id, in: folder))",
        hint: "it is not resumed on the real hosts; begin a new run")
    }
    try world.keep(for: id, in: folder)
    return world
  }

  /// Does the work with a session, whose connections are closed afterwards.
  private func withSession(
    _ input: RunInput, _ simulated: KeptWorld?, _ signals: Signals, _ work: (RunSession) async throws -> ExitCode
  ) async throws -> ExitCode {
    defer { withExtendedLifetime(signals) {} }
    let fleet = input.inventory.map {
      Fleet(inventory: $0, access: simulated?.world.access, lockFolder: HostLockFolder.chosen)
    }
    let session = RunSession(
      options: options, settings: settings, input: input, services: RunServices(store),
      hosts: fleet.map(RunHosts.init(of:)) ?? RunHosts(), isSimulated: simulated != nil, signals: signals)
    do {
      let code = try await work(session)
      await fleet?.close()
      return code
    } catch {
      await fleet?.close()
      throw error
    }
  }
}

/// The folder on each host in which its lock is.
enum HostLockFolder {
  /// What the environment says; `nil` means the usual one.
  static var chosen: String? {
    ProcessInfo.processInfo.environment["RUNBOOK_LOCK_FOLDER"].flatMap { $0.isEmpty ? nil : $0 }
  }
}

extension RunServices {
  /// Those of this process, for a journal.
  init(_ store: SQLiteJournalStore) {
    #if DEBUG
      // For tests of a lease holder that comes back after its lease has ended.
      let seconds = ProcessInfo.processInfo.environment["RUNBOOK_LEASE_SECONDS"].flatMap(Double.init)
        .flatMap { NumberBounds.duration.contains($0) ? $0 : nil }
      self.init(store: CrashPoints.shared?.around(store) ?? store, leaseDuration: seconds ?? 30)
    #else
      self.init(store: store)
    #endif
  }
}

extension RunHosts {
  /// Those of an inventory.
  fileprivate init(of fleet: Fleet) {
    var modules = HostModules.all(fleet: fleet)
    #if DEBUG
      modules = CrashPoints.shared?.around(modules) ?? modules
    #endif
    self.init(
      modules: modules, locks: fleet.locks, commands: fleet.commands, snapshot: { await fleet.snapshot() })
  }
}
