import Compose
import Placement
import Testing
import Values

@Suite("Where services could run")
struct PlacementCheckTests {
  private let nodes = [
    NodeFacts(name: "da1", role: "manager", labels: ["da-admin": "true", "da-policy": "true"]),
    NodeFacts(name: "da2", role: "worker", labels: ["da-accesspoint": "true", "da-policy": "false"]),
  ]

  private func service(
    _ name: String, _ constraints: String..., mode: ComposeService.Mode = .replicated(1)
  ) throws -> ComposeService {
    let parsed = try constraints.map { try PlacementConstraint.parse($0, place: SourcePlace(file: "c.yml", line: 9)) }
    return ComposeService(name: name, mode: mode, constraints: parsed, place: SourcePlace(file: "c.yml", line: 3))
  }

  @Test("a service that a node takes gives no finding, and its candidates are told")
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
    #expect(failure.place == SourcePlace(file: "c.yml", line: 9))
    #expect(failure.message.contains("node.labels.da-policy == true, node.role == worker"))
    #expect(failure.cause?.contains("da2: node.labels.da-policy is 'false'") == true)
    #expect(failure.hint != nil)
  }

  @Test("a label that is not set is told as such")
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
    #expect(finding.failure.message.contains("can't be told"))
  }

  @Test("a service without tasks needs no node, and without nodes nothing runs")
  func extremes() throws {
    let none = try service("a", "node.labels.x == 1", mode: .replicated(0))
    #expect(PlacementCheck(nodes: nodes).findings(for: [none]).isEmpty)
    #expect(PlacementCheck(nodes: []).findings(for: [try service("b")]).count == 1)
  }
}
