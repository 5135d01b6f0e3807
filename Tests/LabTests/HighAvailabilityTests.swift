import Foundation
import Testing

extension RealAppliances {
  /// high-availability.lua on one lab of five standalone appliances.
  @Suite("High availability")
  struct HighAvailabilityTests {
    private static let three = [
      "da1": "admin, distribution, postgres", "da2": "accesspoint", "da3": "policy, authentication",
    ]
    private static let five = three.merging(["da4": "accesspoint", "da5": "policy, authentication"]) { $1 }

    @Test("one manager becomes three, then five while the leader is without power, and services run on several hosts")
    func grows() async throws {
      try await Lab.withAppliances(5) { lab in
        try await Operator.at(lab) { person in
          let site = try DayTwoSite(person)
          try await refuses(site)
          try await becomesThree(site)
          try await becomesFive(site)
          try await becomesThreeAgain(site)
        }
      }
    }

    /// What no swarm of managers should be, and an access point that is not alone.
    private func refuses(_ site: DayTwoSite) async throws {
      let shared = Self.three.merging(["da3": "accesspoint, policy, authentication"]) { $1 }
      let cases: [(managers: [String: String], workers: [String: String], words: String)] = [
        (
          Self.three.filter { $0.key == "da1" }, Self.three.filter { $0.key > "da1" }, "one manager survives no failure"
        ),
        (
          Self.three.filter { $0.key < "da3" }, Self.three.filter { $0.key == "da3" }, "two managers survive no failure"
        ),
        (Self.five.filter { $0.key < "da5" }, [:], "4 managers survive no more failures than 3 do: use an odd number"),
        (shared, [:], "da3: its access point shares it with other services (accesspoint, policy, authentication)"),
      ]
      for (managers, workers, words) in cases {
        let inventory = try site.inventory(managers: managers, workers: workers)
        let ending = try await site.person.runbook(run(inventory))
        #expect(ending.code == 2, "\(ending.words)")
        #expect(ending.words.contains(words), "\(ending.words)")
      }
      #expect(try await site.lab.nodes() == ["da1 Ready Leader"])
    }

    /// The administration service goes on all the while, and once only.
    private func becomesThree(_ site: DayTwoSite) async throws {
      let admin = try await container("da_admin", on: "da1", of: site.lab)
      try await site.change(
        "high-availability.lua", try site.inventory(managers: Self.three, workers: [:]), kept: [])
      #expect(
        try await site.lab.nodes().sorted() == ["da1 Ready Leader", "da2 Ready Reachable", "da3 Ready Reachable"])
      try await expectServices(Self.three, site.lab)
      #expect(try await container("da_admin", on: "da1", of: site.lab) == admin)
    }

    /// The leader loses its power before the others join, and has it again only when both are managers.
    private func becomesFive(_ site: DayTwoSite) async throws {
      let lab = site.lab
      let inventory = try site.inventory(managers: Self.five, workers: [:])
      let off = ResumeTests.Moment(kind: "step.started", path: "hosts/da4/stop its own services")
      let on = ResumeTests.Moment(kind: "step.succeeded", path: "managers/da5/wait until it is ready")
      var meanwhile: [String] = []
      let ending = try await site.person.runbook(run(inventory) + ["--json"]) { line, _ in
        if off.isTold(by: line) { try await lab.fault(.powerOff, on: "da1") }
        if on.isTold(by: line) {
          meanwhile = try await lab.nodes(on: "da2")
          try await lab.fault(.powerOn, on: "da1")
        }
      }
      try #require(ending.code == 0, "\(ending.words.suffix(3000))")
      #expect(meanwhile.count { $0.hasSuffix("Leader") } == 1, "\(meanwhile)")
      #expect(!meanwhile.contains { $0.hasPrefix("da1") && $0.hasSuffix("Leader") }, "\(meanwhile)")
      #expect(meanwhile.contains("da4 Ready Reachable") && meanwhile.contains("da5 Ready Reachable"), "\(meanwhile)")

      let nodes = try await lab.nodes().map { $0.replacing("Leader", with: "Reachable") }.sorted()
      #expect(nodes == (1...5).map { "da\($0) Ready Reachable" })
      try await expectServices(Self.five, lab)
      let again = try await site.person.runbook(run(inventory))
      #expect(again.code == 0, "\(again.words)")
      #expect(again.words.contains("Nothing had to be changed"), "\(again.words)")
    }

    /// The last run undone: the two that joined are standalone appliances again, and whoever leads now has the others.
    private func becomesThreeAgain(_ site: DayTwoSite) async throws {
      let lab = site.lab
      try await site.undo()
      let nodes = try await lab.nodes().map { $0.replacing("Leader", with: "Reachable") }.sorted()
      #expect(nodes == (1...3).map { "da\($0) Ready Reachable" })
      try await expectServices(Self.three, lab)
      for host in ["da4", "da5"] { try await site.expectStandalone(host) }
    }

    private func run(_ inventory: String) -> [String] {
      ["run", "high-availability.lua", "--inventory", inventory, "--yes"]
    }

    private func container(_ service: String, on host: String, of lab: Lab) async throws -> String {
      try await lab.docker(on: host, "ps", "--quiet", "--no-trunc", "--filter", "name=\(service)")
    }

    /// Each service runs on each of its hosts, and nowhere else.
    private func expectServices(_ hosts: [String: String], _ lab: Lab) async throws {
      let wanted = hosts.flatMap { host, services in
        services.split(separator: ", ").map { "da_\($0) \(host) Running" }
      }
      #expect(try await lab.tasks() == wanted.sorted())
      for (host, services) in hosts {
        #expect(try await lab.containers(on: host).count == services.split(separator: ", ").count, "\(host)")
      }
    }
  }
}
