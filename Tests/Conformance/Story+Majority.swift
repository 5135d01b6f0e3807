import DockerEngine
import Values

extension Story {
  static let majority = Story(
    "a majority that is lost",
    { site, told in
      let (da1, da2) = (site.engine("da1"), site.engine("da2"))
      let own = try await da1.initializeSwarm(advertise: site.address("da1"))
      told.name(own, "da1")
      try await da2.joinSwarm(
        managers: ["\(site.address("da1")):2377"], token: try await da1.swarm().managerToken,
        advertise: site.address("da2"))
      let second = try await da2.info().swarm.nodeID
      told.name(second, "da2")
      _ = try await awaited { try await da1.node(second).manager?.isReachable == true ? true : nil }

      try await site.setEngine(of: "da2", isRunning: false)
      func refusal() async throws -> Failure? {
        try await awaited {
          do {
            _ = try await da1.nodes()
            return nil
          } catch let failure as Failure { return failure }
        }
      }
      let lost = try await refusal()
      told.note("nodes", lost?.code.rawValue ?? "not refused")
      let state = try await da1.info().swarm
      told.note("state", "\(state.state) manager \(state.isManager) node \(state.nodeID)")
      told.note("error", (try await da1.info().swarm.error).prefix(78))

      try await site.setEngine(of: "da2", isRunning: true)
      let again = try await awaited { () async throws -> [SwarmNode]? in
        let found = try? await da1.nodes()
        return found?.allSatisfy { $0.manager?.isReachable == true } == true ? found : nil
      }
      told.note("both manage again", again?.count ?? 0)

      try await site.setEngine(of: "da2", isRunning: false)
      _ = try await refusal()
      var forced = NewSwarm()
      forced.isForced = true
      forced.advertise = site.address("da1")
      told.note("forced", try await da1.initializeSwarm(forced))
      let alone = try await awaited { () async throws -> [SwarmNode]? in
        let found = try? await da1.nodes()
        return found?.contains { $0.manager?.isLeader == true } == true ? found : nil
      }
      told.note("leader", (alone ?? []).first { $0.manager?.isLeader == true }?.id ?? "none")
      let settled = try await awaited { () async throws -> SwarmNode? in
        try await da1.nodes().first { $0.id == second && $0.state == .down }
      }
      told.note(
        "the other one", settled.map { "\($0.role) \($0.state) manages \($0.manager != nil)" } ?? "is not there")
      told.note("its own node", try await da1.info().swarm.nodeID)
    },
    expected: [
      "nodes: swarm.no_leader",
      "state: active manager true node <da1>",
      "error: rpc error: code = Unknown desc = The swarm does not have a leader. It's possib",
      "both manage again: 2",
      "forced: <da1>",
      "leader: <da1>",
      "the other one: manager down manages false",
      "its own node: <da1>",
    ])
}
