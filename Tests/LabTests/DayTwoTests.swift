import Foundation
import Testing

extension RealAppliances {
  /// Changes of a layout that runs, one after the other in one lab: each is planned or refused, carried out, and
  /// carried out again without an effect. What need not stop does not.
  @Suite("Day two")
  struct DayTwoTests {
    @Test(
      "a worker is added, a service moved and moved back, a worker removed, a dead node replaced, versions upgraded")
    func changes() async throws {
      try await Lab.withAppliances(4) { lab in
        try await Operator.at(lab) { person in
          let site = try DayTwoSite(person)
          let three = try site.inventory(["da2": "accesspoint", "da3": "policy, authentication"])
          let distributed = try await person.distribute(inventory: three)
          #expect(distributed.code == 0, "\(distributed.words.suffix(3000))")

          try await addsWorker(site)
          try await movesService(site)
          try await removesWorker(site)
          try await replacesNode(site)
          let now = try site.inventory(["da2": "accesspoint, authentication", "da3": "policy"])
          try await UpgradeStory(site: site, inventory: now).upgrades()
        }
      }
    }

    /// da4, a standalone appliance, takes policy over from da3.
    private func addsWorker(_ site: DayTwoSite) async throws {
      let inventory = try site.inventory(["da2": "accesspoint", "da3": "authentication", "da4": "policy"])
      let before = try await site.state()
      let plan = try await site.person.runbook(
        "plan", "add-worker.lua", "--inventory", inventory, "--param", "host=da4")
      #expect(plan.code == 0, "\(plan.words)")
      for command in [
        "da4 sudo docker stack rm da", "da4 sudo docker swarm leave --force",
        "docker swarm join --token ‹secret› --advertise-addr 10.77.0.4 10.77.0.1:2377",
        "docker node update --label-add da-policy=true <node-id of da4>",
        "docker node update --label-rm da-policy <node-id of da3>",
      ] {
        #expect(plan.words.contains(command))
      }
      #expect(!plan.words.contains("da-authentication"))
      #expect(try await site.state() == before)

      try await site.change("add-worker.lua", inventory, "host=da4", kept: ["da1", "da2"])
      try await site.undo()
      #expect(try await site.lab.nodes().sorted() == ["da1 Ready Leader", "da2 Ready", "da3 Ready"])
      try await site.expectServices(["accesspoint": "da2", "authentication": "da3", "policy": "da3"])
      try await site.expectStandalone("da4")

      try await site.change("add-worker.lua", inventory, "host=da4", kept: ["da1", "da2"])
      #expect(try await site.lab.nodes().sorted() == ["da1 Ready Leader", "da2 Ready", "da3 Ready", "da4 Ready"])
      try await site.expectServices(["accesspoint": "da2", "authentication": "da3", "policy": "da4"])
      #expect(try await site.lab.containers(on: "da3").count == 1)
      #expect(try await site.lab.containers(on: "da4").count == 1)
    }

    /// authentication goes from da3 to da2 and, by a rollback, back.
    private func movesService(_ site: DayTwoSite) async throws {
      let inventory = try site.inventory(["da2": "accesspoint, authentication", "da3": "", "da4": "policy"])
      let other = try await site.person.runbook(
        "run", "move-service.lua", "--inventory", inventory, "--param", "service=policy")
      #expect(other.code == 2, "\(other.words)")
      #expect(other.words.contains("authentication runs on da3, and the inventory gives it to da2"))

      try await site.change("move-service.lua", inventory, "service=authentication", kept: ["da1", "da2", "da4"])
      try await site.expectServices(["accesspoint": "da2", "authentication": "da2", "policy": "da4"])
      try await site.undo()
      try await site.expectServices(["accesspoint": "da2", "authentication": "da3", "policy": "da4"])
    }

    /// da3 goes, and runs the product by itself again; da2 takes authentication over.
    private func removesWorker(_ site: DayTwoSite) async throws {
      let refused = try site.inventory(["da2": "accesspoint", "da3": "authentication", "da4": "policy"])
      let early = try await site.person.runbook(
        "run", "remove-worker.lua", "--inventory", refused, "--param", "host=da3", "--yes")
      #expect(early.code == 2, "\(early.words)")
      #expect(early.words.contains("the inventory still gives it authentication"))

      let inventory = try site.inventory(["da2": "accesspoint, authentication", "da3": "", "da4": "policy"])
      let kept = ["da1", "da2", "da4"]
      try await site.change("remove-worker.lua", inventory, "host=da3", "standalone=true", kept: kept)
      try await site.undo()
      #expect(
        try await site.lab.nodes().sorted() == ["da1 Ready Leader", "da2 Ready", "da3 Ready", "da4 Ready"])
      try await site.expectServices(["accesspoint": "da2", "authentication": "da3", "policy": "da4"])

      try await site.change("remove-worker.lua", inventory, "host=da3", "standalone=true", kept: kept)
      #expect(try await site.lab.nodes().sorted() == ["da1 Ready Leader", "da2 Ready", "da4 Ready"])
      try await site.expectServices(["accesspoint": "da2", "authentication": "da2", "policy": "da4"])
      try await site.expectStandalone("da3")
    }

    /// da4 dies, and da3 takes its place.
    private func replacesNode(_ site: DayTwoSite) async throws {
      let inventory = try site.inventory(["da2": "accesspoint, authentication", "da3": "policy"])
      let dead = try await site.lab.docker(on: "da4", "info", "--format", "{{.Swarm.NodeID}}")
        .trimmingCharacters(in: .whitespacesAndNewlines)
      let living = try await site.person.runbook(
        "run", "replace-node.lua", "--inventory", inventory, "--param", "old=\(dead)", "--param", "host=da3", "--yes")
      #expect(living.code == 2, "\(living.words)")
      #expect(living.words.contains("the node \(dead) (da4) is ready, and only a node that is down is replaced"))

      try await site.lab.fault(.powerOff, on: "da4")
      try await site.waitUntilDown(dead)
      try await site.change("replace-node.lua", inventory, "old=da4", "host=da3", kept: ["da1", "da2"])
      try await site.undo()
      #expect(try await site.lab.nodes().sorted() == ["da1 Ready Leader", "da2 Ready"])
      try await site.expectStandalone("da3")

      // The dead node's entry does not come back, so da3 joins as any other host now.
      try await site.change("add-worker.lua", inventory, "host=da3", kept: ["da1", "da2"])
      #expect(try await site.lab.nodes().sorted() == ["da1 Ready Leader", "da2 Ready", "da3 Ready"])
      try await site.expectServices(["accesspoint": "da2", "authentication": "da2", "policy": "da3"])
      #expect(try await site.lab.containers(on: "da3").count == 1)
    }
  }
}
