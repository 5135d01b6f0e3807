import DockerEngine
import Engine
import Foundation
import Inventory
import Remote
import Values

extension Fleet {
  /// The locks on the hosts of the inventory.
  package var locks: some HostLocks { FleetLocks(fleet: self) }
}

/// The locks on the hosts of the inventory, each a ``HostLock``. What they are part of together is a swarm.
struct FleetLocks: HostLocks {
  let fleet: Fleet

  var hosts: [String] { fleet.inventory.hosts.map(\.name) }
  var leadingHosts: [String] { fleet.inventory.managers.map(\.name) }

  func system() async -> SharedSystem? {
    guard let engines = try? fleet.inventory.managers.map({ try fleet.engine($0.name) }) else { return nil }
    let swarm = try? await Managers(engines, answerTimeout: .zero).read { try await $0.swarm() }
    return swarm.map { SharedSystem(key: "swarm:\($0.id)", name: "the swarm \($0.id)") }
  }

  func take(
    _ host: String, for request: LockRequest, hasChanged: Bool, takingOver: TakenOver
  ) async throws -> LockResult {
    try await lock(host).take(request, hasChanged: hasChanged, takingOver: takingOver)
  }

  func renew(_ host: String, for request: LockRequest, hasChanged: Bool) async throws -> LockResult {
    try await lock(host).renew(request, hasChanged: hasChanged)
  }

  func leaveRecord(_ host: String, of request: LockRequest) async throws {
    try await lock(host).leaveRecord(of: request)
  }

  func release(_ host: String, of request: LockRequest) async throws { try await lock(host).release(request) }

  /// The lock of a local host whose engine is elsewhere is that engine's, not this machine's; every user of this machine
  /// sees it, and no other machine does.
  private func lock(_ name: String) throws -> HostLock {
    let host = try fleet.host(name)
    var folder = HostLock.usualName
    if host.connection == .local, case .tcp(let address, let port, _) = host.engine {
      folder += "-\(HostLock.fileName(address))-\(port)"
    }
    return HostLock(try fleet.transport(name), name: folder, folder: fleet.lockFolder)
  }
}
