import Concurrency
import Foundation
import Journal
import Values

/// The right to change what the hosts are part of together, among all runs that share a state folder: two inventories
/// may name different hosts of one system, so that the locks of ``RunLocks`` do not meet.
actor SharedSystemLease {
  private let locks: any HostLocks
  private let services: RunServices
  private let holder: LeaseHolder
  private var taking: SharedTask<Lease?>?
  /// How long it may take to find out which system it is.
  private static let answerTimeout: Duration = .seconds(15)
  private var lease: Lease?

  init(locks: any HostLocks, services: RunServices, holder: LeaseHolder) {
    self.locks = locks
    self.services = services
    self.holder = holder
  }

  /// Takes it unless it is held already; a system that is not known now has none. Fails when another run holds it.
  func hold() async throws {
    let task = taking ?? SharedTask { try await self.take() }
    taking = task
    do { lease = try await task.value() ?? lease } catch let error as CancellationError {
      // Others may still wait for it.
      throw error
    } catch {
      taking = nil
      throw error
    }
  }

  private func take() async throws -> Lease? {
    let locks = locks
    guard let system = try? await withTimeLimit(Self.answerTimeout, { await locks.system() }) ?? nil else { return nil }
    let answer = try await services.store.acquire(
      system.key, for: holder, duration: services.leaseDuration, liveness: services.liveness)
    switch answer {
    case .granted(let lease): return lease
    case .heldBy(let other):
      throw Failure(
        .hostHeld,
        "\(system.name) is being changed by run \(other.holder.run) of \(other.holder.user) on "
          + "\(other.holder.machine), process \(other.holder.processID), since \(other.acquiredAt.formatted(.iso8601))",
        hint: "wait until it is over (runbook show \(other.holder.run)), then resume; if that process hangs, end it "
          + "(\(other.holder.ending))")
    }
  }

  /// Extends it. One that was lost stays lost: the run's own lease, in the same store, then stops it.
  func renew() async {
    guard let held = lease else { return }
    if let renewed = try? await services.store.renew(held, duration: services.leaseDuration) { lease = renewed }
  }

  /// Gives it back.
  func release() async {
    taking?.cancel()
    if let lease { try? await services.store.release(lease) }
    lease = nil
    taking = nil
  }
}
