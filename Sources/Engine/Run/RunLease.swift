import Foundation
import Journal
import Values

/// The right to execute a run, kept alive while it is executed.
struct RunLease: Sendable {
  let lease: Lease
  let store: any JournalStore

  /// Takes it, or reports who holds it.
  static func take(_ key: String, _ holder: LeaseHolder, _ services: RunServices) async throws -> RunLease {
    switch try await services.store.acquire(
      key, for: holder, duration: services.leaseDuration, liveness: services.liveness)
    {
    case .granted(let lease): return RunLease(lease: lease, store: services.store)
    case .heldBy(let other):
      throw Failure(
        .runHeld,
        "run \(holder.run) is being executed by \(other.holder.user) on \(other.holder.machine), "
          + "process \(other.holder.processID), since \(other.acquiredAt.formatted(.iso8601))",
        hint:
          "watch it with: runbook show \(holder.run); if that process hangs, end it (\(other.holder.ending)), then resume"
      )
    }
  }

  /// Does the work while the lease and the locks on the hosts are renewed. When it is lost, the run stops at the next write.
  func kept(
    for recorder: Recorder, _ locks: RunLocks?, _ services: RunServices, stop: StopSignal,
    _ work: @escaping @Sendable () async -> RunOutcome
  ) async -> RunOutcome {
    await withTaskGroup(of: RunOutcome?.self) { group in
      group.addTask { await work() }
      group.addTask {
        await locks?.keep()
        return nil
      }
      group.addTask {
        var current = lease
        while !Task.isCancelled {
          do {
            try await Task.sleep(for: .bounded(seconds: services.leaseDuration / 3))
            current = try await store.renew(current, duration: services.leaseDuration)
            await recorder.renewed(current)
          } catch let failure as Failure where failure.code == .leaseLost {
            stop.raise()
            return nil
          } catch is CancellationError {
            return nil
          } catch {
            // A temporary failure: the next renewal comes well before the lease ends, and every write checks it.
          }
        }
        return nil
      }
      var outcome: RunOutcome?
      while outcome == nil { outcome = await group.next() ?? .interrupted }
      group.cancelAll()
      return outcome!
    }
  }

  /// Gives it back; a failure to do so only means that it expires.
  func release() async { try? await store.release(lease) }
}

/// A run that this process, and no other, may execute, with everything that is recorded of it, read once.
package struct OpenRun: Sendable {
  /// The run.
  package let record: RunRecord
  /// What it has recorded.
  package let events: [Event]
  /// The same, added up.
  package let history: RunState
  let lease: RunLease
  let holder: LeaseHolder

  /// Takes the right to execute a run. ``Runner`` gives it back when it has executed it; see also ``close()``.
  ///
  /// - Throws: A ``Failure`` `run.held` when another process executes it.
  package init(_ record: RunRecord, _ services: RunServices) async throws {
    var holder = services.holder
    holder.run = record.id
    let lease = try await RunLease.take("run:\(record.id)", holder, services)
    do { events = try await services.store.events(of: record.id, after: 0) } catch {
      await lease.release()
      throw error
    }
    self.record = record
    self.holder = holder
    self.lease = lease
    history = RunState(events: events)
  }

  /// Gives the right back.
  package func close() async { await lease.release() }

  /// Whether the run began in a simulated world.
  package var isSimulated: Bool {
    events.first { $0.kind == .runCreated }?.content(Event.RunCreated.self)?.simulated == true
  }
}
