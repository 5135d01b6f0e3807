import DockerEngine
import Values

extension Story {
  static let placing = Story(
    "where tasks run",
    { site, told in
      let (da1, da2) = (site.engine("da1"), site.engine("da2"))
      told.name(try await da1.initializeSwarm(advertise: site.address("da1")), "da1")
      try await da2.joinSwarm(
        managers: ["\(site.address("da1")):2377"], token: try await da1.swarm().workerToken,
        advertise: site.address("da2"))
      let worker = try await da2.info().swarm.nodeID
      told.name(worker, "da2")
      let network = try await da1.call(
        EngineRequest(
          .post, "networks", "create",
          body: ["Name": "st_net", "Driver": "overlay", "Labels": stack, "CheckDuplicate": true]))
      let networkID = network["Id"]?.stringValue ?? ""
      told.name(networkID, "network")
      let made = try await da1.call(
        EngineRequest(
          .post, "services", "create", body: service("st_one", on: networkID, mode: ["Global": .object([:])])))
      let id = made["ID"]?.stringValue ?? ""
      told.name(id, "service")
      let count = try await da1.call(
        EngineRequest(
          .post, "services", "create", body: service("st_two", on: networkID, mode: ["Replicated": ["Replicas": 1]])))
      let second = count["ID"]?.stringValue ?? ""
      told.name(second, "service")
      try await told.refusal("the same name again") {
        _ = try await da1.call(
          EngineRequest(
            .post, "services", "create", body: service("st_two", on: networkID, mode: ["Replicated": ["Replicas": 1]])))
      }
      let waiting = try await awaited { try await da1.tasks(["service": [second]]).first { !$0.error.isEmpty } }
      told.note("no node fits", "\(waiting?.state.rawValue ?? "") \(waiting?.error ?? "")")
      told.note("the global one has", try await da1.tasks(["service": [id]]).count)

      try await label(worker, ["here": "yes"], at: da1)
      let both = try await awaited { () async throws -> [SwarmTask]? in
        let running = try await da1.tasks(.stack("st")).filter { $0.state == .running }
        return running.count == 2 ? running : nil
      }
      told.note("both run on", (both ?? []).map { $0.nodeID ?? "" })
      told.note("attached to", Set((both ?? []).flatMap { $0.attachments.map(\.networkName) }).sorted())
      told.note("services", try await da1.services(.stack("st")).map(\.name).sorted())
      told.note("networks", try await da1.networks(.stack("st")).map(\.name))
      told.note("containers", try await da2.containers().count)
      try await told.refusal("a network in use") { try await da1.removeNetwork(networkID) }

      let node = try await da1.node(worker)
      try await da1.updateNode(worker, version: node.version, spec: node.spec.with("Availability", "drain"))
      let drained = try await awaited { () async throws -> Bool? in
        try await da1.tasks(.stack("st")).contains { $0.state == .running } ? nil : true
      }
      told.note("drained", drained == true)
      for one in [id, second] { try await da1.removeService(one) }
      let gone = try await awaited { try await da1.tasks(.stack("st")).isEmpty ? true : nil }
      told.note("tasks are gone", gone == true)
      try await da1.removeNetwork(networkID)
      let left = try await awaited { try await da1.networks(.stack("st")).isEmpty ? true : nil }
      told.note("the network is gone", left == true)
    },
    expected: [
      "the same name again: engine.conflict | rpc error: code = AlreadyExists desc = name conflicts with "
        + "an existing object: service st_two already exists",
      "no node fits: pending no suitable node (scheduling constraints not satisfied on 2 nodes)",
      "the global one has: 0",
      "both run on: [\"<da2>\", \"<da2>\"]",
      "attached to: [\"st_net\"]",
      "services: [\"st_one\", \"st_two\"]",
      "networks: [\"st_net\"]",
      "containers: 2",
      "a network in use: network.active_endpoints | rpc error: code = FailedPrecondition desc = network "
        + "<network> is in use by service <service>",
      "drained: true",
      "tasks are gone: true",
      "the network is gone: true",
    ])

  static let stack: Value = ["com.docker.stack.namespace": "st"]

  private static func service(_ name: String, on network: String, mode: Value) -> Value {
    [
      "Name": .string(name), "Labels": stack,
      "TaskTemplate": [
        "ContainerSpec": [
          "Image": "test/busybox:1", "Command": ["sleep", "1000"], "Labels": stack, "StopGracePeriod": 1_000_000,
        ],
        "Placement": ["Constraints": ["node.labels.here == yes"]], "Networks": [["Target": .string(network)]],
      ],
      "Mode": mode, "EndpointSpec": ["Mode": "dnsrr"],
    ]
  }

  private static func label(_ node: String, _ labels: Value, at manager: EngineClient) async throws {
    let seen = try await manager.node(node)
    try await manager.updateNode(node, version: seen.version, spec: seen.spec.with("Labels", labels))
  }
}
