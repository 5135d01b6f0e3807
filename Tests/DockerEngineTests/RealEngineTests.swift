import DockerEngine
import Testing
import Values

extension RealEngines {
  @Suite("Calls")
  struct Calls {
    @Test("an engine and its swarm are read as the docker command shows them")
    func reading() async throws {
      try await Appliances.with(2) { lab in
        let (da1, da2) = (lab.engine("da1"), lab.engine("da2"))
        #expect(try await da1.info().swarm.state == .inactive)
        #expect(await failure { _ = try await da1.nodes() }?.code == .engineNotSwarmManager)
        #expect(await failure { try await da1.leaveSwarm(force: false) }?.code == .swarmNotPart)
        try await lab.swarm(workers: "da2")

        let info = try await da1.info()
        #expect(info.serverVersion == (try await lab.docker("da1", "version", "--format", "{{.Server.Version}}")))
        #expect(
          try await da1.version().description == lab.docker("da1", "version", "--format", "{{.Server.APIVersion}}"))
        #expect(info.swarm.nodeID == (try await lab.nodeID("da1")))
        #expect(info.swarm.clusterID == (try await lab.docker("da1", "info", "--format", "{{.Swarm.Cluster.ID}}")))
        #expect(info.swarm.isManager)
        #expect(info.systemDate != nil)
        let worker = try await da2.info().swarm
        #expect(worker.clusterID == nil)
        #expect(worker.managers.map(\.nodeID) == [info.swarm.nodeID])
        #expect(worker.managers.map(\.address) == ["10.77.0.1:2377"])
        #expect(await failure { _ = try await da2.nodes() }?.code == .engineNotSwarmManager)

        let swarm = try await da1.swarm()
        #expect(swarm.workerToken.reveal() == (try await lab.docker("da1", "swarm", "join-token", "-q", "worker")))
        #expect(swarm.managerToken.reveal() == (try await lab.docker("da1", "swarm", "join-token", "-q", "manager")))
        #expect(!swarm.isAutolocked)
        #expect(swarm.trustRoot.contains("BEGIN CERTIFICATE"))

        let nodes = try await da1.nodes()
        #expect(Set(nodes.map(\.id)) == [info.swarm.nodeID, worker.nodeID])
        let node = try await da1.node(worker.nodeID)
        #expect(node.hostname == "da2")
        #expect(node.address == "10.77.0.2")
        #expect(node.role == .worker)
        #expect(node.state == .ready)
        #expect(await failure { _ = try await da1.node("none") }?.code == .engineNotFound)
        #expect(try await da1.images().contains { $0.tags == [Appliances.image] })
      }
    }

    @Test("tokens and the unlock key are replaced, and the rest of the swarm's spec stays")
    func rotation() async throws {
      try await Appliances.with(1) { lab in
        let da1 = lab.engine("da1")
        _ = try await da1.initializeSwarm(advertise: "10.77.0.1")
        try await lab.docker("da1", "swarm", "update", "--task-history-limit", "3")
        let before = try await da1.swarm()
        try await da1.updateSwarm(version: before.version, spec: before.spec, rotating: [.workerToken])
        let after = try await da1.swarm()
        #expect(after.workerToken != before.workerToken)
        #expect(after.managerToken == before.managerToken)
        #expect(after.spec == before.spec)
        #expect(
          await failure { try await da1.updateSwarm(version: before.version, spec: before.spec) }?.code
            == .swarmUpdateOutOfSequence)

        try await lab.docker("da1", "swarm", "update", "--autolock=true")
        let key = try await da1.unlockKey()
        #expect(key.reveal() == (try await lab.docker("da1", "swarm", "unlock-key", "-q")))
        try await lab.fault("engine-stop", "da1")
        #expect(await failure { _ = try await da1.ping() }?.code == .engineAbsent)
        try await lab.fault("engine-start", "da1")
        #expect(try await da1.info().swarm.state == .locked)
        #expect(await failure { _ = try await da1.nodes() }?.code == .swarmLocked)
        let wrong = Secret("SWMKEY-1-7c37Cc8654o6p38HnroywCi19pllOnGtbdZEgtKxZu8")
        #expect(await failure { try await da1.unlockSwarm(key: wrong) }?.code == .swarmUnlockKeyInvalid)
        try await da1.unlockSwarm(key: key)
        #expect(try await lab.docker("da1", "info", "--format", "{{.Swarm.LocalNodeState}}") == "active")
      }
    }

    @Test("an engine is reached over docker system dial-stdio, and says why when it can't be")
    func dialStdio() async throws {
      try await Appliances.with(1) { lab in
        let da1 = lab.dialled("da1")
        _ = try await da1.initializeSwarm(advertise: "10.77.0.1")
        #expect(try await da1.info().swarm.nodeID == lab.nodeID("da1"))
        da1.close()

        let absent = lab.dialled("da1", command: ["no-such-docker", "system", "dial-stdio"])
        let first = await failure { _ = try await absent.info() }
        #expect(first?.code == "test.dial")
        #expect(first?.cause?.contains("no-such-docker") == true)

        try await lab.fault("engine-stop", "da1")
        let stopped = lab.dialled("da1")
        let second = await failure { _ = try await stopped.info() }
        #expect(second?.cause?.lowercased().contains("docker.sock") == true)
      }
    }

    @Test("events tell of a change")
    func events() async throws {
      try await Appliances.with(1) { lab in
        try await lab.swarm()
        let id = try await lab.nodeID("da1")
        let events = try await lab.engine("da1").events(["type": ["node"]])
        // Again and again, because the engine subscribes a moment after it has answered.
        let changes = Task {
          var number = 0
          while !Task.isCancelled {
            number += 1
            try await lab.docker("da1", "node", "update", "--label-add", "n=\(number)", id)
          }
        }
        var iterator = events.makeAsyncIterator()
        let event = try await iterator.next()
        changes.cancel()
        _ = await changes.result
        #expect(event?.type == "node")
        #expect(event?.action == "update")
        #expect(event?.actorID == id)
        #expect(event?.scope == "swarm")
      }
    }
  }
}
