import DockerEngine
import Values

extension Story {
  static let noSwarm = Story(
    "an engine in no swarm",
    { site, told in
      let da1 = site.engine("da1")
      let swarm = try await da1.info().swarm
      told.note("state", swarm.state)
      told.note("node ID", "'\(swarm.nodeID)'")
      try await told.refusal("nodes") { _ = try await da1.nodes() }
      try await told.refusal("swarm") { _ = try await da1.swarm() }
      try await told.refusal("services") { _ = try await da1.services() }
      try await told.refusal("leave") { try await da1.leaveSwarm(force: false) }
      try await told.refusal("leave by force") { try await da1.leaveSwarm(force: true) }
      try await told.refusal("a network that is not there") { _ = try await da1.network("none-such") }
      try await told.refusal("a container that is not there") { _ = try await da1.process(ofContainer: "none-such") }
    },
    expected: [
      "state: inactive",
      "node ID: ''",
      "nodes: engine.not_swarm_manager | This node is not a swarm manager. Use \"docker swarm init\" or "
        + "\"docker swarm join\" to connect this node to swarm and try again.",
      "swarm: engine.not_swarm_manager | This node is not a swarm manager. Use \"docker swarm init\" or "
        + "\"docker swarm join\" to connect this node to swarm and try again.",
      "services: engine.not_swarm_manager | This node is not a swarm manager. Use \"docker swarm init\" or "
        + "\"docker swarm join\" to connect this node to swarm and try again.",
      "leave: swarm.not_part | This node is not part of a swarm",
      "leave by force: swarm.not_part | This node is not part of a swarm",
      "a network that is not there: engine.not_found | network none-such not found",
      "a container that is not there: engine.not_found | No such container: none-such",
    ])

  static let joining = Story(
    "joining and leaving",
    { site, told in
      let (da1, da2) = (site.engine("da1"), site.engine("da2"))
      let node = try await da1.initializeSwarm(advertise: site.address("da1"))
      told.name(node, "da1")
      try await told.refusal("init again") { _ = try await da1.initializeSwarm(advertise: site.address("da1")) }
      let swarm = try await da1.swarm()
      told.note("its own node", try await da1.info().swarm.nodeID)
      told.note("cluster", try await da1.info().swarm.clusterID == swarm.id)
      told.note("manager", try await da1.info().swarm.isManager)
      let managers = ["\(site.address("da1")):2377"]
      try await told.refusal("no token") {
        try await da2.joinSwarm(managers: managers, token: Secret("nonsense"), advertise: site.address("da2"))
      }
      let text = swarm.workerToken.reveal()
      let wrong = String(text.dropLast(3)) + (text.hasSuffix("aaa") ? "bbb" : "aaa")
      try await told.refusal("a token of nobody") {
        try await da2.joinSwarm(managers: managers, token: Secret(wrong), advertise: site.address("da2"))
      }
      // What is left of an attempt that was refused goes.
      try? await da2.leaveSwarm(force: true)
      try await da2.joinSwarm(managers: managers, token: swarm.workerToken, advertise: site.address("da2"))
      let worker = try await da2.info().swarm
      told.name(worker.nodeID, "da2")
      told.note("worker", "\(worker.state) manager \(worker.isManager) at \(worker.nodeAddress == site.address("da2"))")
      told.note("its managers", worker.managers.map { "\($0.nodeID) \($0.address == managers[0])" })
      told.note("its cluster", worker.clusterID ?? "not told")
      try await told.refusal("join again") {
        try await da2.joinSwarm(managers: managers, token: swarm.workerToken, advertise: site.address("da2"))
      }
      try await told.refusal("init of a member") { _ = try await da2.initializeSwarm(advertise: site.address("da2")) }
      try await told.refusal("nodes at a worker") { _ = try await da2.nodes() }
      try await told.refusal("the last manager leaves") { try await da1.leaveSwarm(force: false) }
      try await da2.leaveSwarm(force: false)
      told.note("left", try await da2.info().swarm.state)
      let down = try await awaited { try await da1.node(worker.nodeID).state == .down ? true : nil }
      told.note("its node is down", down == true)
      try await da1.removeNode(worker.nodeID)
      told.note("nodes", try await da1.nodes().map(\.id))
      try await da1.leaveSwarm(force: true)
      told.note("erased", try await da1.info().swarm.state)
    },
    expected: [
      "init again: swarm.already_part | This node is already part of a swarm. Use \"docker swarm leave\" "
        + "to leave this swarm and join another one.",
      "its own node: <da1>",
      "cluster: true",
      "manager: true",
      "no token: swarm.token_invalid | invalid join token",
      "a token of nobody: swarm.token_invalid | rpc error: code = InvalidArgument desc = A valid join "
        + "token is necessary to join this cluster",
      "worker: active manager false at true",
      "its managers: [\"<da1> true\"]",
      "its cluster: not told",
      "join again: swarm.already_part | This node is already part of a swarm. Use \"docker swarm leave\" "
        + "to leave this swarm and join another one.",
      "init of a member: swarm.already_part | This node is already part of a swarm. Use \"docker swarm "
        + "leave\" to leave this swarm and join another one.",
      "nodes at a worker: engine.not_swarm_manager | This node is not a swarm manager. Worker nodes can't "
        + "be used to view or modify cluster state. Please run this command on a manager node or promote the "
        + "current node to a manager.",
      "the last manager leaves: swarm.last_manager | You are attempting to leave the swarm on a node that "
        + "is participating as a manager. Removing the last manager erases all current state of the swarm. Use "
        + "`--force` to ignore this message.",
      "left: inactive",
      "its node is down: true",
      "nodes: [\"<da1>\"]",
      "erased: inactive",
    ])

