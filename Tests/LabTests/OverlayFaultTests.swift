import Foundation
import Testing

extension RealAppliances {
  /// Services run where they should: whether they reach each other is another matter.
  @Suite("Faults between hosts")
  struct OverlayFaultTests {
    private static let check = """
      return runbook {
        summary = "Whether services reach each other",
        params = { timeout = { default = "1s", type = "duration" } },
        function(run)
          step("reach", function()
            return stack.wait_reachable(run.inventory.manager, "da", { timeout = run.params.timeout })
          end)
        end,
      }
      """

    @Test("the manager's engine restarts while workers join, and ports are blocked later: it is waited for, and told")
    func managerRestarts() async throws {
      try await Lab.withAppliances { lab in
        try await Operator.at(lab) { person in
          try await restartOnTheWay(person)
          let page = try #require(try await lab.page(of: "10.77.0.2"), "the run ended before services were reached")
          #expect(page.policy?.authentication?.node == "da3" && page.policy?.postgres?.node == "da1")
          try await Distributed.expect(in: lab)
          #expect(try await person.journal.repeated() == [])

          let path = try person.write("reach.lua", Self.check)
          try await expectReached(person, path)
          try await blocked(["4789/udp"], on: ["da3"], person, path) {
            for words in ["UDP 4789 between da1 and da3", "UDP 4789 between da2 and da3", "vmxnet3", "MTU"] {
              #expect($0.words.contains(words))
            }
            #expect(!$0.words.contains("UDP 4789 between da1 and da2"))
            let page = try await lab.page(of: "10.77.0.2")
            #expect(page?.policy?.postgres == nil)
          }
          try await expectReached(person, path)
          try await blocked(["7946", "7946/udp"], on: Lab.hosts, person, path) {
            #expect($0.words.contains("da2: its engine has not heard of"))
            #expect($0.words.contains("TCP and UDP 7946 between da2 and da3"))
          }
          print("real faults between hosts: 3 tried (manager's engine, 4789, 7946)")
        }
      }
    }

    /// The manager's engine is away at the moment when a worker that has left its swarm looks for others.
    private func restartOnTheWay(_ person: Operator) async throws {
      let moment = ResumeTests.Moment(kind: "step.started", path: "workers/da2/leave its own swarm")
      var isInjected = false
      let ending = try await person.runbook([
        "run", "distribute.lua", "--inventory", person.lab.inventory, "--yes", "--json",
      ]) { line, _ in
        guard !isInjected, moment.isTold(by: line) else { return }
        isInjected = true
        try await person.lab.fault(.engineStop, on: "da1")
        try await person.lab.fault(.engineStart, on: "da1")
      }
      #expect(isInjected)
      if ending.code == 0 { return }
      let resumed = try await person.runbook("resume")
      #expect(resumed.code == 0, "\(ending.words.suffix(2000)) \(resumed.words.suffix(2000))")
    }

    private func expectReached(_ person: Operator, _ path: String) async throws {
      let ending = try await person.runbook(
        "run", path, "--inventory", person.lab.inventory, "--yes", "--param", "timeout=90s")
      #expect(ending.code == 0, "\(ending.words.suffix(2000))")
    }

    /// Blocks ports, moves a task so that the engines have something to tell, and expects that the check finds it.
    private func blocked(
      _ ports: [String], on hosts: [String], _ person: Operator, _ path: String, _ expect: (Ending) async throws -> Void
    ) async throws {
      for host in hosts { for port in ports { try await person.lab.fault(.portBlock, on: host, port) } }
      try await person.lab.docker(on: "da1", "service", "update", "--force", "--quiet", "da_policy")
      let ending = try await person.runbook("run", path, "--inventory", person.lab.inventory, "--yes")
      #expect(ending.code == 1, "\(ending.words.suffix(2000))")
      #expect(ending.words.contains("don't reach each other"))
      try await expect(ending)
      for host in hosts { for port in ports { try await person.lab.fault(.portOpen, on: host, port) } }
    }
  }
}
