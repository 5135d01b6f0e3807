import Concurrency
import Foundation
import Journal
import Values

/// The right to change a swarm, by its cluster ID, among all runs that share a state folder: two inventories may name
/// different hosts of one swarm, so that the leases of ``TargetLeases`` do not meet.
actor SwarmLease {
  private let keeper: any TargetKeeper
  private let environment: RunEnvironment
  private let holder: LeaseHolder
  private var taking: SharedTask<Lease?>?
  /// How long the swarm may take to say which one it is, in seconds.
  private static let answerTimeout = 15.0
  private var lease: Lease?

  init(keeper: any TargetKeeper, environment: RunEnvironment, holder: LeaseHolder) {
    self.keeper = keeper
    self.environment = environment
    self.holder = holder
  }

  /// Takes it unless it is held already; a swarm that can't be told now has none. Fails when another run holds it.
  func hold() async throws {
    let task = taking ?? SharedTask { try await self.take() }
    taking = task
    do { lease = try await task.value() ?? lease } catch let error as CancellationError {
      // Others may wait for it still.
      throw error
    } catch {
      taking = nil
      throw error
    }
  }

  private func take() async throws -> Lease? {
    guard let cluster = await cluster() else { return nil }
    let answer = try await environment.store.acquire(
      "swarm:\(cluster)", for: holder, duration: environment.leaseDuration, liveness: environment.liveness)
    switch answer {
    case .granted(let lease): return lease
    case .heldBy(let other):
      throw Failure(
        .targetHeld,
        "the swarm \(cluster) is being changed by run \(other.holder.run) of \(other.holder.user) on "
          + "\(other.holder.machine), process \(other.holder.processID), since \(other.acquiredAt.formatted(.iso8601))",
        hint: "wait until it is over (runbook show \(other.holder.run)), then resume; if that process hangs, end it "
          + "(\(other.holder.ending))")
    }
  }

  private func cluster() async -> String? {
    await withTaskGroup(of: String?.self) { [keeper] group in
      group.addTask { await keeper.cluster() }
      group.addTask {
        try? await Task.sleep(for: .seconds(Self.answerTimeout))
        return nil
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
  }

  /// Extends it. One that was lost stays lost: the run's own lease, in the same store, then stops it.
  func renew() async {
    guard let held = lease else { return }
    if let renewed = try? await environment.store.renew(held, duration: environment.leaseDuration) { lease = renewed }
  }

  /// Gives it back.
  func release() async {
    taking?.cancel()
    if let lease { try? await environment.store.release(lease) }
    lease = nil
    taking = nil
  }
}
