import DockerEngine
import Synchronization
import Testing
import Values

extension RealEngines {
  @Suite("Three managers")
  struct Management {
    @Test("three managers are set up, changed, locked, lose their leader, get a new root, and lose their majority")
    func life() async throws {
      try await Appliances.with(3) { lab in
        let engines = Appliances.hosts.map { lab.engine($0) }
        let managers = Managers(engines, answerTimeout: .seconds(120))
        try await begins(lab, engines, managers)
        try await settings(lab, managers)
        try await secrets(lab, managers)
        try await locks(lab, managers)
        try await drains(lab, managers)
        let dead = try await losesLeader(lab, managers)
        let left = Appliances.hosts.filter { $0 != dead.host }
        try await changesRoot(lab, managers, dead: dead.id, on: left[0])
        try await losesMajority(lab, left: left)
      }
    }

    private func begins(_ lab: Appliances, _ engines: [EngineClient], _ managers: Managers) async throws {
      var request = NewSwarm()
      request.advertise = "10.77.0.1"
      request.addressPools = ["10.90.0.0/16"]
      request.subnetSize = 26
      request.settings.certificateExpiry = .seconds(1800)
      let begin = SwarmInit(engine: engines[0])
      let refused = await failure { _ = try await begin.begin(request) }
      #expect(refused?.code == .swarmCertificateExpiryTooShort)
      #expect(refused?.cause == nil, "the engine was not asked")
      #expect(try await lab.docker("da1", "info", "-f", "{{.Swarm.LocalNodeState}}") == "inactive")
      request.settings.certificateExpiry = .seconds(3600)
      request.settings.taskHistory = 3
      let first = try await begin.begin(request)
      #expect(first == .changed(try await lab.nodeID("da1")))
      #expect(try await begin.begin(request) == .unchanged(first.detail))
      let format =
        "{{.Swarm.Cluster.Spec.CAConfig.NodeCertExpiry}} {{.Swarm.Cluster.DefaultAddrPool}} "
        + "{{.Swarm.Cluster.SubnetSize}} {{.Swarm.Cluster.Spec.Orchestration.TaskHistoryRetentionLimit}}"
      #expect(try await lab.docker("da1", "info", "-f", format) == "1h0m0s [10.90.0.0/16] 26 3")
      let token = try await engines[0].swarm().managerToken
      for (host, engine) in zip(Appliances.hosts, engines).dropFirst() {
        _ = try await SwarmJoin(engine: engine, managers: managers)
          .join(address: "10.77.0.1:2377", token: token, advertise: lab.address(host))
      }
      let lookup = NodeLookup(managers: managers)
      for host in Appliances.hosts { _ = try await lookup.ready(try await lab.nodeID(host), as: .manager) }
      let quorum = SwarmQuorum(try await managers.read { try await $0.nodes() })
      #expect(quorum == SwarmQuorum(managers: 3, reachable: 3))
    }

    private func settings(_ lab: Appliances, _ managers: Managers) async throws {
      let update = SwarmUpdate(managers: managers)
      var settings = SwarmSettings()
      settings.certificateExpiry = .seconds(1800)
      #expect(await failure { _ = try await update.apply(settings) }?.code == .swarmCertificateExpiryTooShort)
      settings.certificateExpiry = .seconds(7200)
      settings.dispatcherHeartbeat = .seconds(2)
      #expect(try await update.apply(settings).detail.certificateExpiry == 3_600_000_000_000)
      let again = try await update.apply(settings)
      #expect(!again.isChanged, "\(again.detail.version) \(again.detail.spec)")
      let format =
        "{{.Swarm.Cluster.Spec.CAConfig.NodeCertExpiry}} {{.Swarm.Cluster.Spec.Dispatcher.HeartbeatPeriod}} "
        + "{{.Swarm.Cluster.Spec.Orchestration.TaskHistoryRetentionLimit}}"
      let shown = try await lab.docker("da2", "info", "-f", format)
      #expect(shown == "2h0m0s 2s 3")
    }

    private func secrets(_ lab: Appliances, _ managers: Managers) async throws {
      let rotation = SecretRotation(managers: managers)
      for role in [NodeRole.worker, .manager] {
        let old = try await managers.read { try await $0.swarm() }
        let new = try await rotation.rotateToken(of: role, from: old.token(for: role))
        #expect(new.isChanged && new.detail != old.token(for: role))
        let again = try await rotation.rotateToken(of: role, from: old.token(for: role))
        #expect(again == .unchanged(new.detail))
        let shown = try await lab.docker("da1", "swarm", "join-token", "-q", role.rawValue)
        #expect(shown == new.detail.reveal())
        let other: NodeRole = role == .manager ? .worker : .manager
        #expect(
          await failure { _ = try await rotation.rotateToken(of: role, from: old.token(for: other)) }?.code
            == .swarmTokenInvalid)
      }
      #expect(
        await failure { _ = try await rotation.rotateUnlockKey(from: Secret("SWMKEY-1-none")) }?.code == .swarmNotLocked
      )
    }
  }
}
