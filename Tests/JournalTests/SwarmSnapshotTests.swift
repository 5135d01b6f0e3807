import Foundation
import Journal
import TestSupport
import Testing
import Values

@Suite("Pictures of swarms", .usualTimeLimit)
struct SwarmSnapshotTests {
  private static func node(_ id: String, _ role: String, _ labels: [String: String] = [:]) -> SwarmSnapshot.Node {
    SwarmSnapshot.Node(
      id: id, hostname: "same", role: role, availability: "active", state: "ready", labels: labels)
  }

  private static func alone(_ host: String, _ number: Int) -> SwarmSnapshot.Swarm {
    SwarmSnapshot.Swarm(
      id: "c\(number)", name: host, nodes: [node("n\(number)", "manager", ["da-policy": "true"])],
      services: [.init(name: "da_policy", image: "policy:1", replicas: nil, nodeIDs: ["n\(number)"])])
  }

  /// Two standalone appliances.
  static let apart = SwarmSnapshot(
    hosts: [
      .init(name: "da1", state: "active", isManager: true, nodeID: "n1"),
      .init(name: "da2", state: "active", isManager: true, nodeID: "n2"),
    ], swarms: [alone("da1", 1), alone("da2", 2)])

  /// The second is a worker of the first, and has the service alone.
  static let together = SwarmSnapshot(
    hosts: [
      .init(name: "da1", state: "active", isManager: true, nodeID: "n1"),
      .init(name: "da2", state: "active", isManager: false, nodeID: "n3"),
    ],
    swarms: [
      .init(
        id: "c1", name: "da1", nodes: [node("n1", "manager"), node("n3", "worker", ["da-policy": "true"])],
        services: [.init(name: "da_policy", image: "policy:2", replicas: nil, nodeIDs: ["n3"])])
    ])

  private func texts(_ before: SwarmSnapshot, _ after: SwarmSnapshot) -> [String] {
    SnapshotComparison(before, after).differences.map { "\($0.subject): \($0.text)" }
  }

  @Test("each host's place, labels and services are told of the swarm that has its node ID")
  func standings() {
    #expect(Self.apart.standings.map(\.position) == ["alone in a swarm of its own", "alone in a swarm of its own"])
    let together = Self.together.standings
    #expect(together.map(\.position) == ["manager of its own swarm", "worker of da1's swarm"])
    #expect(together.map(\.services) == [[], ["da_policy"]])
    #expect(together[1].labels == ["da-policy": "true"])
  }

  @Test("what became of the hosts and the services is told in sentences")
  func differences() {
    #expect(
      texts(Self.apart, Self.together) == [
        "da1: manager of its own swarm; was alone in a swarm of its own",
        "da1: has lost the label da-policy=true",
        "da2: worker of da1's swarm; was alone in a swarm of its own",
        "da_policy: runs on da2; ran on da1, da2; its image is policy:2; was policy:1",
      ])
    #expect(texts(Self.apart, Self.apart).isEmpty)
  }

  @Test("a swarm that was made anew is another one, though everything else is the same")
  func another() {
    var anew = Self.apart
    anew.swarms[1].id = "c9"
    #expect(texts(Self.apart, anew) == ["da2: alone in a swarm of its own, but that is another swarm than before"])
  }

  @Test("a host that was drained, went down or does not answer is a difference")
  func trouble() {
    var drained = Self.together
    drained.swarms[0].nodes[1].availability = "drain"
    drained.swarms[0].nodes[1].state = "down"
    #expect(texts(Self.together, drained) == ["da2: drained; was active", "da2: down; was ready"])
    var silent = Self.together
    silent.hosts[1] = .init(name: "da2", state: "", isManager: false, nodeID: "", problem: "no route to host")
    #expect(texts(Self.together, silent).first == "da2: not known; was worker of da1's swarm")
  }

  @Test("a picture comes back from an event's payload, and damaged ones are none")
  func payload() throws {
    let value = try Self.together.value()
    #expect(SwarmSnapshot(value) == Self.together)
    #expect(SwarmSnapshot(["hosts": "x"]) == nil && SwarmSnapshot(nil) == nil)
    func event(_ moment: SnapshotMoment, _ snapshot: SwarmSnapshot) throws -> Event {
      Event(
        at: Date(timeIntervalSince1970: 0), kind: .runSnapshot,
        payload: ["moment": .string(moment.rawValue), "snapshot": try snapshot.value()])
    }
    let events = [
      try event(.before, Self.apart), try event(.after, Self.apart), try event(.after, Self.together),
    ]
    #expect(events.snapshot(.before) == Self.apart && events.snapshot(.after) == Self.together)
    #expect(events.dropLast(2).snapshot(.after) == nil)
  }
}
