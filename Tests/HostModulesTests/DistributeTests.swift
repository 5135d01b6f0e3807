import Engine
import Inventory
import Journal
import TestSupport
import Testing
import Values

@Suite("distribute.lua", .usualTimeLimit)
struct DistributeTests {
  private let appliances: ModelAppliances
  private let runbook: ShippedRunbook

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
    runbook = ShippedRunbook(name: "distribute.lua", appliances: appliances)
  }

  /// Labels by host in the manager's swarm.
  private var labels: [String: Set<String>] {
    appliances.state.withLock { state in
      var found: [String: Set<String>] = [:]
      for (id, labels) in state.swarms["da1"]?.nodes ?? [:] {
        found[state.host(ofNode: id) ?? id] = Set(labels.keys)
      }
      return found
    }
  }

  private static let planned: [String: Set<String>] = [
    "da1": ["da-admin", "da-distribution", "postgres"], "da2": ["da-accesspoint"],
    "da3": ["da-policy", "da-authentication"],
  ]

  @Test("standalone appliances become one swarm with each label where the inventory says, and the addresses are noted")
  func wholeWay() async throws {
    let (outcome, events) = try await runbook.run()
    #expect(outcome == .succeeded)
    #expect(labels == Self.planned)
    #expect(appliances.state.withLock { $0.swarms.keys.sorted() } == ["da1"])
    #expect(appliances.state.withLock { $0.swarms["da1"]?.hasStack } == true)
    let changes = appliances.takeChanges()
    let deployed = try #require(changes.firstIndex(of: "stack.deploy da1"))
    #expect(deployed == changes.count - 1)
    for worker in ["da2", "da3"] {
      let own = changes.filter { $0.hasSuffix(worker) }
      #expect(
        own == ["stack.remove", "label.remove", "swarm.leave", "swarm.join", "label.set"].map { "\($0) \(worker)" })
    }
    let note = try #require(events.last { $0.kind == .runNote })
    #expect(
      note.payload["items"] == [
        "access point on da2: 10.77.0.2", "authentication on da3: 10.77.0.3 in place of 127.0.0.1",
        "policy on da3: 10.77.0.3 in place of 127.0.0.1",
      ])
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

  @Test("a finished run is rolled back: each appliance is a swarm of its own again, with its labels and its stack")
  func rolledBack() async throws {
    let before = layout
    #expect(try await runbook.run().outcome == .succeeded)
    #expect(try await runbook.rollback() == .succeeded)
    #expect(layout == before)
  }

  @Test("a run that breaks at any changing call is rolled back from there")
  func rolledBackFromEachPoint() async throws {
    let before = layout
    var points = 0
    for point in 0..<100 {
      let (appliances, runbook) = try Self.fresh(appliances.inventory)
      // What broke stays broken for the run's own retries.
      appliances.state.withLock { $0.callsLeft = point }
      let outcome = try await runbook.run().outcome
      appliances.state.withLock { $0.callsLeft = nil }
      if outcome == .succeeded { break }
      points += 1
      #expect(try await runbook.rollback() == .succeeded, "broken at call \(point)")
      let after = try Self(appliances, runbook).layout
      #expect(after == before, "broken at call \(point)")
    }
    #expect(points >= 10)
  }

  private static func fresh(_ inventory: Inventory) throws -> (ModelAppliances, ShippedRunbook) {
    let appliances = ModelAppliances(inventory)
    return (appliances, ShippedRunbook(name: "distribute.lua", appliances: appliances))
  }

  private init(_ appliances: ModelAppliances, _ runbook: ShippedRunbook) throws {
    self.appliances = appliances
    self.runbook = runbook
  }

  @Test("a second run on the finished swarm changes nothing")
  func secondRun() async throws {
    _ = try await runbook.run()
    _ = appliances.takeChanges()
    #expect(try await runbook.run().outcome == .succeeded)
    #expect(appliances.takeChanges() == [])
    #expect(try await runbook.plan().allSatisfy { $0.verdict == .reads })
  }

  @Test("a layout that is half done is completed: one worker has joined, one has only left")
  func halfDone() async throws {
    appliances.state.withLock { state in
      for worker in ["da2", "da3"] {
        state.swarms[worker] = nil
        state.engines[worker]?.swarm = nil
        state.engines[worker]?.nodeID = ""
      }
      state.engines["da2"]?.swarm = "da1"
      state.engines["da2"]?.nodeID = "joined"
      state.swarms["da1"]?.nodes["joined"] = [:]
    }
    #expect(try await runbook.run().outcome == .succeeded)
    #expect(labels == Self.planned)
    let changes = appliances.takeChanges()
    #expect(!changes.contains("swarm.join da2") && !changes.contains("swarm.leave da3"))
    #expect(changes.contains("swarm.join da3"))
  }

  @Test("a service that moves later is stopped, relabelled and deployed again, without any host leaving")
  func moved() async throws {
    _ = try await runbook.run()
    appliances.state.withLock { state in
      let id = state.engines["da2"]?.nodeID ?? ""
      state.swarms["da1"]?.nodes[id] = ["da-policy": "true"]
    }
    _ = appliances.takeChanges()
    #expect(try await runbook.run().outcome == .succeeded)
    #expect(labels == Self.planned)
    #expect(
      appliances.takeChanges() == [
        "stack.remove da1", "label.remove da2", "label.set da2", "stack.deploy da1",
      ])
  }

  @Test("everything that prevents the beginning is reported at once, and nothing is changed")
  func findings() async throws {
    appliances.state.withLock { state in
      state.engines["da2"]?.clockOffset = 75
      state.files.remove("/opt/da/network.yml")
      state.closedPorts = ["10.77.0.1:2377"]
      state.engines["da3"]?.isReachable = false
    }
    let (outcome, _) = try await runbook.run()
    guard case .refused(let failure) = outcome else {
      Issue.record("not refused: \(outcome)")
      return
    }
    let told = failure.related.map { "\($0.host ?? "-"): \($0.message)" }
    #expect(told.contains("da3: the host can't be reached"))
    #expect(told.contains("da1: there is no /opt/da/network.yml"))
    #expect(told.contains("da2: it can't reach TCP 2377 of da1 (10.77.0.1): no answer"))
    #expect(told.contains("da2: its clock is 75 s ahead of that of da1; 60 s are allowed"))
    #expect(told.count == 4)
    #expect(failure.related.allSatisfy { $0.hint != nil })
    #expect(appliances.takeChanges() == [])
  }

  @Test("a worker of another swarm, or a manager of several nodes, is not taken out of it")
  func foreignSwarms() async throws {
    appliances.state.withLock { state in
      state.swarms["da2"]?.nodes["somebody"] = [:]
      state.swarms["da3"] = nil
      state.engines["da3"]?.swarm = "elsewhere"
    }
    let (outcome, _) = try await runbook.run()
    guard case .refused(let failure) = outcome else {
      Issue.record("not refused: \(outcome)")
      return
    }
    #expect(
      failure.related.map(\.message) == [
        "it manages another swarm of 2 nodes, which it would leave",
        "it is a worker of a swarm that is not that of da1",
      ])
    #expect(appliances.takeChanges() == [])
  }

  @Test("the database's label stays where the inventory names no database at all")
  func externalDatabase() async throws {
    let inventory = try Inventory.parse(
      text: """
        stack: { name: da, directory: /opt/da, files: [docker-compose.yml] }
        services: [admin, accesspoint]
        hosts:
          da1: { address: 10.77.0.1, role: manager, services: [admin] }
          da2: { address: 10.77.0.2, role: worker, services: [accesspoint] }
        """, file: "inventory.yaml")
    let appliances = ModelAppliances(inventory)
    let outcome = try await ShippedRunbook(name: "distribute.lua", appliances: appliances).run().outcome
    #expect(outcome == .succeeded)
    let manager = appliances.state.withLock { $0.swarms["da1"]?.nodes["old-da1"]?.keys.sorted() }
    #expect(manager == ["da-admin", "postgres"])
  }

  @Test("a service beside the product's own, and labels that the inventory adds, are labelled by the same rule")
  func furtherServices() async throws {
    let inventory = try Inventory.parse(
      text: """
        stack: { name: da, directory: /opt/da, files: [docker-compose.yml] }
        services: [admin, accesspoint, report]
        hosts:
          da1: { address: 10.77.0.1, role: manager, services: [admin] }
          da2: { address: 10.77.0.2, role: worker, services: [accesspoint, report], labels: { zone: dmz } }
        """, file: "inventory.yaml")
    let appliances = ModelAppliances(inventory)
    _ = try await ShippedRunbook(name: "distribute.lua", appliances: appliances).run()
    let worker = appliances.state.withLock { $0.swarms["da1"]?.nodes["new-1"] }
    #expect(worker == ["da-accesspoint": "true", "da-report": "true", "zone": "dmz"])
  }

  @Test("the plan shows the procedure's commands on their hosts, and changes nothing")
  func plan() async throws {
    let steps = try await runbook.plan()
    #expect(appliances.takeChanges() == [])
    func commands(_ path: String) -> [String] {
      steps.first { $0.path == path }?.commands.map { "\($0.host ?? "-"): \($0.text)" } ?? []
    }
    #expect(commands("manager/stop the services") == ["da1: docker stack rm da"])
    #expect(commands("workers/da2/leave its own swarm") == ["da2: docker swarm leave --force"])
    #expect(
      commands("workers/da3/join the manager's swarm") == [
        "da3: docker swarm join --token ‹secret› --advertise-addr 10.77.0.3 10.77.0.1:2377"
      ])
    #expect(
      commands("labels/da1/remove labels of services that run elsewhere") == [
        "da1: docker node update --label-rm da-accesspoint --label-rm da-authentication --label-rm da-policy self"
      ])
    #expect(
      commands("deploy the stack") == [
        "da1: cd /opt/da && docker stack deploy -c docker-compose.yml -c network.yml da"
      ])
    let changing = steps.filter { $0.verdict == .change }.map(\.path)
    #expect(changing.contains("workers/da2/join the manager's swarm"))
    #expect(!changing.contains { $0.hasPrefix("checks/") })
  }
}
