import Compose
import Placement
import TestSupport
import Testing
import Values

@Suite("Where services could run", .usualTimeLimit)
struct PlacementCheckTests {
  private let nodes = [
    NodeFacts(name: "da1", role: "manager", labels: ["da-admin": "true", "da-policy": "true"]),
    NodeFacts(name: "da2", role: "worker", labels: ["da-accesspoint": "true", "da-policy": "false"]),
  ]

  private func service(
    _ name: String, _ constraints: String..., mode: ComposeService.Mode = .replicated(1)
  ) throws -> ComposeService {
    let parsed = try constraints.map {
      try PlacementConstraint.parse($0, location: SourceLocation(file: "c.yml", line: 9))
    }
    return ComposeService(name: name, mode: mode, constraints: parsed, location: SourceLocation(file: "c.yml", line: 3))
  }

  @Test("a service that a node takes gives no finding, and its candidates are reported")
  func placed() throws {
    let check = PlacementCheck(nodes: nodes)
    let policy = try service("policy", "node.labels.da-policy == true", "node.role == manager")
    let free = try service("free")
    #expect(check.findings(for: [policy, free]).isEmpty)
    #expect(check.candidates(for: policy).map(\.name) == ["da1"])
    #expect(check.candidates(for: free).map(\.name) == ["da1", "da2"])
  }

