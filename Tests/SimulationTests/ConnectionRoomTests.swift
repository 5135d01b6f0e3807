import Conformance
import DockerEngine
import HostModules
import Inventory
import Synchronization
import TestSupport
import Testing

@testable import Simulation

@Suite("Connections of a large simulated world", .usualTimeLimit)
struct ConnectionRoomTests {
  @Test("where there are fewer than hosts, each host still answers, several times and all at once")
  func fewerThanHosts() async throws {
    let count = 60
    let hosts = (1...count).map { "  h\($0): { address: 10.77.1.\($0), role: \($0 == 1 ? "manager" : "worker") }" }
    let inventory = try Inventory.parse(
      text: "hosts:\n" + hosts.joined(separator: "\n") + "\n", file: "inventory.yaml")
    var plan = WorldPlan(inventory: inventory)
    plan.start = .none
    // Eight at once, as the least there are.
    let simulated = try SimulatedWorld(plan, openFiles: 0)
    let fleet = Fleet(inventory: inventory, access: simulated.access)
    let names = try await withThrowingTaskGroup(of: String.self) { group in
      for number in 1...count {
        group.addTask {
          let engine = try fleet.engine("h\(number)")
          _ = try await engine.versionInfo()
          return try await engine.info().name
        }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(names == Set((1...count).map { "h\($0)" }))
    await fleet.close()
  }

  @Test("who comes when it is full waits until someone leaves, or is cancelled")
  func full() async throws {
    let room = ConnectionRoom(openFiles: 0)
    for _ in 0..<8 { try await room.enter() }
    #expect(room.isCrowded)
    let isIn = Mutex(false)
    let given = Task {
      try await room.enter(); isIn.withLock { $0 = true }
    }
    let cancelled = Task { try await room.enter() }
    cancelled.cancel()
    await #expect(throws: CancellationError.self) { try await cancelled.value }
    #expect(!isIn.withLock { $0 })
    room.leave()
    try await given.value
    #expect(isIn.withLock { $0 })
  }
}
