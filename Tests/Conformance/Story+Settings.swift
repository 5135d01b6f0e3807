import DockerEngine
import Values

extension Story {
  static let nodes = Story(
    "node specs and their versions",
    { site, told in
      let da1 = site.engine("da1")
      let id = try await da1.initializeSwarm(advertise: site.address("da1"))
      told.name(id, "da1")
      let node = try await da1.node(id)
      told.note("a new node", "\(node.role) \(node.availability) \(node.state) labels \(node.labels)")
      try await da1.updateNode(id, version: node.version, spec: node.spec.with("Labels", ["a": "1"]))
      let labelled = try await da1.node(id)
      told.note("labels", labelled.labels)
      told.note("version grew", labelled.version > node.version)
      try await told.refusal("the old version") {
        try await da1.updateNode(id, version: node.version, spec: node.spec)
      }
      try await told.refusal("a role that is none") {
        try await da1.updateNode(id, version: labelled.version, spec: labelled.spec.with("Role", "king"))
      }
      try await told.refusal("an availability that is none") {
        try await da1.updateNode(id, version: labelled.version, spec: labelled.spec.with("Availability", "lazy"))
      }
      try await told.refusal("the only manager is demoted") {
        try await da1.updateNode(id, version: labelled.version, spec: labelled.spec.with("Role", "worker"))
      }
      try await told.refusal("no such node") { _ = try await da1.node("none-such") }
      try await told.refusal("removing no such node") { try await da1.removeNode("none-such") }
      try await told.refusal("updating no such node") {
        try await da1.updateNode("none-such", version: 1, spec: labelled.spec)
      }
      try await told.refusal("no such service") { _ = try await da1.service("none-such") }
      try await told.refusal("no such task") { _ = try await da1.task("none-such") }
      try await told.refusal("no such network") { try await da1.removeNetwork("none-such") }
    },
    expected: [
      "a new node: manager active ready labels [:]",
      "labels: [\"a\": \"1\"]",
      "version grew: true",
      "the old version: swarm.update_out_of_sequence | rpc error: code = Unknown desc = update out of "
        + "sequence",
      "a role that is none: engine.bad_request | invalid Role: \"king\"",
      "an availability that is none: engine.bad_request | invalid Availability: \"lazy\"",
      "the only manager is demoted: swarm.last_manager | rpc error: code = FailedPrecondition desc = attempting to "
        + "demote the last manager of the swarm",
      "no such node: engine.not_found | node none-such not found",
      "removing no such node: engine.not_found | node none-such not found",
      "updating no such node: engine.not_found | node none-such not found",
      "no such service: engine.not_found | service none-such not found",
      "no such task: engine.not_found | task none-such not found",
      "no such network: engine.not_found | network none-such not found",
    ])

  static let settings = Story(
    "tokens and settings",
    { site, told in
      let da1 = site.engine("da1")
      told.name(try await da1.initializeSwarm(advertise: site.address("da1")), "da1")
      let before = try await da1.swarm()
      told.note("expiry", before.certificateExpiry)
      told.note("history", before.taskHistory)
      told.note("heartbeat", before.dispatcherHeartbeat)
      told.note("pools", before.addressPools)
      told.note("subnet size and port", "\(before.subnetSize) \(before.dataPathPort)")
      told.note("tokens", before.workerToken == before.managerToken ? "same" : "two")
      try await da1.updateSwarm(version: before.version, spec: before.spec, rotating: .workerToken)
      let after = try await da1.swarm()
      told.note("worker token is new", after.workerToken != before.workerToken)
      told.note("manager token is new", after.managerToken != before.managerToken)
      told.note("spec is the same", after.spec == before.spec)
      try await told.refusal("the old version") {
        try await da1.updateSwarm(version: before.version, spec: before.spec)
      }
      let authority = after.spec["CAConfig"] ?? .null
      try await told.refusal("certificates for half an hour") {
        try await da1.updateSwarm(
          version: after.version, spec: after.spec.with("CAConfig", authority.with("NodeCertExpiry", 1_800_000_000_000))
        )
      }
      try await da1.updateSwarm(
        version: after.version, spec: after.spec.with("CAConfig", authority.with("ForceRotate", 1)))
      let rotated = try await awaited { () async throws -> SwarmInfo? in
        let now = try await da1.swarm()
        return now.trustRoot != before.trustRoot && !now.isRotatingRoot ? now : nil
      }
      told.note("the root is new", rotated.map { $0.trustRoot != before.trustRoot } == true)
      told.note(
        "both tokens are new",
        rotated.map { $0.workerToken != after.workerToken && $0.managerToken != after.managerToken } == true)
    },
    expected: [
      "expiry: 7776000000000000",
      "history: 5",
      "heartbeat: 5000000000",
      "pools: [\"10.0.0.0/8\"]",
      "subnet size and port: 24 4789",
      "tokens: two",
      "worker token is new: true",
      "manager token is new: false",
      "spec is the same: true",
      "the old version: swarm.update_out_of_sequence | rpc error: code = Unknown desc = update out of "
        + "sequence",
      "certificates for half an hour: swarm.certificate_expiry_too_short | rpc error: code = "
        + "InvalidArgument desc = minimum certificate expiry time is: 1h0m0s",
      "the root is new: true",
      "both tokens are new: true",
    ])

  static let locking = Story(
    "locking",
    { site, told in
      let da1 = site.engine("da1")
      told.name(try await da1.initializeSwarm(advertise: site.address("da1")), "da1")
      told.note("no key", "'\(try await da1.unlockKey().reveal())'")
      try await told.refusal("unlocking what is open") { try await da1.unlockSwarm(key: Self.wrongKey) }
      let before = try await da1.swarm()
      try await da1.updateSwarm(
        version: before.version, spec: before.spec.with("EncryptionConfig", ["AutoLockManagers": true]))
      let key = try await da1.unlockKey()
      told.note("a key", key.reveal().hasPrefix("SWMKEY-1-"))
      try await site.setEngine(of: "da1", isRunning: false)
      try await site.setEngine(of: "da1", isRunning: true)
      told.note("state", try await da1.info().swarm.state)
      try await told.refusal("nodes") { _ = try await da1.nodes() }
      try await told.refusal("no key") { try await da1.unlockSwarm(key: Secret("nonsense")) }
      try await told.refusal("a wrong key") { try await da1.unlockSwarm(key: Self.wrongKey) }
      try await da1.unlockSwarm(key: key)
      let open = try await awaited { try await da1.info().swarm.state == .active ? true : nil }
      told.note("open again", open == true)
      told.note("its node", try await awaited { try? await da1.nodes().first?.id } ?? "none")
    },
    expected: [
      "no key: ''",
      "unlocking what is open: swarm.not_locked | swarm is not locked",
      "a key: true",
      "state: locked",
      "nodes: swarm.locked | Swarm is encrypted and needs to be unlocked before it can be used. Please use "
        + "\"docker swarm unlock\" to unlock it.",
      "no key: engine.bad_request | invalid key string",
      "a wrong key: swarm.unlock_key_invalid | swarm could not be unlocked: invalid key provided",
      "open again: true",
      "its node: <da1>",
    ])

  private static let wrongKey = Secret("SWMKEY-1-7c37Cc8654o6p38HnroywCi19pllOnGtbdZEgtKxZu8")
}
