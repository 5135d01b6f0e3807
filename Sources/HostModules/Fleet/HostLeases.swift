import DockerEngine
import Engine
import Foundation
import Inventory
import Journal
import Remote

extension Fleet {
  /// What keeps, on the hosts of the inventory, who may change them.
  public var leases: some TargetKeeper { HostLeases(fleet: self) }
}

/// Keeps on each host, in its ``HostLease``, who may change it.
struct HostLeases: TargetKeeper {
  let fleet: Fleet

  var targets: [String] { fleet.inventory.hosts.map(\.name) }
  var managers: [String] { fleet.inventory.managers.map(\.name) }

  func cluster() async -> String? {
    guard let engines = try? fleet.inventory.managers.map({ try fleet.engine($0.name) }) else { return nil }
    return try? await Managers(engines, patience: .zero).read { try await $0.swarm() }.id
  }

  func take(
    _ target: String, for claim: TargetClaim, hasChanged: Bool, displacing displaced: Displaced
  ) async throws -> TargetAnswer {
    try await Self.answer(
      lease(target).take(
        Self.claim(claim), for: Self.seconds(claim), hasChanged: hasChanged, displacing: displaced.gone,
        expired: displaced.expired))
  }

  func renew(_ target: String, for claim: TargetClaim, hasChanged: Bool) async throws -> TargetAnswer {
    try await Self.answer(lease(target).renew(Self.claim(claim), for: Self.seconds(claim), hasChanged: hasChanged))
  }

  func leaveRecord(_ target: String, of claim: TargetClaim) async throws {
    _ = try await lease(target).renew(Self.claim(claim), for: 0, hasChanged: true)
  }

  func release(_ target: String, of claim: TargetClaim) async throws {
    try await lease(target).release(Self.claim(claim))
  }

  /// A local host whose engine is elsewhere stands for that engine, not for this machine; everybody on this machine
  /// sees it, nobody else.
  private func lease(_ target: String) throws -> HostLease {
    let host = try fleet.host(target)
    var name = "runbook-lease"
    if host.connection == .local, case .tcp(let address, let port, _) = host.engine {
      name += "-\(HostLease.fileName(address))-\(port)"
    }
    return HostLease(try fleet.transport(target), name: name, place: fleet.leasePlace)
  }

  private static func seconds(_ claim: TargetClaim) -> Int { max(1, Int(claim.duration.rounded(.up))) }

  private static func claim(_ claim: TargetClaim) -> HostLease.Claim {
    let holder = claim.holder
    return HostLease.Claim(
      id: claim.id,
      words: [
        holder.run, holder.user, holder.machine, "\(holder.processID)", holder.bootID, "\(holder.processStart)",
      ])
  }

  private static func answer(_ answer: HostLease.Answer) -> TargetAnswer {
    switch answer {
    case .granted: .granted
    case .missing: .missing
    case .taken(let standing): .taken(self.standing(standing))
    }
  }

  /// Words that are missing or make no sense are left empty: any user of the host can have written them.
  private static func standing(_ standing: HostLease.Standing) -> StandingClaim {
    let words = standing.claim.words
    func word(_ index: Int) -> String { index < words.count ? words[index] : "" }
    return StandingClaim(
      id: standing.claim.id,
      holder: LeaseHolder(
        machine: word(2), bootID: word(4), processID: Int32(word(3)) ?? 0, processStart: UInt64(word(5)) ?? 0,
        user: word(1), run: word(0)),
      since: standing.since, hasExpired: standing.hasExpired, hasChanged: standing.hasChanged,
      wasLeft: standing.wasLeft)
  }
}
