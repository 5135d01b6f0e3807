import Foundation
import Testing

extension RealAppliances {
  /// From bare engines to a secure swarm, its keys and certificates made anew, and back.
  @Suite("A secure swarm")
  struct SecureSwarmTests {
    @Test("it is made, locked, unlocked, given new keys and certificates, and taken apart again")
    func wholeLife() async throws {
      try await Lab.withAppliances(4, isBare: true) { lab in
        try await Operator.at(lab) { person in
          let swarm = SecureSwarm(lab: lab)
          let inventory = try person.write("inventory.yaml", swarm.inventory())
          try await expectRefusals(swarm, person)
          try await expectMade(swarm, person, inventory)
          let run = try await person.journal.newestRun()
          try await expectUnchanged(swarm, person, inventory)
          try await expectUnlocked(swarm, "da2", with: try person.key("key"))
          try await expectCertificates(swarm, person, inventory)
          try await expectNewTokens(swarm, person, inventory)
          try await expectRejoined(swarm, person, inventory)
          try await expectNewKey(swarm, person, inventory)

          let undone = try await person.runbook("rollback", run, "--yes")
          #expect(undone.code == 0, "\(undone.words)")
          #expect(try await swarm.states() == ["inactive", "inactive", "inactive", "inactive"])
        }
      }
    }

    private func make(_ person: Operator, _ inventory: String) -> [String] {
      let file = person.folder.appending(path: "key").path
      return person.run("secure-swarm.lua", inventory, "unlock_key_file=\(file)", "certificate_expiry=1440h")
    }

    private func expectRefusals(_ swarm: SecureSwarm, _ person: Operator) async throws {
      for (managers, reason) in [
        (2, "two managers survive no failure"), (4, "4 managers survive no more failures than 3 do"),
      ] {
        let inventory = try person.write("\(managers).yaml", swarm.inventory(managers: managers))
        let refused = try await person.runbook(make(person, inventory))
        #expect(refused.code == 2)
        #expect(refused.words.contains(reason), "\(refused.words)")
      }
      #expect(try await swarm.states() == ["inactive", "inactive", "inactive", "inactive"])
    }

    /// The run that makes the swarm is killed while a manager joins, and goes on.
    private func expectMade(_ swarm: SecureSwarm, _ person: Operator, _ inventory: String) async throws {
      let killed = try await person.runbook(make(person, inventory) + ["--json"]) { line, send in
        if line.contains("\"effect.started\""), line.contains("managers/da3/join as manager") { send(.kill) }
      }
      #expect(killed.status == .signaled(9), "\(killed.words.suffix(2000))")
      let resumed = try await person.runbook("resume")
      #expect(resumed.code == 0, "\(resumed.words)")
      #expect(try await person.journal.repeated() == [])

      #expect(
        try await swarm.nodes() == ["da1 Ready Reachable", "da2 Ready Reachable", "da3 Ready Reachable", "da4 Ready"])
      #expect(try await swarm.settings() == "true 1440h0m0s")
      for host in SecureSwarm.hosts {
        let certificate = try await swarm.certificate(host)
        #expect(certificate.role == (host == "da4" ? "worker" : "manager"))
        #expect(certificate.isTrusted)
      }
      #expect(try await swarm.say("da1", "swarm", "unlock-key", "--quiet") == person.key("key"))
      try person.expectSecrecy(in: [killed, resumed])
    }

    private func expectUnchanged(_ swarm: SecureSwarm, _ person: Operator, _ inventory: String) async throws {
      let before = try await swarm.cluster()
      let again = try await person.runbook(make(person, inventory))
      #expect(again.code == 0, "\(again.words)")
      #expect(again.words.contains("The swarm is already as the inventory says: nothing in it is changed."))
      #expect(again.words.contains("Nothing had to be changed"))
      #expect(try await swarm.cluster() == before)
    }

    private func expectUnlocked(_ swarm: SecureSwarm, _ host: String, with key: String) async throws {
      try await swarm.lock(host)
      try await swarm.unlock(host, with: key).output()
      try await swarm.waitForManager(host)
    }

