import Foundation
import Testing

extension RealAppliances {
  /// What goes wrong on the way is told, and the run is completed once it is mended.
  @Suite("Faults on the way")
  struct FaultTests {
    @Test("a worker whose ssh goes away while its stack is stopped")
    func sshGoesAway() async throws {
      try await completes(after: .sshStop, .sshStart, on: "da2", at: "workers/da2/stop the services")
    }

    @Test("a worker whose cable is cut before it joins")
    func cableIsCut() async throws {
      try await completes(after: .cableCut, .cableMend, on: "da3", at: "workers/da3/leave its own swarm")
    }

    /// Injects a fault when a step begins, mends it when the program has ended, and expects that what is left can be
    /// done then. A program that found a way around the fault is as good.
    private func completes(
      after fault: LabFault, _ mend: LabFault, on host: String, at path: String
    ) async throws {
      try await Lab.withAppliances { lab in
        try await Operator.at(lab) { person in
          let moment = ResumeTests.Moment(kind: "step.started", path: path)
          var isInjected = false
          let broken = try await person.runbook(
            ["run", "distribute.lua", "--inventory", lab.inventory, "--yes", "--json"]
          ) { line, _ in
            if !isInjected, moment.isTold(by: line) {
              isInjected = true
              try await lab.fault(fault, on: host)
            }
          }
          try await lab.fault(mend, on: host)
          #expect(isInjected)
          #expect(broken.code == 1, "\(broken.words.suffix(2000))")
          #expect(broken.errors == "" || !broken.errors.contains("Fatal error"))
          let failures = try await person.journal.rows(
            "SELECT host || '|' || payload FROM events WHERE kind IN ('attempt.failed', 'step.failed', 'run.failed')")
          #expect(failures.contains { $0.contains(host) })

          let resumed = try await person.runbook("resume")
          #expect(resumed.code == 0, "\(resumed.words.suffix(3000))")
          try await Distributed.expect(in: lab)
          #expect(try await person.journal.repeated() == [])
        }
      }
    }
  }
}
