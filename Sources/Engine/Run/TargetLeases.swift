import Foundation
import Journal
import Values

/// The leases of what a run changes: its hosts and their swarm. Taken at the run's first change, so that a run that
/// only reads holds up nobody.
actor TargetLeases {
  private let surroundings: RunSurroundings
  private let holder: LeaseHolder
  private var leases: [Lease] = []
  private var taking: Task<[Lease], any Error>?

  init(surroundings: RunSurroundings, holder: LeaseHolder) {
    self.surroundings = surroundings
    self.holder = holder
  }

  /// Takes them all unless they are held already. Fails when another run holds one of them.
  func hold() async throws {
    let task = taking ?? Task { try await Self.take(surroundings, holder) }
    taking = task
    do { leases = try await task.value } catch {
      taking = nil
      throw error
    }
  }

  private static func take(_ surroundings: RunSurroundings, _ holder: LeaseHolder) async throws -> [Lease] {
    var taken: [Lease] = []
    // In one order everywhere, so that two runs can't each hold what the other wants.
    for key in Set(try await surroundings.targets()).sorted() {
      let answer = try await surroundings.store.acquire(
        key, for: holder, duration: surroundings.leaseDuration, isGone: surroundings.isGone)
      switch answer {
      case .granted(let lease): taken.append(lease)
      case .heldBy(let other):
        for lease in taken { try? await surroundings.store.release(lease) }
        throw Failure(
          .targetHeld,
          "\(key.replacing(":", with: " ", maxReplacements: 1)) is being changed by run \(other.holder.run) of "
            + "\(other.holder.user) on \(other.holder.machine), process \(other.holder.processID), since "
            + other.acquiredAt.formatted(.iso8601),
          hint: "wait until it is over (runbook show \(other.holder.run)), then resume")
      }
    }
    return taken
  }

  /// Extends them.
  func renew() async throws {
    for (index, lease) in leases.enumerated() {
      leases[index] = try await surroundings.store.renew(lease, duration: surroundings.leaseDuration)
    }
  }

  /// Gives them back.
  func release() async {
    for lease in leases { try? await surroundings.store.release(lease) }
    leases = []
    taking = nil
  }
}

extension FailureCode {
  /// Another run changes the same swarm or host.
  public static let targetHeld: FailureCode = "run.target_held"
}
