import Foundation
import Testing

extension RealAppliances {
  /// A run that is broken off is completed by `runbook resume`: nothing is done twice, nothing is left out.
  @Suite("Resume")
  struct ResumeTests {
    /// A moment of the procedure, as the event that tells of it.
    struct Moment: Sendable {
      var kind: String
      var path: String

      /// Whether a line of `--json` is that event.
      func isTold(by line: String) -> Bool {
        guard let event = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
          return false
        }
        return event["kind"] as? String == kind && event["path"] as? String == path
      }
    }

    /// In the order in which the procedure comes to them.
    private static let moments = [
      Moment(kind: "step.started", path: "workers/da3/stop the services"),
      Moment(kind: "step.succeeded", path: "workers/da2/leave its own swarm"),
      Moment(kind: "effect.started", path: "deploy the stack"),
      Moment(kind: "step.started", path: "wait until every service runs"),
    ]

    @Test("a run that is killed again and again is completed, and nothing that was done is done again")
    func survivesKills() async throws {
      try await Lab.withAppliances { lab in
        try await Operator.at(lab) { person in
          var arguments = ["run", "distribute.lua", "--inventory", lab.inventory, "--yes", "--json"]
          var nodes: [String] = []
          let scan = try await SecretScan(lab)
          var endings: [Ending] = [], processes: Set<String> = []
          for moment in Self.moments {
            let (broken, seen) = try await ArgumentWatch.during { [arguments] in
              try await person.runbook(arguments) { line, send in if moment.isTold(by: line) { send(.kill) } }
            }
            endings.append(broken)
            processes.formUnion(seen)
            #expect(broken.status == .signaled(9), "\(moment): \(broken.words.suffix(2000))")
            let isRecorded = try await person.journal.rows(
              "SELECT count(*) > 0 FROM events WHERE kind = '\(moment.kind)' AND path = '\(moment.path)'")
            #expect(isRecorded == ["1"])
            if moment.path == "deploy the stack" { nodes = try await nodeIDs(lab) }
            arguments = ["resume", "--json"]
          }
          let list = try await person.runbook("list")
          #expect(list.output.contains("distribute.lua"))
          #expect(!list.output.contains("done"))

          let (resumed, seen) = try await ArgumentWatch.during { try await person.runbook("resume") }
          #expect(resumed.code == 0, "\(resumed.words)")
          try scan.expectNothing(in: endings + [resumed], seen: processes.union(seen), kept: person)
          #expect(resumed.output.contains("access point on da2: 10.77.0.2"))
          try await Distributed.expect(in: lab)
          #expect(try await nodeIDs(lab) == nodes)
          try await expectNothingRepeated(person, inDoubt: Self.moments.count * 3)
          #expect(try await person.journal.rows("SELECT count(*) FROM runs") == ["1"])

          let over = try await person.runbook("resume")
          #expect(over.code == 2)
          #expect(over.words.contains("there is no run to resume"))
        }
      }
    }

    @Test("Ctrl-C stops at the next safe point and names the command that goes on")
    func interruption() async throws {
      try await Lab.withAppliances { lab in
        try await Operator.at(lab) { person in
          let moment = Moment(kind: "step.started", path: "workers/da2/stop the services")
          let stopped = try await person.runbook(
            ["run", "distribute.lua", "--inventory", lab.inventory, "--yes", "--json"]
          ) { line, send in
            if moment.isTold(by: line) { send(.interrupt) }
          }
          #expect(stopped.code == 130, "\(stopped.words.suffix(2000))")
          let run = try await person.journal.newestRun()
          #expect(stopped.output.contains("runbook resume \(run)"))
          // What was under way was finished, so nothing is in doubt.
          #expect(try await person.journal.checkpoints().contains(moment.path))
          let doubtful = try await person.journal.rows(
            """
            SELECT path FROM events WHERE kind = 'step.started'
            EXCEPT SELECT path FROM events WHERE kind IN ('step.succeeded', 'step.failed')
            """)
          #expect(doubtful == [])
          #expect(!(try await person.journal.checkpoints().contains("deploy the stack")))
          let shown = try await person.runbook("show", run)
          #expect(shown.words.contains("interrupted"))

          let resumed = try await person.runbook("resume", run)
          #expect(resumed.code == 0, "\(resumed.words)")
          try await Distributed.expect(in: lab)
          try await expectNothingRepeated(person, inDoubt: 0)
        }
      }
    }

    /// No checkpointed step was started again. `inDoubt`: how many may have been under way when the run was broken off.
    private func expectNothingRepeated(_ person: Operator, inDoubt: Int) async throws {
      #expect(try await person.journal.repeated() == [])
      #expect(try await person.journal.startedTwice().count <= inDoubt)
      let checkpoints = try await person.journal.checkpoints()
      #expect(Set(checkpoints).count == checkpoints.count)
    }

    private func nodeIDs(_ lab: Lab) async throws -> [String] {
      var ids: [String] = []
      for host in Lab.hosts { ids.append(try await lab.docker(on: host, "info", "--format", "{{.Swarm.NodeID}}")) }
      return ids
    }
  }
}
