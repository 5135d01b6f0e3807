import Foundation
import Journal
import Values

/// The right to execute a run, kept alive while it is executed.
struct RunLease: Sendable {
  let lease: Lease
  let store: any JournalStore

  /// Takes it, or reports who holds it.
  static func take(_ key: String, _ holder: LeaseHolder, _ environment: RunEnvironment) async throws -> RunLease {
    switch try await environment.store.acquire(
      key, for: holder, duration: environment.leaseDuration, liveness: environment.liveness)
    {
    case .granted(let lease): return RunLease(lease: lease, store: environment.store)
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
    for recorder: Recorder, _ locks: RunLocks?, _ environment: RunEnvironment,
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
            try await Task.sleep(for: .bounded(seconds: environment.leaseDuration / 3))
            current = try await store.renew(current, duration: environment.leaseDuration)
            await recorder.renewed(current)
          } catch let failure as Failure where failure.code == .leaseLost {
            environment.stop.raise()
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
