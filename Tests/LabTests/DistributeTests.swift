import Foundation
import Testing

extension RealAppliances {
  /// The whole procedure on three appliances; the outcome is read with the plain docker command and curl.
  @Suite("Distribute")
  struct DistributeTests {
    @Test("a run moves the services to where the inventory puts them, and a second run changes nothing")
    func distributes() async throws {
      try await Lab.withAppliances { lab in
        try await Operator.at(lab) { person in
          try await expectPlan(person)

          let scan = try await SecretScan(lab)
          let (ending, seen) = try await ArgumentWatch.during { try await person.distribute() }
          #expect(ending.code == 0, "\(ending.errors)")
          try await Distributed.expect(in: lab)
          #expect(ending.output.contains("access point on da2: 10.77.0.2"))
          #expect(ending.output.contains("administration"))

          try scan.expectNothing(in: [ending], seen: seen, kept: person)
          try await expectSecondRunChangesNothing(person)
          try await expectRunsAreShown(person)
        }
      }
    }

    /// A plan tells every step with the article's command and changes nothing.
    private func expectPlan(_ person: Operator) async throws {
      let before = try await person.lab.condition()
      let plan = try await person.runbook("plan", "distribute.lua", "--inventory", person.lab.inventory)
      #expect(try await person.lab.condition() == before)
      #expect(plan.code == 0, "\(plan.errors)")
      for command in [
        "docker swarm join-token worker", "docker stack rm da", "docker node update --label-rm da-accesspoint",
        "docker swarm leave --force", "docker swarm join --token ‹secret›", "10.77.0.1:2377",
        "docker node update --label-add da-accesspoint=true", "docker node update --label-add da-authentication=true",
        "cd /opt/nexus/docker-compose && sudo docker stack deploy -c docker-compose.yml -c network.yml "
          + "-c versiontag.yml --resolve-image never da",
      ] {
        #expect(plan.words.contains(command))
      }
      #expect(!FileManager.default.fileExists(atPath: person.state.path))
    }

    private func expectSecondRunChangesNothing(_ person: Operator) async throws {
      let before = try await state(of: person.lab)
      let again = try await person.distribute()
      #expect(try await state(of: person.lab) == before)
      #expect(again.code == 0, "\(again.errors)")
      #expect(again.words.contains("Nothing had to be changed"))
      #expect(again.output.contains("access point on da2: 10.77.0.2"))
      let effects = try await person.journal.rows(
        "SELECT count(*) FROM events WHERE kind = 'effect.started' AND run = '\(person.journal.newestRun())'")
      #expect(effects == ["0"])
    }

    private func state(of lab: Lab) async throws -> [String] {
      var facts = try await lab.versions()
      for host in Lab.hosts { facts += try await lab.containers(on: host) }
      return facts
    }

    /// `list` and `show`, for people and as JSON.
    private func expectRunsAreShown(_ person: Operator) async throws {
      let runs = try await person.journal.rows("SELECT id FROM runs ORDER BY created_at")
      #expect(runs.count == 2)
      let first = try #require(runs.first)

      let list = try await person.runbook("list")
      #expect(list.code == 0)
      for run in runs { #expect(list.output.contains("\(run)  distribute.lua  done")) }
      let listed = try #require(try await json(person, "list") as? [[String: Any]])
      #expect(listed.compactMap { $0["run"] as? String } == runs.reversed())
      #expect(listed.allSatisfy { $0["state"] as? String == "succeeded" })

      let show = try await person.runbook("show", first)
      #expect(show.code == 0)
      #expect(show.words.contains("$ sudo docker stack rm da"))
      #expect(show.output.contains("access point on da2: 10.77.0.2"))
      let shown = try #require(try await json(person, "show", first) as? [String: Any])
      let steps = try #require(shown["steps"] as? [[String: Any]])
      #expect(steps.allSatisfy { $0["state"] as? String == "succeeded" })
      #expect(Set(steps.compactMap { $0["path"] as? String }) == Set(try await checkpoints(of: first, person)))
    }

    private func checkpoints(of run: String, _ person: Operator) async throws -> [String] {
      try await person.journal.rows("SELECT path FROM events WHERE kind = 'step.succeeded' AND run = '\(run)'")
    }

    private func json(_ person: Operator, _ arguments: String...) async throws -> Any {
      let ending = try await person.runbook(arguments + ["--json"])
      return try JSONSerialization.jsonObject(with: Data(ending.output.utf8))
    }
  }
}
