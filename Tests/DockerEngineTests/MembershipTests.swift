import DockerEngine
import Testing
import Values

extension RealEngines {
  @Suite("Joining, leaving and labels")
  struct Membership {
    @Test("a host joins with the token in the request, once, and another swarm is reported")
    func joining() async throws {
      try await Appliances.with(3) { lab in
        try await lab.swarm()
        let (da1, da2) = (lab.engine("da1"), lab.engine("da2"))
        let join = SwarmJoin(engine: da2, managers: Managers(da1))
        let token = try await da1.swarm().workerToken
        #expect(try await !join.isMember(address: "10.77.0.1:2377"))

        let first = try await join.join(address: "10.77.0.1:2377", token: token, advertise: "10.77.0.2")
        #expect(first.isChanged)
        #expect(first.detail == (try await lab.nodeID("da2")))
        #expect(try await join.isMember(address: "10.77.0.1:2377"))
        let second = try await join.join(address: "10.77.0.1:2377", token: token, advertise: "10.77.0.2")
        #expect(second == .unchanged(first.detail))
        // Without a manager to ask, by the addresses that the host knows.
        let alone = SwarmJoin(engine: da2, managers: nil)
        #expect(try await alone.join(address: "10.77.0.1:2377", token: token) == .unchanged(first.detail))
        #expect(try await lab.docker("da1", "node", "ls", "-q").split(separator: "\n").count == 2)

        try await lab.docker("da3", "swarm", "init", "--advertise-addr", "10.77.0.3")
        let da3 = lab.engine("da3")
        let found = await failure {
          _ = try await SwarmJoin(engine: da3, managers: Managers(da1)).join(address: "10.77.0.1:2377", token: token)
        }
        #expect(found?.code == .swarmOtherSwarm)
        #expect(found?.host == "da3")
        #expect(
          await failure {
            _ = try await SwarmJoin(engine: da2, managers: Managers(da3)).join(address: "10.77.0.3:2377", token: token)
          }?.code == .swarmOtherSwarm)
        #expect(try await lab.docker("da3", "node", "ls", "-q").split(separator: "\n").count == 1)
      }
    }

    @Test("a join that can't work says why, and leaves the host in no swarm")
    func badJoins() async throws {
      try await Appliances.with(3) { lab in
        let strange = Secret("SWMTKN-1-3pu6hszjas19xyp7ghgosyx9k8atbfcr8p2is99znpy26u2lkl-1awxwuwd3z9j1z3puu7rcgdbx")
        @Sendable func attempt(_ host: String, _ token: Secret) async -> FailureCode? {
          let join = SwarmJoin(engine: lab.engine(host), managers: nil)
          while true {
            let found = await failure { _ = try await join.join(address: "10.77.0.1:2377", token: token) }?.code
            // The engine gives each of its own tries five seconds, and reports the last one. When the machine was too
            // slow for that, it has not found out yet what is wrong.
            if found != .swarmNoLeader { return found }
          }
        }
        #expect(await attempt("da2", strange) == .swarmJoinUnreachable)
        try await lab.swarm()
        let token = try await lab.engine("da1").swarm().workerToken.reveal()
        // The engine itself takes ten seconds for each, so both at once.
        async let mismatch = attempt("da2", strange)
        async let refused = attempt("da3", Secret(token.dropLast(4) + "aaaa"))
        #expect(await mismatch == .swarmCAMismatch)
        #expect(await refused == .swarmTokenInvalid)
        #expect(await attempt("da2", Secret("no token")) == .swarmTokenInvalid)
        #expect(try await lab.docker("da2", "info", "--format", "{{.Swarm.LocalNodeState}}") == "inactive")
      }
    }

    @Test("a join that continues in the background is waited for, or given up so that the next one starts fresh")
    func slowJoin() async throws {
      try await Appliances.with(3) { lab in
        try await lab.swarm()
        let (da1, address) = (lab.engine("da1"), "10.77.0.1:2377")
        let token = try await da1.swarm().workerToken
        // Packets to the manager's port are lost, as behind a firewall, until the engines' own 20 seconds are over.
        try await lab.fault("port-block", "da1", "2377", "drop")
        let patient = Task {
          try await SwarmJoin(engine: lab.engine("da2"), managers: Managers(da1)).join(address: address, token: token)
        }
        let join = SwarmJoin(engine: lab.engine("da3"), managers: Managers(da1), limit: .seconds(1))
        let found = await failure { _ = try await join.join(address: address, token: token) }
        #expect(found?.code == .swarmJoinTimeout)
        #expect(found?.isRetryable == true)
        #expect(try await lab.docker("da3", "info", "--format", "{{.Swarm.LocalNodeState}}") == "inactive")

        try await lab.fault("port-open", "da1", "2377", "drop")
        let outcome = try await patient.value
        #expect(outcome.isChanged)
        #expect(outcome.detail == (try await lab.nodeID("da2")))
        let next = SwarmJoin(engine: lab.engine("da3"), managers: Managers(da1))
        #expect(try await next.join(address: address, token: token).isChanged)
        #expect(try await lab.docker("da1", "node", "ls", "-q").split(separator: "\n").count == 3)
      }
    }

