import Foundation
import Testing

extension RealAppliances {
  /// `make crash-matrix`: the program is killed at each step boundary of distribute.lua, on real appliances.
  @Suite(
    "Crash matrix", .enabled(if: CrashMatrixSize.wanted != nil, "it takes long: make crash-matrix, or with points=10"))
  struct CrashMatrixTests {
    @Test("killed at each step boundary: what is resumed ends as if undisturbed, what is undone as before")
    func everyBoundary() async throws {
      let size = try #require(CrashMatrixSize.wanted ?? nil, "points is all, row, a number, or FIRST-LAST")
      let reference = try await Lab.withAppliances { try await undisturbed(in: $0) }
      let chosen = size.chosen(of: reference.points)
      say(
        "crash matrix: \(reference.points.count) step boundaries in \(reference.steps.count) steps, and "
          + "\(reference.wayBack.count) on the way back; \(chosen.count) are tried by themselves")

      let tally = Tally()
      if size.includesRow {
        try await Lab.withAppliances { lab in
          try await Operator.at(lab) { person in
            let trial = CrashTrial(person: person, reference: reference)
            _ = try await tally.note("all in one run", trial.killedEverywhere())
          }
        }
      }
      var left = Array(chosen.enumerated())[...], wayBack = reference.wayBack[...]
      while !left.isEmpty {
        // A lab serves as long as each try leaves it as it was at the start.
        try await Lab.withAppliances { lab in
          var isAtStart = true
          while isAtStart, let (number, point) = left.popFirst() {
            let title = "\(number + 1)/\(chosen.count) \(point)"
            if reference.changing.contains(point.path) {
              isAtStart = try await Operator.at(lab) { person in
                let trial = CrashTrial(person: person, reference: reference)
                return try await tally.note("\(title), rollback", trial.undone(after: point))
              }
            }
            if !isAtStart { break }
            isAtStart = try await Operator.at(lab) { person in
              let trial = CrashTrial(person: person, reference: reference)
              guard try await tally.note("\(title), resume", trial.resumed(after: point)) else { return false }
              // A rollback brings the start back and is a try itself; without one left, a new lab is quicker.
              guard let back = wayBack.popFirst() else { return false }
              return try await tally.note("\(title), then \(back)", trial.wayBack(killedAt: back))
            }
          }
        }
      }
      say(
        "crash matrix: \(tally.tries) tries, \(tally.kills) kills, \(tally.held) held, \(tally.failures.count) did not")
      for failure in tally.failures { say("  did not hold: \(failure)") }
      #expect(tally.failures == [])
      #expect(tally.tries > 0)
    }

    /// Runs the procedure without a kill and undoes it.
    private func undisturbed(in lab: Lab) async throws -> CrashTrial.Reference {
      try await Operator.at(lab) { person in
        let before = try await lab.layout()
        let log = person.folder.appending(path: "points"), logOfWayBack = person.folder.appending(path: "way-back")
        let none: [CrashPoint] = []
        let run = ["run", "distribute.lua", "--inventory", lab.inventory, "--yes"]
        let done = try await person.runbook(run, killedAt: none, log: log)
        try #require(done.code == 0, "\(done.words.suffix(3000))")
        try await Distributed.expect(in: lab)
        let after = try await lab.layout()
        let steps = try await person.journal.checkpoints(), changing = try await person.journal.changing()
        let back = ["rollback", try await person.journal.newestRun(), "--yes"]
        let undone = try await person.runbook(back, killedAt: none, log: logOfWayBack)
        try #require(undone.code == 0, "\(undone.words.suffix(3000))")
        #expect(try await lab.layout() == before)
        return CrashTrial.Reference(
          before: before, after: after, steps: steps, changing: Set(changing),
          points: try CrashPoint.passed(log).filter(\.isStepBoundary),
          wayBack: try CrashPoint.passed(logOfWayBack).filter(\.isStepBoundary))
      }
    }

    /// Counts honestly, and tells each try as it ends.
    private final class Tally {
      private(set) var tries = 0, kills = 0, held = 0
      private(set) var failures: [String] = []

      /// Whether the try held.
      func note(_ title: String, _ finding: CrashTrial.Finding) -> Bool {
        tries += 1
        kills += finding.kills
        if finding.holds { held += 1 }
        failures += finding.problems.map { "\(title): \($0)" }
        say("  \(title): \(finding.kills) killed, \(finding.holds ? "held" : "did not hold: \(finding.problems)")")
        return finding.holds
      }
    }
  }
}

/// Prints a line at once, also where the output is a file.
private func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