  @Test(
    "a service that no node takes is found with the reason per host, replicated or global",
    arguments: [
      ComposeService.Mode.replicated(2), .global, .globalJob, .replicatedJob(1),
    ])
  func unplaced(mode: ComposeService.Mode) throws {
    let service = try service("policy", "node.labels.da-policy == true", "node.role == worker", mode: mode)
    let finding = try #require(PlacementCheck(nodes: nodes).findings(for: [service]).first)
    #expect(finding.service == "policy")
    #expect(finding.isCertain)
    #expect(
      finding.reasons == [
        .init(node: "da1", because: ["node.role is 'manager', and must be 'worker'"]),
        .init(node: "da2", because: ["node.labels.da-policy is 'false', and must be 'true'"]),
      ])
    let failure = finding.failure
    #expect(failure.code == "compose.no_node")
    #expect(failure.location == SourceLocation(file: "c.yml", line: 9))
    #expect(failure.message.contains("node.labels.da-policy == true, node.role == worker"))
    #expect(failure.cause?.contains("da2: node.labels.da-policy is 'false'") == true)
    #expect(failure.hint != nil)
  }

  @Test("a label that is not set is reported as such")
  func unset() throws {
    let finding = try #require(
      PlacementCheck(nodes: [nodes[1]]).findings(for: [try service("a", "node.labels.da-admin == true")]).first)
    #expect(finding.reasons.first?.because == ["node.labels.da-admin is not set, and must be 'true'"])
  }

  @Test("what depends on something unknown is found, but not as certain")
  func unsure() throws {
    let finding = try #require(
      PlacementCheck(nodes: nodes).findings(for: [try service("a", "node.platform.arch == x86_64")]).first)
    #expect(!finding.isCertain)
    #expect(finding.failure.message.contains("it is not known yet"))
  }

  private func failures(_ text: String, _ nodes: [NodeFacts]) throws -> [Failure] {
    let stack = try ComposeStack.merge([try ComposeFile.parse(text: text, file: "c.yml")])
    return PlacementCheck(nodes: nodes).findings(for: stack.services).map(\.failure)
  }

  private static func node(_ name: String, _ role: String, zone: String, _ change: (inout NodeFacts) -> Void = { _ in })
    -> NodeFacts
  {
    var node = NodeFacts(name: name, role: role, labels: ["zone": zone])
    change(&node)
    return node
  }

  @Test("tasks that max_replicas_per_node or a port in host mode leaves no room for are found, with their number")
  func room() throws {
    let nodes = [
      Self.node("m1", "manager", zone: "a"), Self.node("w1", "worker", zone: "b"), Self.node("w2", "worker", zone: "c"),
    ]
    let found = try failures(
      """
      services:
        web: { image: n, deploy: { replicas: 4, placement: { max_replicas_per_node: 1, constraints: [node.role == worker] } } }
        edge:
          image: n
          ports: [{ target: 80, published: 80, mode: host }]
          deploy: { replicas: 2, placement: { constraints: [node.labels.zone == a] } }
        fits: { image: n, deploy: { replicas: 2, placement: { max_replicas_per_node: 1 } } }
      """, nodes)
    #expect(found.map(\.code) == ["compose.no_room", "compose.no_room"])
    #expect(found[0].message.contains("room for 1 of the 2 tasks of the service 'edge'"))
    #expect(found[0].cause?.contains("m1: the port 80/tcp in host mode is available only once") == true)
    #expect(found[1].message.contains("room for 2 of the 4 tasks of the service 'web'"))
    #expect(found[1].cause?.contains("w1: max_replicas_per_node is 1") == true)
  }

  @Test("a node that is drained or paused takes no tasks", arguments: ["drain", "pause"])
  func availability(state: String) throws {
    let nodes = [
      Self.node("m1", "manager", zone: "a"), Self.node("w1", "worker", zone: "b") { $0.availability = state },
    ]
    let found = try failures(
      "services: { web: { image: n, deploy: { placement: { constraints: [node.labels.zone == b] } } } }", nodes)
    #expect(found.map(\.code) == ["compose.no_node"])
    #expect(found.first?.cause?.contains("w1: its availability is '\(state)'") == true)
    #expect(try failures("services: { web: { image: n } }", nodes).isEmpty)
  }

  @Test("reservations that a node, or all together, can't give are found")
  func reservations() throws {
    let nodes = ["n1", "n2"].map { name in
      Self.node(name, "worker", zone: "a") {
        $0.cpus = 2
        $0.memory = 1_073_741_824
      }
    }
    func reserving(_ what: String, _ count: Int) -> String {
      "{ image: n, deploy: { replicas: \(count), resources: { reservations: { \(what) } } } }"
    }
    #expect(try failures("services: { a: \(reserving("memory: 2G", 1)) }", nodes).map(\.code) == ["compose.no_node"])
    #expect(
      try failures("services: { a: \(reserving("cpus: '1.5'", 3)) }", nodes).first?.message.contains(
        "room for 2 of the 3") == true)
    #expect(try failures("services: { a: \(reserving("memory: 512M", 4)) }", nodes).isEmpty)
    let together = try failures(
      "services: { a: \(reserving("memory: 600M", 2)), b: \(reserving("memory: 500M", 2)) }", nodes)
    #expect(
      together.map(\.code) == ["compose.no_room"]
        && together[0].message.contains("2200 MiB of memory together, and the nodes have 2048"))
    // What is not known of the nodes is not a finding.
    #expect(
      try failures("services: { a: \(reserving("memory: 2G", 1)) }", [Self.node("n", "worker", zone: "a")]).isEmpty)
  }

  @Test("services that want the same port in host mode need nodes enough between them")
  func sharedPorts() throws {
    let nodes = [Self.node("n1", "manager", zone: "a"), Self.node("n2", "worker", zone: "b")]
    func service(_ zone: String?, _ deploy: String = "replicas: 1") -> String {
      let constraint = zone.map { ", placement: { constraints: [node.labels.zone == \($0)] }" } ?? ""
      return "{ image: n, ports: [{ target: 1, published: 80, mode: host }], deploy: { \(deploy)\(constraint) } }"
    }
    #expect(try failures("services: { a: \(service("a")), b: \(service(nil)) }", nodes).isEmpty)
    let found = try failures("services: { a: \(service("a")), b: \(service("a")) }", nodes)
    #expect(found.map(\.code) == ["compose.no_room"])
    #expect(found[0].message == "the port 80/tcp in host mode is requested by 2 tasks of 'a', 'b', and 1 find a node")
    #expect(try failures("services: { a: \(service(nil, "mode: global")), b: \(service(nil)) }", nodes).count == 1)
  }

  @Test("an architecture by a name that Docker does not use is explained")
  func architecture() throws {
    let node = Self.node("n1", "worker", zone: "a") { $0.architecture = "x86_64" }
    let found = try failures(
      "services: { a: { image: n, deploy: { placement: { constraints: [node.platform.arch == amd64] } } } }", [node])
    #expect(found.first?.cause?.contains("Docker calls it 'x86_64'") == true)
  }

  @Test("a service without tasks needs no node, and without nodes nothing runs")
  func extremes() throws {
    let none = try service("a", "node.labels.x == 1", mode: .replicated(0))
    #expect(PlacementCheck(nodes: nodes).findings(for: [none]).isEmpty)
    #expect(PlacementCheck(nodes: []).findings(for: [try service("b")]).count == 1)
  }
}
