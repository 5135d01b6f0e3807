import Foundation
import Testing

extension RealAppliances {
  /// What goes wrong on the way is told, and the run is completed once it is mended.
  @Suite("Faults on the way")
  struct FaultTests {
    @Test("a worker whose ssh goes away while its stack is stopped ends the run, which is resumed later")
    func sshGoesAway() async throws {
      try await withFault(.sshStop, on: "da2", at: "workers/da2/stop the services") { person, run in
        let broken = try await run { _ in }
        try await person.lab.fault(.sshStart, on: "da2")
        #expect(broken.code == 1, "\(broken.words.suffix(2000))")
        #expect(broken.output.contains("runbook resume \(try await person.journal.newestRun())"))

        let resumed = try await person.runbook("resume")
        #expect(resumed.code == 0, "\(resumed.words.suffix(3000))")
      }
    }

    @Test("a worker's cable is cut for 30 s: the run ends right, by itself or when it is resumed")
    func cableIsCut() async throws {
      let path = "workers/da3/leave its own swarm"
      try await withFault(.cableCut, on: "da3", at: path, noticedOn: nil) { person, run in
        let moment = ResumeTests.Moment(kind: "step.started", path: path)
        try await withThrowingTaskGroup { group in
          let ending = try await run { line in
            guard moment.isTold(by: line) else { return }
            group.addTask {
              try await Task.sleep(for: .seconds(30))  // the fault's length, not a wait for something
              try await person.lab.fault(.cableMend, on: "da3")
            }
          }
          try await group.waitForAll()
          try await finish(ending, person)
        }
      }
    }

    @Test("a worker whose power is lost while it joins is part of the swarm in the end")
    func powerIsLost() async throws {
      try await withFault(.powerOff, on: "da3", at: "workers/da3/join the manager's swarm", noticedOn: nil) {
        person, run in
        var isMended = false
        let ending = try await run { line in
          if !isMended, line.contains(#""attempt.failed""#) || line.contains(#""step.failed""#) {
            isMended = true
            try await person.lab.fault(.powerOn, on: "da3")
          }
        }
        if !isMended { try await person.lab.fault(.powerOn, on: "da3") }
        try await finish(ending, person)
      }
    }

    /// A run that did not end by itself is resumed.
    private func finish(_ ending: Ending, _ person: Operator) async throws {
      if ending.code == 0 { return }
      #expect(ending.code == 1, "\(ending.words.suffix(3000))")
      let resumed = try await person.runbook("resume")
      #expect(resumed.code == 0, "\(resumed.words.suffix(3000))")
    }

    /// Runs the procedure in a lab of its own, with a fault from the moment on at which a step begins. Expects that it
    /// was noticed on that host and on `noticedOn` (`nil`: wherever, if at all), and the procedure's outcome at the end of `body`. `body` is given what runs the program, which
    /// takes what is to be done with each line of output.
    private func withFault(
      _ fault: LabFault, on host: String, at path: String, noticedOn hosts: Set<String>? = [],
      _ body: (Operator, ((String) async throws -> Void) async throws -> Ending) async throws -> Void
    ) async throws {
      try await Lab.withAppliances { lab in
        try await Operator.at(lab) { person in
          let moment = ResumeTests.Moment(kind: "step.started", path: path)
          var isInjected = false
          try await body(person) { watch in
            try await person.runbook(["run", "distribute.lua", "--inventory", lab.inventory, "--yes", "--json"]) {
              line, _ in
              if !isInjected, moment.isTold(by: line) {
                isInjected = true
                try await lab.fault(fault, on: host)
              }
              try await watch(line)
            }
          }
          #expect(isInjected)
          let failures = try await person.journal.rows(
            "SELECT host FROM events WHERE kind IN ('attempt.failed', 'step.failed') AND host IS NOT NULL")
          if let hosts { #expect(Set(failures) == hosts.union([host])) }
          try await Distributed.expect(in: lab)
          #expect(try await person.journal.repeated() == [])
        }
      }
    }
  }
}
