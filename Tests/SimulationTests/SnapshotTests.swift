import DockerEngine
import Foundation
import HostModules
import Inventory
import Simulation
import TestSupport
import Testing
import Values

@Suite("Snapshots of swarms that stand", .usualTimeLimit)
struct SnapshotTests {
  private func inventory() throws -> Inventory {
    try Inventory.parse(text: ModelSite.inventory, file: "inventory.yaml")
  }

  /// The world file of what exists, and what it says again when it was read.
  private func texts(of fleet: Fleet) async throws -> (first: String, second: String) {
    let first = try await WorldSurvey(fleet).look().plan.text()
    let inventory = fleet.inventory
    let copy = try SimulatedWorld(WorldPlan.parse(text: first, file: "world.yaml", inventory: inventory))
    let copied = Fleet(inventory: inventory, access: copy.access)
    let second = try await WorldSurvey(copied).look().plan.text()
    await copied.close()
    return (first, second)
  }

  @Test("a world that is made of a snapshot gives the same snapshot: IDs, roles, labels, services and where they run")
  func roundTrip() async throws {
    let site = try ModelSite {
      $0.start = .joined
      $0.hosts["da2"] = .init()
      $0.hosts["da2"]?.clockOffset = 40
    }
    let manager = site.engine("da1")
    let node = try #require(try await manager.nodes().first { $0.hostname == "da3" })
    let labels: Value = ["da-policy": "true", "rack": "7"]
    try await manager.updateNode(
      node.id, version: node.version, spec: ["Role": "worker", "Availability": "drain", "Labels": labels])
    try site.simulated.jump(by: 5)
    let (first, second) = try await texts(of: site.fleet)
    #expect(first == second)
    let nodes = try await manager.nodes(), services = try await manager.services()
    for id in nodes.map(\.id) + services.map(\.id) + [try await manager.swarm().id] { #expect(first.contains(id)) }
    #expect(first.contains("availability: drain") && first.contains("rack: \"7\"") && first.contains("clock: 45.0"))
    #expect(first.contains("/opt/da/docker-compose.yml: |"))
    await site.fleet.close()
  }

  @Test("standalone appliances, hosts in no swarm, off, or without an engine stay what they are")
  func others() async throws {
    let site = try ModelSite { plan in
      plan.hosts["da1"] = .init()
      plan.hosts["da1"]?.start = .standalone
      plan.hosts["da1"]?.hasEngine = true
      plan.hosts["da2"] = .init()
      plan.hosts["da2"]?.isOn = false
      plan.hosts["da3"] = .init()
      plan.hosts["da3"]?.start = WorldPlan.Start.none
      plan.hosts["da3"]?.hasEngine = false
    }
    let (first, second) = try await texts(of: site.fleet)
    #expect(first == second)
    let remarks = try await WorldSurvey(site.fleet).look().remarks
    #expect(remarks.map { $0.prefix(3) } == ["da2", "da3"])
    await site.fleet.close()
  }

  @Test("only requests that get and commands that look reach the hosts, and no secret is in the file")
  func readsOnly() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "snapshot-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let inventory = try inventory()
    let kept = try KeptWorld(inventory: inventory, file: nil, seed: nil)
    try kept.keep(for: RunID(validating: "first"), in: folder)
    let fleet = Fleet(inventory: inventory, access: kept.world.access)
    let manager = try fleet.engine("da1")
    let swarm = try await manager.swarm()
    try await manager.updateSwarm(
      version: swarm.version,
      spec: .object((swarm.spec.objectValue ?? [:]).merging(["EncryptionConfig": ["AutoLockManagers": true]]) { $1 }))
    let service = try await manager.service("da_admin")
    var template = service.spec["TaskTemplate"]?.objectValue ?? [:]
    var container = template["ContainerSpec"]?.objectValue ?? [:]
    container["Env"] = ["PASSWORD=hunter2"]
    container["Args"] = ["--token", "hunter2"]
    template["ContainerSpec"] = .object(container)
    try await manager.updateService(
      service.id, version: service.version,
      spec: .object((service.spec.objectValue ?? [:]).merging(["TaskTemplate": .object(template)]) { $1 }))
    let tokens = try await manager.swarm(), key = try await manager.unlockKey()
    // The certificates of the others are made when they are first asked for.
    for host in ["da2", "da3"] { _ = try await fleet.engine(host).nodes() }
    let log = try KeptWorld.path(RunID(validating: "first"), in: folder)
    let before = try Data(contentsOf: URL(filePath: log))
    let calls = inventory.hosts.map { kept.world.calls(on: $0.name) }

    let text = try await WorldSurvey(fleet).look().plan.text()

    #expect(try Data(contentsOf: URL(filePath: log)) == before)
    #expect(inventory.hosts.map { kept.world.calls(on: $0.name) } == calls)
    #expect(text.contains("autolock: true"))
    for secret in [tokens.workerToken, tokens.managerToken, key] {
      let plain = secret.reveal()
      #expect(!plain.isEmpty && !text.contains(plain))
    }
    for word in ["SWMTKN", "SWMKEY", "PRIVATE KEY", "hunter2"] { #expect(!text.contains(word)) }
    await fleet.close()
  }

  @Test("a dead machine outside of the inventory is a node that is down, and another swarm is reported as far as known")
  func outside() async throws {
    let inventory = try inventory()
    let text = """
      start: none
      stack_files: none
      swarms:
        - nodes:
            - { host: da1, role: manager, leads: true }
            - { hostname: gone, address: 10.77.0.9, id: 0gone, role: worker, state: down, labels: { da-policy: "true" } }
          services:
            web: { image: "web:1", replicas: 2 }
        - nodes:
            - { hostname: manager-1, role: manager, address: 10.99.0.1, id: 1far }
            - { host: da3, role: worker }
      """
    let simulated = try SimulatedWorld(WorldPlan.parse(text: text, file: "world.yaml", inventory: inventory))
    let fleet = Fleet(inventory: inventory, access: simulated.access)
    let nodes = try await fleet.engine("da1").nodes()
    #expect(nodes.first { $0.hostname == "gone" }?.state == .down)
    #expect(try await fleet.engine("da1").tasks().allSatisfy { $0.state == .running })
    let finding = try await WorldSurvey(fleet).look()
    #expect(finding.plan.swarms.count == 2)
    #expect(finding.remarks.contains { $0.hasPrefix("da3: a worker of a swarm") })
    let (first, second) = try await texts(of: fleet)
    #expect(first == second)
    await fleet.close()
  }

  @Test("a swarm whose managers have lost their majority is refused: its state is unknown")
  func leaderless() async throws {
    let inventory = try Inventory.parse(
      text: ModelSite.inventory.replacing("role: worker", with: "role: manager").replacing(
        "hosts:", with: "managers: 3\nhosts:"),
      file: "inventory.yaml")
    var plan = WorldPlan(inventory: inventory)
    plan.start = .joined
    let simulated = try SimulatedWorld(plan)
    let fleet = Fleet(inventory: inventory, access: simulated.access)
    _ = try await fleet.engine("da1").nodes()
    try simulated.setPower(of: "da2", isOn: false)
    try simulated.setPower(of: "da3", isOn: false)
    try simulated.jump(by: 5)
    let failure = await #expect(throws: Failure.self) { try await WorldSurvey(fleet).look() }
    #expect(failure?.code == "survey.swarm_unreadable" && failure?.host == "da1")
    await fleet.close()
  }
}
