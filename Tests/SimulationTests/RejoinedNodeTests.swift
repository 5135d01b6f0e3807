import DockerEngine
import HostModules
import Inventory
import Simulation
import Survey
import TestSupport
import Testing
import Values

@Suite("An inventory of a swarm that a host has left and joined again", .usualTimeLimit)
struct RejoinedNodeTests {
  @Test("while the swarm lists both of its nodes, the host is there once, as the node that it is now")
  func once() async throws {
    let site = try ModelSite { $0.start = .joined }
    let manager = site.engine("da1"), worker = site.engine("da2")
    let before = try await worker.info().swarm.nodeID
    try await worker.leaveSwarm(force: true)
    try site.simulated.jump(by: 2)
    _ = try await SwarmJoin(engine: worker, managers: Managers(manager)).join(
      address: "\(try #require(site.fleet.inventory.host(named: "da1")).swarmAddress):2377",
      token: try await manager.swarm().workerToken
    )
    let now = try await worker.info().swarm.nodeID
    let listed = try await manager.nodes().map(\.id)
    try #require(listed.contains(before) && listed.contains(now))

    let reach = InventoryDraft.Host(name: "da1", address: "192.0.2.1", role: .manager)
    let draft = try await SwarmSurvey(site.fleet, reach: reach).draft(stack: nil, directory: "/opt/da")
    #expect(draft.hosts.map(\.name).sorted() == ["da1", "da2", "da3"])
    #expect(Set(draft.hosts.map(\.address)).count == 3)
    #expect(
      draft.comments.contains { $0.contains(before) && $0.contains("joined again as \(now)") }, "\(draft.comments)")
    await site.fleet.close()
  }
}
