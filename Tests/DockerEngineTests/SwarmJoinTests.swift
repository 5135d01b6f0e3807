import DockerEngine
import Synchronization
import TestSupport
import Testing
import Values

@Suite("Joining, as the engine's own state decides", .usualTimeLimit)
struct SwarmJoinTests {
  /// An engine whose state goes through `states`: the first at the beginning, the next after each change.
  private func engine(_ states: String..., refusing: (path: String, Reply)? = nil) -> ScriptedEngine {
    let changes = Mutex(0)
    return ScriptedEngine { request in
      if request.method == "POST" {
        changes.withLock { $0 += 1 }
        if let refusing, request.target.contains(refusing.path) { return refusing.1 }
        return .json("")
      }
      return .json("{\"Swarm\":{\(states[min(changes.withLock { $0 }, states.count - 1)])}}")
    }
  }

  static let inactive = #""LocalNodeState":"inactive","NodeID":"""#
  static let active = #""LocalNodeState":"active","NodeID":"n2","RemoteManagers":[\#(peer)]"#
  static let peer = #"{"NodeID":"n1","Addr":"10.77.0.1:2377"}"#

  private func join(_ engine: ScriptedEngine) async throws -> ChangeOutcome<String> {
    let client = engine.client()
    defer { client.close() }
    let token = Secret("SWMTKN-1-abc-def")
    return try await SwarmJoin(engine: client, managers: nil).join(address: "10.77.0.1:2377", token: token)
  }

  @Test("what an earlier join left behind is cleared, when the host never became a node")
  func failedBefore() async throws {
    let engine = engine(#""LocalNodeState":"error","NodeID":"","Error":"no route""#, Self.inactive, Self.active)
    #expect(try await join(engine) == .changed("n2"))
    let changes = engine.requests.filter { $0.method == "POST" }.map(\.target)
    #expect(changes == ["/v1.41/swarm/leave?force=true", "/v1.41/swarm/join"])
  }

  @Test("a failed membership with a node ID is left to a person")
  func failedMember() async throws {
    let engine = engine(
      #""LocalNodeState":"error","NodeID":"n9","Error":"Swarm certificates have expired. To replace them, leave""#)
    let found = await failure { _ = try await join(engine) }
    #expect(found?.code == .swarmCertificatesExpired)
    #expect(found?.host == "da1")
    #expect(engine.requests.allSatisfy { $0.method == "GET" })
  }

  @Test("a locked swarm is left to a person")
  func locked() async throws {
    let engine = engine(#""LocalNodeState":"locked","NodeID":"n9""#)
    #expect(await failure { _ = try await join(engine) }?.code == .swarmLocked)
    #expect(engine.requests.allSatisfy { $0.method == "GET" })
  }

  @Test("a join whose answer was lost is looked up, not sent again")
  func lostAnswer() async throws {
    let engine = engine(Self.inactive, Self.active, refusing: ("swarm/join", .close))
    #expect(try await join(engine) == .changed("n2"))
    #expect(engine.requests.count { $0.method == "POST" } == 1)
  }

  @Test("a join that timed out at the engine is waited for")
  func timedOut() async throws {
    let words = "Timeout was reached before node joined. The attempt to join the swarm will continue in the background."
    let engine = engine(Self.inactive, Self.active, refusing: ("swarm/join", .refusal(503, words)))
    #expect(try await join(engine) == .changed("n2"))
    #expect(engine.requests.count { $0.method == "POST" } == 1)
  }

  @Test("a join that timed out and left nothing is the engine's failure")
  func timedOutForGood() async throws {
    let words = "Timeout was reached before node joined. The attempt to join the swarm will continue in the background."
    let engine = engine(Self.inactive, Self.inactive, refusing: ("swarm/join", .refusal(503, words)))
    #expect(await failure { _ = try await join(engine) }?.code == .swarmJoinTimeout)
  }
}
