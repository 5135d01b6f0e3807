import Foundation
import TestSupport
import Testing

/// The state that the procedure leads to with the lab's inventory: admin, distribution and postgres on the manager,
/// the access point on da2, policy and authentication on da3.
enum Distributed {
  /// Reads everything with the plain docker command and curl, and expects that state.
  static func expect(in lab: Lab) async throws {
    #expect(try await lab.nodes().sorted() == ["da1 Ready Leader", "da2 Ready", "da3 Ready"])
    #expect(
      try await lab.labels() == [
        "da1": ["da-admin": "true", "da-distribution": "true", "postgres": "true"],
        "da2": ["da-accesspoint": "true"],
        "da3": ["da-authentication": "true", "da-policy": "true"],
      ])
    #expect(
      try await lab.tasks() == [
        "da_accesspoint da2 Running", "da_admin da1 Running", "da_authentication da3 Running",
        "da_distribution da1 Running", "da_policy da3 Running", "da_postgres da1 Running",
      ])
    for (host, count) in [("da1", 3), ("da2", 1), ("da3", 2)] {
      #expect(try await lab.containers(on: host).count == count, "containers on \(host)")
    }
    try await expectOneSwarm(in: lab)

    let page = try #require(try await answeringPage(in: lab))
    #expect(page.node == "da2")
    #expect(page.policy?.node == "da3")
    #expect(page.policy?.authentication?.node == "da3")
    #expect(page.policy?.postgres?.node == "da1")
  }

  /// Every host is what the manager's swarm takes it for, and nothing else.
  private static func expectOneSwarm(in lab: Lab) async throws {
    let format = "{{.Swarm.NodeID}} {{.Swarm.LocalNodeState}} {{.Swarm.ControlAvailable}}"
    for host in Lab.hosts {
      let told = try await lab.docker(on: host, "info", "--format", format).split(separator: " ")
      let known = try await lab.docker(
        on: "da1", "node", "inspect", String(told[0]), "--format", "{{.Description.Hostname}} {{.Status.Addr}}")
      #expect(known == "\(host) 10.77.0.\(host.suffix(1))\n")
      #expect(told.dropFirst().joined(separator: " ") == "active \(host == "da1")\n")
    }
  }

  /// The access point's page once policy answers it: the engines tell each other the services' names in the background.
  private static func answeringPage(in lab: Lab) async throws -> Lab.Page? {
    try await eventually("the page of the access point") {
      let page = try await lab.page(of: "10.77.0.2")
      return page?.policy?.postgres != nil && page?.policy?.authentication != nil ? page : nil
    }
  }
}
