import Engine
import Inventory
import TestSupport
import Testing

@Suite("revert.lua", .usualTimeLimit)
struct RevertTests {
  private let appliances: ModelAppliances
  private let revert: ShippedRunbook

  init() throws {
    appliances = ModelAppliances(
      try Inventory.parse(
        text: """
          stack: { name: da, directory: /opt/da, files: [docker-compose.yml, network.yml] }
          hosts:
            da1: { address: 10.77.0.1, role: manager, services: [admin, distribution, postgres] }
            da2: { address: 10.77.0.2, role: worker, services: [accesspoint] }
            da3: { address: 10.77.0.3, role: worker, services: [policy, authentication] }
          """, file: "inventory.yaml"))
    revert = ShippedRunbook(name: "revert.lua", appliances: appliances)
  }

  /// What each appliance is, without the IDs of nodes, which are new.
  private var layout: [String: String] {
    appliances.state.withLock { state in
      state.swarms.mapValues { swarm in
        let labels = swarm.nodes.values.map { $0.keys.sorted().joined(separator: ",") }.sorted()
        return "\(labels) stack: \(swarm.hasStack)"
      }
    }
  }

  private func distribute() async throws {
    let outcome = try await ShippedRunbook(name: "distribute.lua", appliances: appliances).run().outcome
    #expect(outcome == .succeeded)
    _ = appliances.takeChanges()
  }

  @Test("every appliance is a swarm of its own again, and a second run changes nothing")
  func wholeWay() async throws {
    let before = layout
    try await distribute()
    #expect(layout != before)
    #expect(try await revert.run().outcome == .succeeded)
    #expect(layout == before)
    let changes = appliances.takeChanges()
    #expect(changes.first == "stack.remove da1")
    for worker in ["da2", "da3"] {
      #expect(
        changes.filter { $0.hasSuffix(worker) }
          == ["swarm.leave", "swarm.init", "label.set", "stack.deploy"].map { "\($0) \(worker)" })
    }
    #expect(try await revert.run().outcome == .succeeded)
    #expect(appliances.takeChanges() == [])
  }

  @Test("a finished run is rolled back to the distributed layout")
  func rolledBack() async throws {
    try await distribute()
    let distributed = layout
    #expect(try await revert.run().outcome == .succeeded)
    #expect(try await revert.rollback() == .succeeded)
    #expect(layout == distributed)
  }

  @Test("a node that is not a host of the inventory would lose its services, so the run is refused")
  func stranger() async throws {
    try await distribute()
    appliances.state.withLock { $0.swarms["da1"]?.nodes["somebody"] = [:] }
    let (outcome, _) = try await revert.run()
    guard case .refused(let failure) = outcome else {
      Issue.record("not refused: \(outcome)")
      return
    }
    #expect(failure.related.contains { $0.message.contains("the node somebody") })
    #expect(appliances.takeChanges() == [])
  }
}
