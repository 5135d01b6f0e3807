import DockerEngine
import Synchronization
import TestSupport
import Testing
import Values

@Suite("Going on with the next manager", .usualTimeLimit)
struct ManagersTests {
  static let leaderless = "rpc error: code = Unknown desc = The swarm does not have a leader."

  private func swarm(_ id: String) -> Reply { .json(#"{"ID":"\#(id)","Version":{"Index":1},"Spec":{}}"#) }

  @Test("a manager that can't answer is passed over, and the one that did is asked first the next time")
  func passedOver() async throws {
    let lost = ScriptedEngine { _ in .close }
    let worker = ScriptedEngine { _ in .refusal(503, "This node is not a swarm manager.") }
    let good = ScriptedEngine { _ in self.swarm("s1") }
    let clients = [lost, worker, good].map { $0.client() }
    let managers = Managers(clients, answerTimeout: .zero)
    #expect(try await managers.read { try await $0.swarm() }.id == "s1")
    #expect(try await managers.read { try await $0.swarm() }.id == "s1")
    #expect(lost.requests.count <= 2 && worker.requests.count == 1 && good.requests.count == 2)
    for client in clients { client.close() }
  }

  @Test("what a manager says of the question is not asked of the next")
  func answered() async throws {
    let first = ScriptedEngine { _ in .refusal(404, "node abc not found") }
    let second = ScriptedEngine { _ in .json("{}") }
    let clients = [first, second].map { $0.client() }
    let managers = Managers(clients, answerTimeout: .zero)
    #expect(await failure { _ = try await managers.read { try await $0.node("abc") } }?.code == .engineNotFound)
    #expect(second.requests.isEmpty)
    for client in clients { client.close() }
  }

  @Test("without a leader all are asked again until there is one")
  func election() async throws {
    let asked = Mutex(0)
    let engine = ScriptedEngine { _ in
      let number = asked.withLock { value in
        value += 1
        return value
      }
      return number < 3 ? .refusal(500, Self.leaderless) : self.swarm("s1")
    }
    let dead = ScriptedEngine { _ in .close }
    let clients = [dead.client(), engine.client()]
    #expect(try await Managers(clients, answerTimeout: .seconds(60)).read { try await $0.swarm() }.id == "s1")
    for client in clients { client.close() }
  }

  @Test("a manager that becomes a worker while it is asked for its state is reported as a worker")
  func becameWorker() async throws {
    let asked = Mutex(0)
    let engine = ScriptedEngine { request in
      if request.target.hasSuffix("/nodes") { return .refusal(503, "This node is not a swarm manager.") }
      let number = asked.withLock { value in
        value += 1
        return value
      }
      return .json(
        #"{"Name":"da5","Swarm":{"NodeID":"n5","LocalNodeState":"active","ControlAvailable":\#(number == 1)}}"#)
    }
    let client = engine.client()
    let (info, nodes) = try await SwarmView(of: client).status()
    #expect(info.swarm.nodeID == "n5" && !info.swarm.isManager && nodes == nil)
    client.close()
  }

  @Test("a manager that keeps refusing what it says it can do is a failure")
  func contradiction() async throws {
    let engine = ScriptedEngine { request in
      request.target.hasSuffix("/nodes")
        ? .refusal(503, "This node is not a swarm manager.")
        : .json(#"{"Name":"da5","Swarm":{"NodeID":"n5","LocalNodeState":"active","ControlAvailable":true}}"#)
    }
    let client = engine.client()
    #expect(
      await failure { _ = try await SwarmView(of: client).status() }?.code == .engineNotSwarmManager)
    client.close()
  }

  @Test("when none answers, each is named with its own words")
  func none() async throws {
    let dead = ScriptedEngine { _ in .close }
    let alone = ScriptedEngine { _ in .refusal(500, Self.leaderless) }
    let clients = [dead.client(), alone.client()]
    let found = await failure { _ = try await Managers(clients, answerTimeout: .zero).read { try await $0.swarm() } }
    #expect(found?.code == .swarmNoLeader)
    #expect(found?.isRetryable == true)
    #expect(found?.cause?.contains("was lost") == true && found?.cause?.contains("does not have a leader") == true)
    for client in clients { client.close() }
  }

  @Test("a change that was lost on the way is looked for at the next manager, and made only when it is not there")
  func doubt() async throws {
    for wasDone in [true, false] {
      let labels = Mutex("{}")
      let node: @Sendable () -> Reply = {
        .json(#"{"ID":"n1","Version":{"Index":1},"Spec":{"Labels":\#(labels.withLock { $0 })}}"#)
      }
      let first = ScriptedEngine { request in
        if request.method == "GET" { return node() }
        if wasDone { labels.withLock { $0 = #"{"a":"b"}"# } }
        return .close
      }
      let second = ScriptedEngine { request in
        if request.method == "POST" { labels.withLock { $0 = #"{"a":"b"}"# } }
        return request.method == "GET" ? node() : .json("")
      }
      let clients = [first.client(), second.client()]
      let change = LabelChange(managers: Managers(clients, answerTimeout: .zero))
      let outcome = try await change.apply(set: ["a": "b"], toNode: "n1")
      #expect(outcome.isChanged)
      #expect(outcome.detail.before == [:] && outcome.detail.after == ["a": "b"])
      #expect(first.requests.count { $0.method == "POST" } == 1)
      #expect(second.requests.count { $0.method == "POST" } == (wasDone ? 0 : 1))
      for client in clients { client.close() }
    }
  }

  @Test("a stack that is being removed when its manager is lost is not removed, or taken for removed, in another swarm")
  func otherSwarm() async throws {
    let services = #"[{"ID":"x1","Version":{"Index":1},"Spec":{"Name":"da_a","Labels":{}}}]"#
    let first = ScriptedEngine { request in
      if request.method == "DELETE" { return .close }
      if request.target.hasSuffix("/swarm") { return self.swarm("s1") }
      return .json(request.target.contains("/services") ? services : "[]")
    }
    let second = ScriptedEngine { request in
      if request.target.hasSuffix("/swarm") { return self.swarm("s2") }
      return request.method == "DELETE" ? .refusal(404, "service x1 not found") : .json("[]")
    }
    let clients = [first.client(), second.client()]
    let found = await failure {
      _ = try await StackRemoval(managers: Managers(clients, answerTimeout: .zero)).remove("da")
    }
    #expect(found?.leavesDoubt == true, "\(String(describing: found))")
    #expect(
      second.requests.allSatisfy {
        $0.target.hasSuffix("/swarm") || $0.target.hasSuffix("/version") || $0.target.hasSuffix("/_ping")
      })
    for client in clients { client.close() }
  }

  @Test("the managers' majority is counted as Raft counts it")
  func quorum() {
    let counts = [(1, 1, 0), (2, 2, 0), (3, 2, 1), (4, 3, 1), (5, 3, 2), (7, 4, 3)]
    for (managers, needed, tolerated) in counts {
      let quorum = SwarmQuorum(managers: managers, reachable: managers)
      #expect(quorum.needed == needed && quorum.tolerated == tolerated && quorum.isKept)
    }
    #expect(!SwarmQuorum(managers: 3, reachable: 1).isKept)
    #expect(SwarmQuorum(managers: 3, reachable: 2).without(reachable: false).isKept)
    #expect(!SwarmQuorum(managers: 3, reachable: 2).without(reachable: true).isKept)
  }
}