  static let leaving = Story(
    "managers and their majority",
    { site, told in
      let (da1, da2) = (site.engine("da1"), site.engine("da2"))
      told.name(try await da1.initializeSwarm(advertise: site.address("da1")), "da1")
      let swarm = try await da1.swarm()
      try await da2.joinSwarm(
        managers: ["\(site.address("da1")):2377"], token: swarm.managerToken, advertise: site.address("da2"))
      let second = try await da2.info().swarm
      told.name(second.nodeID, "da2")
      _ = try await awaited { try await da1.node(second.nodeID).manager?.isReachable == true ? true : nil }
      told.note("both manage", try await da2.nodes().count(where: { $0.manager != nil }))
      told.note("leaders", try await da1.nodes().count(where: { $0.manager?.isLeader == true }))
      try await told.refusal("a manager leaves") { try await da2.leaveSwarm(force: false) }
      try await told.refusal("a manager is removed") { try await da1.removeNode(second.nodeID) }
      let node = try await da1.node(second.nodeID)
      try await da1.updateNode(node.id, version: node.version, spec: node.spec.with("Role", "worker"))
      let demoted = try await awaited { try await da2.info().swarm.isManager ? nil : true }
      told.note("demoted", demoted == true)
      try await told.refusal("a connected worker is removed") { try await da1.removeNode(second.nodeID) }
      let own = try await da1.node(try await da1.info().swarm.nodeID)
      // For a moment, until the other's role is taken, a majority is spoken of.
      _ = try await awaited { () async throws -> Bool? in
        do { try await da1.updateNode(own.id, version: own.version, spec: own.spec.with("Role", "worker")) } catch let
          failure as Failure
        { return failure.code == .swarmQuorum ? nil : true }
        return true
      }
      try await told.refusal("the last manager is demoted") {
        try await da1.updateNode(own.id, version: own.version, spec: own.spec.with("Role", "worker"))
      }
    },
    expected: [
      "both manage: 2",
      "leaders: 1",
      "a manager leaves: swarm.quorum | You are attempting to leave the swarm on a node that is "
        + "participating as a manager. Removing this node leaves 1 managers out of 2. Without a Raft quorum "
        + "your swarm will be inaccessible. The only way to restore a swarm that has lost consensus is to "
        + "reinitialize it with `--force-new-cluster`. Use `--force` to suppress this message.",
      "a manager is removed: node.is_manager | rpc error: code = FailedPrecondition desc = node <da2> is a "
        + "cluster manager and is a member of the raft cluster. It must be demoted to worker before removal",
      "demoted: true",
      "a connected worker is removed: node.not_down | rpc error: code = FailedPrecondition desc = node "
        + "<da2> is not down and can't be removed",
      "the last manager is demoted: swarm.last_manager | rpc error: code = FailedPrecondition desc = attempting to "
        + "demote the last manager of the swarm",
    ])
}

extension Value {
  func with(_ member: String, _ value: Value) -> Value {
    var members = objectValue ?? [:]
    members[member] = value
    return .object(members)
  }
}
