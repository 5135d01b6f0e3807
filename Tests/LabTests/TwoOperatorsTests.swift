import Foundation
import Testing

extension RealAppliances {
  /// Two operators who share nothing but the appliances.
  @Suite("Two operators")
  struct TwoOperatorsTests {
    @Test("of two who start the procedure at once, one runs, the other is told who; what is half changed is protected")
    func atOnce() async throws {
      try await Lab.withAppliances { lab in
        try await Operator.at(lab) { alice in
          try await Operator.at(lab) { bob in
            let (hers, his) = try await bothAtOnce(alice, bob)
            let (winner, loser) = hers.code == 0 ? (alice, his) : (bob, hers)
            #expect(Set([hers.code, his.code]) == [0, 2], "\(hers.words.suffix(1500)) \(his.words.suffix(1500))")
            let run = try await winner.journal.newestRun()
            let user = try #require(try await winner.journal.rows("SELECT user FROM runs").first)
            let machine = try #require(try await winner.journal.rows("SELECT machine FROM runs").first)
            #expect(loser.words.contains("changed by run \(run) of \(user) on \(machine), process "))
            #expect(loser.words.contains(", since 20"))
            #expect(loser.words.contains("Nothing was changed"))
            try await Distributed.expect(in: lab)
            try await expectNoLease(in: lab)
            try await expectUnfinishedIsProtected(alice: winner, bob: winner.folder == alice.folder ? bob : alice)
          }
        }
      }
    }

    private func bothAtOnce(_ alice: Operator, _ bob: Operator) async throws -> (Ending, Ending) {
      async let hers = alice.distribute()
      async let his = bob.distribute()
      return try await (hers, his)
    }

    /// A rollback that was killed on its way leaves the hosts to its run; another operator has to say so to get them.
    private func expectUnfinishedIsProtected(alice: Operator, bob: Operator) async throws {
      let run = try await alice.journal.newestRun()
      let killed = try await alice.runbook(["rollback", run, "--yes", "--json"]) { line, send in
        if line.contains("\"step.succeeded\""), line.contains("rollback/") { send(.kill) }
      }
      #expect(killed.status == .signaled(9))
      let refused = try await bob.distribute()
      #expect(refused.code == 2, "\(refused.words.suffix(1500))")
      #expect(refused.words.contains("changed by run \(run) of "))
      #expect(refused.words.contains("--take-over"))
      let undone = try await alice.runbook("rollback", run, "--yes")
      #expect(undone.code == 0, "\(undone.words.suffix(1500))")
      try await expectNoLease(in: alice.lab)
    }

    private func expectNoLease(in lab: Lab) async throws {
      for host in Lab.hosts {
        let there = try await lab.execute(on: host, ["sh", "-c", "ls -d /var/tmp/runbook-lock*"])
        #expect(there.standardOutput == "", "\(host)")
      }
    }
  }
}
