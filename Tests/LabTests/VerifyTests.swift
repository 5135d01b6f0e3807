import Foundation
import Testing

extension RealAppliances {
  /// preflight.lua, verify.lua and revert.lua on one lab: before the procedure, after it, and back again.
  @Suite("Preflight, verify, revert")
  struct VerifyTests {
    @Test("a layout is checked before, compared with the inventory in every way in which it is broken, and taken back")
    func wholeWay() async throws {
      try await Lab.withAppliances { lab in
        try await Operator.at(lab) { person in
          try await expectPreflight(person)
          let done = try await person.distribute()
          #expect(done.code == 0, "\(done.words)")
          let equal = try await person.runbook("run", "verify.lua", "--inventory", lab.inventory)
          #expect(equal.code == 0, "\(equal.words)")
          #expect(equal.words.contains("Everything is as the inventory and the compose files say"))

          var found = 0
          for broken in BrokenLayout.all where try await isFound(broken, by: person) { found += 1 }
          print("verify.lua found \(found) of \(BrokenLayout.all.count) broken layouts")
          #expect(found == BrokenLayout.all.count)
          try await expectNoEffects(person, of: ["preflight.lua", "verify.lua"])

          try await expectMended(person)
          try await expectRevert(person)
        }
      }
    }

    /// Go on sound appliances, no-go with every finding otherwise, by the exit code and in the table.
    private func expectPreflight(_ person: Operator) async throws {
      let go = try await person.runbook("run", "preflight.lua", "--inventory", person.lab.inventory)
      #expect(go.code == 0, "\(go.words)")
      #expect(go.words.contains("Go: distribute.lua can run"))
      #expect(go.words.contains("check da1 da2 da3 it answers ok ok ok"))

      try await person.lab.fault(.clockSkew, on: "da3", "-600")
      let stop = try await person.runbook("run", "preflight.lua", "--inventory", person.lab.inventory)
      try await person.lab.fault(.clockSkew, on: "da3", "0")
      #expect(stop.code == 2, "\(stop.words)")
      #expect(stop.words.contains("clocks agree ok ok finding"))
      #expect(stop.words.contains("✗ da3: its clock is"))
    }

    /// Breaks the layout, runs verify.lua, and mends it; whether it was named.
    private func isFound(_ broken: BrokenLayout, by person: Operator) async throws -> Bool {
      try await run(broken.breaking, person)
      let inventory = try broken.without.map { try self.inventory(person, without: $0) } ?? person.lab.inventory
      let ending = try await person.runbook("run", "verify.lua", "--inventory", inventory)
      if let mending = broken.mending { try await run(mending, person) }
      let isNamed = ending.words.contains(broken.finding)
      #expect(isNamed, "\(broken.name): \(ending.words)")
      #expect(ending.code == 1, "\(broken.name)")
      return isNamed && ending.code == 1
    }

    private func run(_ script: BrokenLayout.Script, _ person: Operator) async throws {
      try await person.lab.execute(on: script.host, ["bash", "-c", script.text]).output()
    }

    /// A copy of the lab's inventory that does not know a host: what it had, the manager gets.
    private func inventory(_ person: Operator, without host: String) throws -> String {
      let text = try String(contentsOfFile: person.lab.inventory, encoding: .utf8)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      let others = lines.filter { !$0.trimmingCharacters(in: .whitespaces).hasPrefix("\(host):") }
      try #require(others.count == lines.count - 1)
      return try person.write(
        "without-\(host).yaml",
        others.joined(separator: "\n")
          .replacingOccurrences(of: "services: [admin,", with: "services: [policy, authentication, admin,")
          .replacingOccurrences(of: "./ssh_config", with: "\(person.lab.folder)/ssh_config"))
    }

    /// What verify.lua looked at was not changed by it.
    private func expectNoEffects(_ person: Operator, of runbooks: [String]) async throws {
      let names = runbooks.map { "'\($0)'" }.joined(separator: ", ")
      let effects = try await person.journal.rows(
        """
        SELECT count(*) FROM events JOIN runs ON runs.id = events.run
        WHERE events.kind = 'effect.started' AND runs.runbook IN (\(names))
        """)
      #expect(effects == ["0"])
    }

    /// da3 has left: the procedure completes the layout, and nothing differs any more.
    private func expectMended(_ person: Operator) async throws {
      let again = try await person.distribute()
      #expect(again.code == 0, "\(again.words)")
      let equal = try await person.runbook("run", "verify.lua", "--inventory", person.lab.inventory)
      #expect(equal.code == 0, "\(equal.words)")
    }

    /// The way back, killed in its middle and resumed; a second time nothing is changed.
    private func expectRevert(_ person: Operator) async throws {
      let arguments = ["run", "revert.lua", "--inventory", person.lab.inventory, "--yes"]
      let moment = ResumeTests.Moment(kind: "step.succeeded", path: "workers/da2/leave the manager's swarm")
      let killed = try await person.runbook(arguments + ["--json"]) { line, send in
        if moment.isTold(by: line) { send(.kill) }
      }
      #expect(killed.status == .signaled(9), "\(killed.words.suffix(2000))")
      let resumed = try await person.runbook("resume")
      #expect(resumed.code == 0, "\(resumed.words)")
      try await Standalone.expect(in: person.lab)
      #expect(try await person.journal.repeated() == [])

      let before = try await person.lab.condition()
      let again = try await person.runbook(arguments)
      #expect(again.code == 0, "\(again.words)")
      #expect(again.words.contains("Nothing had to be changed"))
      #expect(try await person.lab.condition() == before)
    }
  }
}
