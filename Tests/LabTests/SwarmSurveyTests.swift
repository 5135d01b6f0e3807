import Foundation
import Testing

extension RealAppliances {
  /// What the program says of appliances before and after they are one swarm.
  @Suite("Survey")
  struct SwarmSurveyTests {
    @Test("doctor finds appliances fit; the swarm that stands is written down, and verify.lua agrees with that")
    func survey() async throws {
      try await Lab.withAppliances { lab in
        try await Operator.at(lab) { person in
          let fit = try await person.runbook("doctor", "--inventory", lab.inventory)
          for host in Lab.hosts { #expect(fit.output.contains("\(host)\n"), "\(fit.output)") }
          #expect(fit.words.contains("without a password") && fit.words.contains("Docker 20.10"), "\(fit.output)")
          let checked = try await person.runbook("inventory", "check", lab.inventory, "--hosts")
          #expect(checked.code == 0, "\(checked.output)\(checked.errors)")

          #expect(try await person.distribute().code == 0)
          let before = try await lab.versions()
          let file = person.folder.appending(path: "found.yaml").path
          let config = lab.folder + "/ssh_config"
          let found = try await person.runbook(
            "inventory", "from-swarm", "da1", "--ssh-config", config, "--output", file)
          #expect(found.code == 0, "\(found.errors)")
          #expect(try await lab.versions() == before)
          let valid = try await person.runbook("inventory", "check", file, "--hosts")
          #expect(valid.code == 0, "\(valid.output)\(valid.errors)")
          let verified = try await person.runbook("run", "verify.lua", "--inventory", file)
          #expect(verified.code == 0, "\(verified.output)\(verified.errors)")
          try await snapshot(lab, person)
        }
      }
    }

    /// A run is tried on a simulated copy of the swarm, which stays as it is.
    private func snapshot(_ lab: Lab, _ person: Operator) async throws {
      let before = try await lab.versions()
      let file = person.folder.appending(path: "world.yaml").path
      let taken = try await person.runbook("snapshot", "--inventory", lab.inventory, "--output", file)
      #expect(taken.code == 0, "\(taken.output)\(taken.errors)")
      let text = try String(contentsOfFile: file, encoding: .utf8)
      let ids = try await lab.docker(on: "da1", "node", "ls", "--quiet").split(separator: "\n")
      #expect(ids.count == 3)
      for id in ids { #expect(text.contains(id)) }
      #expect(!text.contains("SWMTKN") && !text.contains("PRIVATE KEY"))
      let verified = try await person.runbook("run", "verify.lua", "--inventory", lab.inventory, "--simulate", file)
      #expect(verified.code == 0, "\(verified.output)\(verified.errors)")
      let reverted = try await person.runbook(
        "run", "revert.lua", "--inventory", lab.inventory, "--yes", "--simulate", "--snapshot-from", lab.inventory)
      #expect(reverted.code == 0, "\(reverted.output)\(reverted.errors)")
      #expect(try await lab.versions() == before)
    }
  }
}