    @Test("a host leaves once, and its old node is removed by its ID when it is down")
    func leaving() async throws {
      try await Appliances.with(2) { lab in
        try await lab.swarm(workers: "da2")
        let (da1, da2) = (lab.engine("da1"), lab.engine("da2"))
        let id = try await NodeLookup.nodeID(of: da2)
        let lookup = NodeLookup(managers: Managers(da1))
        #expect(try await lookup.ready(id, as: .worker).hostname == "da2")
        #expect(try await lookup.node(of: da2)?.id == id)

        #expect(await failure { try await da1.removeNode(id) }?.code == .nodeNotDown)
        let leave = SwarmLeave(engine: da2)
        #expect(try await leave.leave(force: false) == .changed(id))
        #expect(try await leave.leave(force: false) == .unchanged(nil))
        #expect(try await lab.docker("da2", "info", "--format", "{{.Swarm.LocalNodeState}}") == "inactive")
        #expect(await failure { _ = try await NodeLookup.nodeID(of: da2) }?.code == .swarmNotPart)

        let removal = NodeRemoval(managers: Managers(da1))
        #expect(try await removal.remove(id) == .changed(id))
        #expect(try await removal.remove(id) == .unchanged(id))
        #expect(try await da1.nodes().allSatisfy { $0.state == .ready })
        let own = try await NodeLookup.nodeID(of: da1)
        #expect(await failure { _ = try await removal.remove(own) }?.code == .nodeIsManager)
        #expect(try await lab.docker("da1", "node", "ls", "-q") == own)

        #expect(await failure { _ = try await SwarmLeave(engine: da1).leave(force: false) }?.code == .swarmLastManager)
        #expect(try await SwarmLeave(engine: da1).leave(force: true).isChanged)
      }
    }

    @Test("labels that two change at the same time are all there in the end")
    func labels() async throws {
      try await Appliances.with(1) { lab in
        try await lab.swarm()
        let da1 = lab.engine("da1")
        let id = try await lab.nodeID("da1")
        // The docker command does not try again when the managers write the node's status at the same time.
        _ = try await NodeLookup(managers: Managers(da1)).ready(id)
        try await lab.shell(
          "da1",
          """
          for try in 1 2 3 4 5 6; do
            docker node update --label-add old=1 --label-add da-admin=true \(id) && exit
          done
          exit 1
          """)
        try await withThrowingTaskGroup(of: Void.self) { group in
          for number in 0..<4 {
            group.addTask {
              _ = try await LabelChange(managers: Managers(da1)).apply(set: ["l\(number)": "true"], toNode: id)
            }
          }
          try await group.waitForAll()
        }
        let change = LabelChange(managers: Managers(da1))
        #expect(try await change.apply(remove: ["old", "never-there"], toNode: id).isChanged)
        #expect(try await !change.apply(remove: ["old", "never-there"], toNode: id).isChanged)
        let labels = try await lab.docker("da1", "node", "inspect", id, "--format", "{{json .Spec.Labels}}")
        #expect(labels == #"{"da-admin":"true","l0":"true","l1":"true","l2":"true","l3":"true"}"#)
      }
    }

    @Test("a worker is promoted, demoted and drained")
    func roles() async throws {
      try await Appliances.with(3) { lab in
        try await lab.swarm(workers: "da2", "da3")
        let da1 = lab.engine("da1")
        let (own, id) = (try await lab.nodeID("da1"), try await lab.nodeID("da2"))
        let (role, lookup) = (SwarmRole(managers: Managers(da1)), NodeLookup(managers: Managers(da1)))
        #expect(await failure { _ = try await role.set(.worker, ofNode: own) }?.code == .swarmLastManager)
        #expect(try await role.set(.manager, ofNode: id).isChanged)
        #expect(try await lookup.ready(id, as: .manager).manager?.isLeader == false)
        #expect(try await !role.set(.manager, ofNode: id).isChanged)
        #expect(try await SwarmRole.taken(.manager, by: lab.engine("da2")).nodeID == id)
        #expect(try await lab.docker("da2", "info", "--format", "{{.Swarm.ControlAvailable}}") == "true")
        #expect(await failure { try await lab.engine("da2").leaveSwarm(force: false) }?.code == .swarmQuorum)
        #expect(try await role.set(.worker, ofNode: id).isChanged)
        #expect(try await lookup.ready(id, as: .worker).manager == nil)
        #expect(try await SwarmRole.taken(.worker, by: lab.engine("da2")).nodeID == id)
        #expect(try await role.set(.drain, ofNode: id).isChanged)
        #expect(try await lab.docker("da1", "node", "inspect", id, "--format", "{{.Spec.Availability}}") == "drain")
      }
    }
  }
}
