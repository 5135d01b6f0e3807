import DockerEngine
import Values

extension Story {
  static let changing = Story(
    "services that change",
    { site, told in
      let da1 = site.engine("da1")
      told.name(try await da1.initializeSwarm(advertise: site.address("da1")), "da1")
      let made = try await da1.call(
        EngineRequest(.post, "services", "create", body: Self.plain("st_web", replicas: 1)))
      let id = made["ID"]?.stringValue ?? ""
      told.name(id, "service")
      func running(_ count: Int, except old: Set<String> = []) async throws -> Set<String>? {
        try await awaited {
          let found = Set(try await da1.tasks(["service": [id]]).filter { $0.state == .running }.map(\.id))
          return found.count == count && found.isDisjoint(with: old) ? found : nil
        }
      }
      func update(_ change: (Value) -> Value) async throws {
        let service = try await da1.service(id)
        try await da1.updateService(id, version: service.version, spec: change(service.spec))
      }
      let one = try await running(1) ?? []
      let before = try await da1.service(id)
      told.note("update told", before.update?.state ?? "nothing")
      try await update { $0.with("Mode", ["Replicated": ["Replicas": 2]]) }
      let two = try await running(2) ?? []
      told.note("the first one stays when there are two", one.isSubset(of: two))
      try await told.refusal("the old version") {
        try await da1.updateService(id, version: before.version, spec: before.spec)
      }
      try await update { $0.with("Labels", Self.stack.with("more", "yes")) }
      told.note("a service's label restarts none", try await running(2) == two)
      try await update { Self.template(of: $0) { $0.with("ForceUpdate", 1) } }
      let forced = try await running(2, except: two) ?? []
      told.note("a forced update restarts both", forced.count)
      let status = try await awaited { () async throws -> String? in
        try await da1.service(id).update.flatMap { $0.state == "completed" ? "\($0.state): \($0.message)" : nil }
      }
      told.note("update told", status ?? "nothing")
      let ended = try await awaited { () async throws -> [SwarmTask]? in
        let found = try await da1.tasks(["service": [id]]).filter { two.contains($0.id) }
        return found.allSatisfy { $0.state == .shutdown } ? found : nil
      }
      told.note("what ran before", (ended ?? []).map { "\($0.state.rawValue) \($0.desiredState.rawValue)" })
      told.note("by slot", (ended ?? []).map(\.slot).sorted())
      told.note("wanted", try await da1.tasks(["service": [id], "desired-state": ["running"]]).count)

      try await update { $0.with("Mode", ["Replicated": ["Replicas": 0]]) }
      let none = try await awaited { () async throws -> Bool? in
        let wanted = try await da1.tasks(["service": [id], "desired-state": ["running"]])
        return try await da1.containers().isEmpty && wanted.isEmpty ? true : nil
      }
      told.note("none is left", none == true)
      try await da1.removeService("st_web")
      try await told.refusal("removing it again") { try await da1.removeService(id) }
    },
    expected: [
      "update told: nothing",
      "the first one stays when there are two: true",
      "the old version: swarm.update_out_of_sequence | rpc error: code = Unknown desc = update out of "
        + "sequence",
      "a service's label restarts none: true",
      "a forced update restarts both: 2",
      "update told: completed: update completed",
      "what ran before: [\"shutdown shutdown\", \"shutdown shutdown\"]",
      "by slot: [1, 2]",
      "wanted: 2",
      "none is left: true",
      "removing it again: engine.not_found | service <service> not found",
    ])

  private static func template(of spec: Value, _ change: (Value) -> Value) -> Value {
    spec.with("TaskTemplate", change(spec["TaskTemplate"] ?? .null))
  }

  /// A service that runs anywhere, without a network.
  private static func plain(_ name: String, replicas: Int64) -> Value {
    [
      "Name": .string(name), "Labels": stack,
      "TaskTemplate": [
        "ContainerSpec": [
          "Image": "test/busybox:1", "Command": ["sleep", "1000"], "StopGracePeriod": 1_000_000,
        ]
      ],
      "Mode": ["Replicated": ["Replicas": .integer(replicas)]], "EndpointSpec": ["Mode": "dnsrr"],
    ]
  }
}
