import DockerEngine
import Testing
import Values

extension RealEngines {
  @Suite("Services and where they run")
  struct ServicePlacementWaits {
    private static let compose = """
      version: "3.8"
      services:
        all:
          image: \(Appliances.image)
          command: \(Stacks.idle)
          deploy: { mode: global, placement: { constraints: [node.labels.da-policy == true] } }
        one:
          image: \(Appliances.image)
          command: \(Stacks.idle)
          deploy:
            restart_policy: { condition: none }
            placement: { constraints: [node.labels.da-admin == true] }
      """

    @Test("a service is waited for where its label went, and until it has ended where its label was")
    func follows() async throws {
      try await Appliances.with(2) { lab in
        try await lab.swarm(workers: "da2")
        let first = try await lab.nodeID("da1"), second = try await lab.nodeID("da2")
        try await lab.docker("da1", "node", "update", "--label-add", "da-policy=true", first)
        try await lab.docker("da1", "node", "update", "--label-add", "da-admin=true", first)
        try await lab.deploy("da", Self.compose)
        let da1 = lab.engine("da1"), da2 = lab.engine("da2")
        let managers = Managers(da1)
        let arrival = ServicePlacementWait(managers: managers)
        _ = try await arrival.wait(service: "da_all", on: [first], off: [second: da2], isSettled: true)
        _ = try await arrival.wait(service: "da_one", on: [first], off: [:], isSettled: true)

        try await lab.docker("da1", "node", "update", "--label-add", "da-policy=true", second)
        let both = try await arrival.wait(service: "da_all", on: [first, second], off: [:], isSettled: true)
        #expect(both.nodeIDs == [first, second])
        try await lab.docker("da1", "node", "update", "--label-rm", "da-policy", first)
        _ = try await arrival.wait(service: "da_all", on: [second], off: [first: da1], isSettled: true)
        #expect(try await lab.docker("da1", "ps", "-q", "--filter", "name=da_all").isEmpty)
        let running = try await lab.docker(
          "da1", "service", "ps", "da_all", "--filter", "desired-state=running", "--format", "{{.Node}}")
        #expect(running == (try await lab.docker("da2", "info", "--format", "{{.Name}}")))

        try await expectForgotten(lab, managers, first)
      }
    }

    /// A service that is never restarted does not come back with its label, until someone restarts it.
    private func expectForgotten(_ lab: Appliances, _ managers: Managers, _ node: String) async throws {
      let short = ServicePlacementWait(managers: managers, stuckTimeout: .seconds(2))
      try await lab.docker("da1", "node", "update", "--label-rm", "da-admin", node)
      _ = try await short.wait(service: "da_one", on: [], off: [node: lab.engine("da1")], isSettled: false)
      try await lab.docker("da1", "node", "update", "--label-add", "da-admin=true", node)
      let forgotten = await failure {
        _ = try await short.wait(service: "da_one", on: [node], off: [:], isSettled: true)
      }
      #expect(forgotten?.code == .serviceNotScheduled, "\(String(describing: forgotten))")
      #expect(forgotten?.hint?.contains("docker service update --force da_one") == true)
      try await lab.docker("da1", "service", "update", "--detach", "--force", "da_one")
      _ = try await ServicePlacementWait(managers: managers).wait(
        service: "da_one", on: [node], off: [:], isSettled: true)
    }
  }
}
