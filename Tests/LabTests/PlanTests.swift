import Foundation
import Testing

extension RealAppliances {
  /// A plan only reads; a saved one is held to. The engines themselves record what they are asked.
  @Suite("Plan")
  struct PlanTests {
    @Test("plans of all shipped runbooks change nothing, and a saved plan is run only as long as it holds")
    func plans() async throws {
      try await Lab.withAppliances { lab in
        try await Operator.at(lab) { person in
          let record = try await EngineRecord(lab)
          try await expectReading(["distribute.lua", "preflight.lua", "secure-swarm.lua"], record, person)
          let plan = try await save(person)
          try await expectMoved(plan, person)
          let ending = try await person.distribute(inventory: nil, "--plan", plan)
          #expect(ending.code == 0, "\(ending.words.suffix(3000))")
          try await Distributed.expect(in: lab)

          let shipped = try FileManager.default.contentsOfDirectory(
            atPath: URL(filePath: LabCommand.script).appending(path: "../../../runbooks").standardized.path
          ).filter { $0.hasSuffix(".lua") }
          #expect(shipped.contains("revert.lua") && shipped.count > 10)
          try await expectReading(shipped, record, person)

          let late = try await person.distribute(inventory: nil, "--plan", plan)
          #expect(late.code == 2)
          #expect(late.words.contains("da2: worker of da1's swarm; was alone in a swarm of its own"), "\(late.words)")
        }
      }
    }

    /// Nothing but reading calls, and no file written, on any appliance.
    private func expectReading(_ runbooks: [String], _ record: EngineRecord, _ person: Operator) async throws {
      let before = try await person.lab.versions()
      let (codes, calls, files) = try await record.during {
        try await withThrowingTaskGroup(of: Int?.self) { group in
          for runbook in runbooks {
            group.addTask {
              try await person.runbook("plan", runbook, "--inventory", person.lab.inventory).code
            }
          }
          return try await group.reduce(into: [Int]()) { $0.append($1 ?? -1) }
        }
      }
      #expect(codes.contains(0) && codes.allSatisfy { (0...2).contains($0) }, "\(codes)")
      #expect(calls.contains { $0.contains("GET ") && $0.hasSuffix("/info") })
      let changing = calls.filter { !$0.contains(" GET ") && !$0.contains(" HEAD ") }
      #expect(changing.isEmpty, "\(changing)")
      #expect(files.isEmpty, "\(files)")
      #expect(try await person.lab.versions() == before)
    }

    /// Saves the plan of distribute.lua twice: it is the same text.
    private func save(_ person: Operator) async throws -> String {
      let names = ["plan.json", "again.json"]
      for name in names {
        let saved = try await person.runbook(
          "plan", "distribute.lua", "--inventory", person.lab.inventory, "--output", name)
        #expect(saved.code == 0 && saved.output.contains(name), "\(saved.words)")
      }
      let texts = try names.map { try String(contentsOf: person.folder.appending(path: $0), encoding: .utf8) }
      #expect(texts[0] == texts[1])
      #expect(!texts[0].contains("SWMTKN"))
      return person.folder.appending(path: names[0]).path
    }

    /// A label that somebody adds meanwhile, and a parameter, make the plan one of another world.
    private func expectMoved(_ plan: String, _ person: Operator) async throws {
      let lab = person.lab
      let id = try await lab.docker(on: "da2", "node", "ls", "--quiet").trimmingCharacters(in: .newlines)
      _ = try await lab.docker(on: "da2", "node", "update", "--label-add", "rack=7", id)
      let before = try await lab.condition()
      let moved = try await person.distribute(inventory: nil, "--plan", plan)
      #expect(moved.code == 2)
      #expect(moved.words.contains("da2: has the label rack=7"), "\(moved.words)")
      #expect(moved.words.contains("runbook plan distribute.lua"), "\(moved.words)")
      #expect(try await lab.condition() == before)
      _ = try await lab.docker(on: "da2", "node", "update", "--label-rm", "rack", id)
      let other = try await person.distribute(inventory: nil, "--plan", plan, "--param", "join_timeout=90s")
      #expect(other.code == 2)
      #expect(other.words.contains("the parameter join_timeout is planned as"), "\(other.words)")
    }
  }
}
