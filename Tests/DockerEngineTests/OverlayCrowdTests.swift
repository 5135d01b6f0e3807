import DockerEngine
import Synchronization
import TestSupport
import Testing
import Values

/// A stack with one task on each of forty nodes: more than each host tries.
@Suite("Whether the tasks of a large swarm reach each other", .usualTimeLimit)
struct OverlayCrowdTests {
  private static let count = 40
  private static let services = #"[{"ID":"s1","Spec":{"Name":"da_policy"}}]"#
  private static let nodes = (0..<count).map { "n\($0)" }
  private static func address(_ place: Int) -> String { "10.0.1.\(place + 2)" }
  private static let tasks =
    "["
    + (0..<count).map {
      #"""
      {"ID":"t\#($0)","ServiceID":"s1","NodeID":"n\#($0)","DesiredState":"running",
      "Status":{"State":"running","ContainerStatus":{"ContainerID":"c\#($0)"}},"NetworksAttachments":[
      {"Network":{"ID":"net1","Spec":{"Name":"net1"},"DriverState":{"Name":"overlay"}},"Addresses":["\#(address($0))/24"]}]}
      """#
    }.joined(separator: ",") + "]"

  /// Runs `body` with a check in which the address `broken` does not answer, and which no engine but its own knows
  /// if `isHeard` is false.
  private func with(
    broken: String? = nil, isHeard: Bool = true, others: Int = OverlayCheck.usualOthers,
    _ body: (_ check: OverlayCheck, _ tried: () -> [String: [String]], _ gossiped: () -> Int) async throws -> Void
  ) async throws {
    let tried = Mutex([String: [String]]()), gossiped = Mutex(0)
    let manager = ScriptedEngine { .json($0.target.contains("/services") ? Self.services : Self.tasks) }
    let host = ScriptedEngine { request in
      if request.target.contains("/containers/") { return .json(#"{"State":{"Pid":42}}"#) }
      gossiped.withLock { $0 += 1 }
      let told = (0..<Self.count).map(Self.address).filter { isHeard || $0 != broken }
        .map { #"{"EndpointIP":"\#($0)"}"# }.joined(separator: ",")
      return .json(#"{"Id":"net1","Peers":[{"IP":"10.77.0.1"}],"Services":{"da":{"Tasks":[\#(told)]}}}"#)
    }
    let managing = manager.client(), own = host.client()
    let hosts = Dictionary(
      uniqueKeysWithValues: Self.nodes.map { name in
        (
          name,
          OverlayHost(name: name, engine: own) { _, addresses in
            tried.withLock { $0[name] = addresses }
            return Dictionary(
              uniqueKeysWithValues: addresses.map { ($0, $0 == broken ? .silent(reason: "no answer") : .answered) })
          }
        )
      })
    try await body(
      OverlayCheck(managers: Managers(managing), hosts: hosts, limit: .zero, others: others), { tried.withLock { $0 } },
      { gossiped.withLock { $0 } })
    managing.close()
    own.close()
  }

  @Test("each host tries as many others as it may, each is tried as often, and what is left is counted")
  func bounded() async throws {
    try await with { check, tried, gossiped in
      let findings = try await check.wait(stack: "da")
      #expect(findings.working == Self.count * 16)
      #expect(findings.untested == Self.count * (Self.count - 1 - 16))
      #expect(tried().count == Self.count)
      #expect(tried().values.allSatisfy { Set($0).count == 16 })
      let times = Dictionary(grouping: tried().values.joined(), by: \.self).mapValues(\.count)
      #expect((0..<Self.count).allSatisfy { times[Self.address($0)] == 16 })
      // Each engine's list would name every task there is: the work would grow with the square of the hosts.
      #expect(gossiped() == 0)
    }
  }

  @Test("with as many others as there are, each host tries all, and its engine is asked what it has heard")
  func complete() async throws {
    try await with(others: Self.count) { check, tried, gossiped in
      let findings = try await check.wait(stack: "da")
      #expect(findings.working == Self.count * (Self.count - 1))
      #expect(findings.untested == 0)
      #expect(tried().values.allSatisfy { $0.count == Self.count - 1 })
      #expect(gossiped() == Self.count)
    }
  }

  @Test("a task that does not answer is named by each host that tries it, and whether the engine had heard of it")
  func silent() async throws {
    for isHeard in [true, false] {
      try await with(broken: Self.address(7), isHeard: isHeard) { check, _, gossiped in
        let found = await failure { _ = try await check.wait(stack: "da") }
        #expect(found?.code == .networkUnreachable)
        #expect(found?.related.count == 16)
        let one = try #require(found?.related.first)
        #expect(one.message.contains("n7"))
        #expect(one.hint?.contains(isHeard ? "4789" : "7946") == true)
        // Two looks, and only of those that met silence.
        #expect(gossiped() <= 2 * 16)
      }
    }
  }
}
