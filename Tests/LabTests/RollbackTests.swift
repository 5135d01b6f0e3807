import Foundation
import Testing

extension RealAppliances {
  /// `runbook rollback`: every appliance is again a swarm of its own, with its labels and its stack running.
  @Suite("Rollback")
  struct RollbackTests {
    @Test("a finished run is undone, also when the undoing is killed on its way")
    func finished() async throws {
      try await Lab.withAppliances { lab in
        try await Operator.at(lab) { person in
          let done = try await person.distribute()
          #expect(done.code == 0, "\(done.words)")
          let run = try await person.journal.newestRun()
          let killed = try await person.runbook(["rollback", run, "--yes", "--json"]) { line, send in
            if line.contains("\"step.succeeded\""), line.contains("rollback/workers/da3/join") { send(.kill) }
          }
          #expect(killed.status == .signaled(9), "\(killed.words.suffix(2000))")
          let forward = try await person.runbook("resume", run)
          #expect(forward.code == 2)
          #expect(forward.words.contains("runbook rollback \(run)"), "\(forward.words)")
          let scan = try await SecretScan(lab)
          let (undone, seen) = try await ArgumentWatch.during { try await person.runbook("rollback", run, "--yes") }
          #expect(undone.code == 0, "\(undone.words)")
          try scan.expectNothing(in: [undone], seen: seen, kept: person)
          try await Standalone.expect(in: lab)
          let twice = try await person.journal.rows(
            """
            SELECT path FROM events WHERE kind = 'step.succeeded' AND path LIKE 'rollback/%' GROUP BY path
            HAVING count(*) > 1
            """)
          #expect(twice == [])
          // The way forward is open again, by a new run.
          let again = try await person.distribute()
          #expect(again.code == 0, "\(again.words)")
          try await Distributed.expect(in: lab)
        }
      }
    }

    @Test("a run that was killed when a worker had just left its swarm is undone from there")
    func middle() async throws {
      try await Lab.withAppliances { lab in
        try await Operator.at(lab) { person in
          let killed = try await person.runbook(
            ["run", "distribute.lua", "--inventory", lab.inventory, "--yes", "--json"]
          ) { line, send in
            if line.contains("\"step.succeeded\""), line.contains("workers/da2/leave its own swarm") { send(.kill) }
          }
          #expect(killed.status == .signaled(9), "\(killed.words.suffix(2000))")
          let undone = try await person.runbook("rollback", try await person.journal.newestRun(), "--yes")
          #expect(undone.code == 0, "\(undone.words)")
          try await Standalone.expect(in: lab)
        }
      }
    }
  }
}
