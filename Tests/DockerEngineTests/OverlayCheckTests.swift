import DockerEngine
import Synchronization
import TestSupport
import Testing
import Values

@Suite("Whether a stack's tasks reach each other", .usualTimeLimit)
struct OverlayCheckTests {
  /// `policy` on the node n1 and `accesspoint` on n2, both in the overlay network `net1`.
  private static let services =
    #"[{"ID":"s1","Spec":{"Name":"da_policy"}},{"ID":"s2","Spec":{"Name":"da_accesspoint"}}]"#
  private static let tasks = "[\(task("t1", "s1", "n1", "10.0.1.2")),\(task("t2", "s2", "n2", "10.0.1.3"))]"

  private static func task(_ id: String, _ service: String, _ node: String, _ address: String) -> String {
    func network(_ id: String, ingress: Bool) -> String {
      #"{"ID":"\#(id)","Spec":{"Name":"\#(id)","Ingress":\#(ingress)},"DriverState":{"Name":"overlay"}}"#
    }
    return #"""
      {"ID":"\#(id)","ServiceID":"\#(service)","NodeID":"\#(node)","DesiredState":"running",
      "Status":{"State":"running","ContainerStatus":{"ContainerID":"c-\#(id)"}},"NetworksAttachments":[
      {"Network":\#(network("mesh", ingress: true)),"Addresses":["10.0.0.9/24"]},
      {"Network":\#(network("net1", ingress: false)),"Addresses":["\#(address)/24"]}]}
      """#
  }

  private static func gossip(_ peers: [String], _ addresses: [String]) -> String {
    let tasks = addresses.map { #"{"EndpointIP":"\#($0)","Info":{"Host IP":"10.77.0.9"}}"# }.joined(separator: ",")
    let list = peers.map { #"{"Name":"x","IP":"\#($0)"}"# }.joined(separator: ",")
    return #"{"Id":"net1","Peers":[\#(list)],"Services":{"da":{"Tasks":[\#(tasks)]}}}"#
  }

  /// Runs `body` with a check of two hosts: what their engines have heard, and what answers there.
  private func with(
    told: @escaping @Sendable (_ look: Int) -> [String], answer: OverlayAnswer?, limit: Duration = .zero,
    knowsWorker: Bool = true, peers: [String] = ["10.77.0.1", "10.77.0.2"],
    _ body: (OverlayCheck, _ tried: () -> [[String]]) async throws -> Void
  ) async throws {
    let manager = ScriptedEngine { .json($0.target.contains("/services") ? Self.services : Self.tasks) }
    let looks = Mutex(0), tried = Mutex([[String]]())
    let host = ScriptedEngine { request in
      if request.target.contains("/containers/") { return .json(#"{"State":{"Pid":42}}"#) }
      let look = looks.withLock { number in
        number += 1
        return number
      }
      return .json(Self.gossip(peers, told((look - 1) / 2)))
    }
    let managing = manager.client(), own = host.client()
    var hosts = ["n1": "da1", "n2": "da2"].mapValues { name in
      OverlayHost(name: name, engine: own) { process, addresses in
        #expect(process == 42)
        tried.withLock { $0.append(addresses) }
        guard let answer else { throw Failure("sudo.password", "sudo wants a password", host: name) }
        return Dictionary(uniqueKeysWithValues: addresses.map { ($0, answer) })
      }
    }
    if !knowsWorker { hosts["n2"] = nil }
    try await body(OverlayCheck(managers: Managers(managing), hosts: hosts, limit: limit)) { tried.withLock { $0 } }
    managing.close()
    own.close()
  }

  @Test("each task on another host that is known and answers is one working way")
  func allIsWell() async throws {
    try await with(told: { _ in ["10.0.1.2", "10.0.1.3"] }, answer: .answered) { check, tried in
      let findings = try await check.wait(stack: "da")
      #expect(findings.working == 2)
      #expect(findings.unknown == [])
      #expect(tried().map(\.count) == [1, 1])
      #expect(Set(tried().joined()) == ["10.0.1.2", "10.0.1.3"])
    }
  }

  @Test("a task that an engine has not heard of is named with the engines that it has met, and is not tried")
  func unheard() async throws {
    try await with(told: { _ in ["10.0.1.2"] }, answer: .answered) { check, tried in
      let found = await failure { _ = try await check.wait(stack: "da") }
      #expect(found?.code == .networkUnreachable)
      #expect(found?.hint?.contains("7946") == true)
      #expect(found?.related.count == 1)
      let one = try #require(found?.related.first)
      #expect(one.host == "da1")
      #expect(one.message == "its engine has not heard of da_accesspoint at 10.0.1.3 on da2")
      #expect(one.cause?.contains("10.77.0.1, 10.77.0.2") == true)
      #expect(one.hint?.contains("7946 between da1 and da2") == true)
      #expect(tried().allSatisfy { $0 == ["10.0.1.2"] })
    }
  }

  @Test("an engine that takes no part in the network itself is to be restarted; no port is named")
  func partless() async throws {
    try await with(told: { _ in [] }, answer: .silent(reason: "no answer within 3 s"), peers: []) { check, _ in
      let found = await failure { _ = try await check.wait(stack: "da") }
      #expect(found?.code == .networkUnreachable)
      #expect(found?.hint?.contains("the engine of da1, da2 takes no part in the network itself") == true)
      #expect(found?.related.map(\.host) == ["da1", "da2"])
      for failure in [found].compactMap(\.self) + (found?.related ?? []) {
        #expect(failure.hint?.contains("systemctl restart docker") == true)
        #expect(failure.hint?.contains("7946") == false)
      }
    }
  }

  @Test("a task that is known and does not answer is named, with the port that carries packets")
  func silent() async throws {
    try await with(told: { _ in ["10.0.1.2", "10.0.1.3"] }, answer: .silent(reason: "no answer within 3 s")) {
      check, _ in
      let found = await failure { _ = try await check.wait(stack: "da") }
      #expect(found?.related.map(\.host) == ["da1", "da2"])
      #expect(found?.related.first?.cause == "no answer within 3 s")
      #expect(found?.related.first?.hint?.contains("UDP 4789 between da1 and da2") == true)
      for cause in ["4789", "vmxnet3", "MTU"] { #expect(found?.hint?.contains(cause) == true) }
    }
  }

  @Test("what heals by itself is waited for, and reported meanwhile")
  func heals() async throws {
    let told = Mutex([Int]())
    try await with(
      told: { $0 < 3 ? ["10.0.1.2"] : ["10.0.1.2", "10.0.1.3"] }, answer: .answered, limit: .seconds(60)
    ) { check, _ in
      let findings = try await check.wait(stack: "da") { missing in told.withLock { $0.append(missing.count) } }
      #expect(findings.working == 2)
      #expect(told.withLock { $0.first } == 1)
    }
  }

  @Test("where it is unknown, that is said, and never counted as working")
  func unknown() async throws {
    try await with(told: { _ in ["10.0.1.2", "10.0.1.3"] }, answer: .unknown(reason: "no nsenter")) { check, _ in
      let findings = try await check.wait(stack: "da")
      #expect(findings.working == 0)
      #expect(findings.unknown.map(\.reason) == ["no nsenter", "no nsenter"])
    }
    try await with(told: { _ in ["10.0.1.2", "10.0.1.3"] }, answer: nil) { check, _ in
      let findings = try await check.wait(stack: "da")
      #expect(findings.unknown.map(\.reason) == ["sudo wants a password", "sudo wants a password"])
    }
    try await with(told: { _ in ["10.0.1.2", "10.0.1.3"] }, answer: .answered, knowsWorker: false) { check, _ in
      let findings = try await check.wait(stack: "da")
      #expect(findings.working == 1)
      #expect(findings.unknown.map(\.host) == ["n2"])
    }
  }
}