    /// The table says what openssl says; the lifetime is set, and set back by a rollback.
    private func expectCertificates(_ swarm: SecureSwarm, _ person: Operator, _ inventory: String) async throws {
      let shown = try await person.runbook(person.run("certificates.lua", inventory, "expiry=1h"))
      #expect(shown.code == 0, "\(shown.words)")
      for host in SecureSwarm.hosts {
        let id = try await swarm.say(host, "info", "--format", "{{.Swarm.NodeID}}")
        let certificate = try await swarm.certificate(host)
        #expect(
          shown.words.contains("\(host) \(certificate.role) \(certificate.until)Z ") && shown.words.contains(id),
          "\(shown.words)")
      }
      #expect(try await swarm.settings() == "true 1h0m0s")
      let back = try await person.runbook("rollback", try await person.journal.newestRun(), "--yes")
      #expect(back.code == 0, "\(back.words)")
      #expect(try await swarm.settings() == "true 1440h0m0s")

      let warned = try await person.runbook(person.run("certificates.lua", inventory, "warn_days=91"))
      #expect(warned.code == 1)
      #expect(warned.words.contains("da4: its certificate ends soon"), "\(warned.words)")
      #expect(warned.words.contains("4 certificates need attention"))
    }

    /// The old tokens let nobody in any more, the new ones do.
    private func expectNewTokens(_ swarm: SecureSwarm, _ person: Operator, _ inventory: String) async throws {
      let old = (worker: try await swarm.token("worker"), manager: try await swarm.token("manager"))
      let rotated = try await person.runbook(person.run("rotate-tokens.lua", inventory))
      #expect(rotated.code == 0, "\(rotated.words)")
      let new = (worker: try await swarm.token("worker"), manager: try await swarm.token("manager"))
      #expect(new.worker != old.worker && new.manager != old.manager)
      try person.expectSecrecy(in: [rotated])

      try await swarm.lab.docker(on: "da4", "swarm", "leave")
      let refused = try await swarm.shell("da4", "docker swarm join --token \(old.worker) 10.77.0.1:2377")
      #expect(refused.exitCode != 0)
      #expect(refused.standardError.contains("join token"), "\(refused.standardError)")
      try await swarm.lab.docker(on: "da4", "swarm", "join", "--token", new.worker, "10.77.0.1:2377")
    }

    /// A host that has left and joined again a moment ago is that host, though the swarm lists both of its nodes.
    private func expectRejoined(_ swarm: SecureSwarm, _ person: Operator, _ inventory: String) async throws {
      let file = person.folder.appending(path: "found.yaml").path
      let found = try await person.runbook(
        "inventory", "from-swarm", "da1", "--ssh-config", swarm.lab.sshConfiguration, "--output", file)
      #expect(found.code == 0, "\(found.errors)")
      let text = try String(contentsOfFile: file, encoding: .utf8)
      #expect(text.matches(of: /(?m)^ +da4[^ :]*:/).count == 1, "\(text)")
      let again = try await person.runbook(make(person, inventory))
      #expect(again.code == 0, "\(again.words)")
      #expect(again.words.contains("Nothing had to be changed"))
      #expect(!again.words.contains("swarm leave"), "\(again.words)")
    }

    /// A manager that was locked is unlocked with the new key, and not with the old one.
    private func expectNewKey(_ swarm: SecureSwarm, _ person: Operator, _ inventory: String) async throws {
      let known = try await swarm.keyNumber("da3")
      let file = person.folder.appending(path: "key.2").path
      let rotated = try await person.runbook(person.run("rotate-unlock-key.lua", inventory, "unlock_key_file=\(file)"))
      #expect(rotated.code == 0, "\(rotated.words)")
      let new = try person.key("key.2")
      #expect(try await swarm.say("da1", "swarm", "unlock-key", "--quiet") == new)
      try person.expectSecrecy(in: [rotated])

      try await swarm.wait("da3 has heard of the new key") { try await swarm.keyNumber("da3") != known }
      try await swarm.lock("da3")
      let refused = try await swarm.unlock("da3", with: try person.key("key"))
      #expect(refused.exitCode != 0)
      try await swarm.unlock("da3", with: new).output()
      try await swarm.waitForManager("da3")
    }
  }
}
