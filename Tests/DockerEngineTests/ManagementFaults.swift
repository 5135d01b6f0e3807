import DockerEngine
import Foundation
import Synchronization
import Testing
import Values

/// What happens to three managers, in the order in which ``RealEngines/Management`` lets it happen.
extension RealEngines.Management {
  /// A manager whose engine is restarted is locked, and takes the newest key only.
  func locks(_ lab: Appliances, _ managers: Managers) async throws {
    var settings = SwarmSettings()
    settings.autolock = true
    let open = try await keyVersion("da3", lab)
    #expect(try await SwarmUpdate(managers: managers).apply(settings).isChanged)
    let old = try await managers.read { try await $0.unlockKey() }
    #expect(old.reveal() == (try await lab.docker("da1", "swarm", "unlock-key", "-q")))
    // What a manager is locked with is what it has heard of.
    let first = try await keyVersion("da3", lab, after: open)
    let rotation = SecretRotation(managers: managers)
    let new = try await rotation.rotateUnlockKey(from: old)
    #expect(new.isChanged)
    #expect(try await rotation.rotateUnlockKey(from: old) == .unchanged(new.detail))
    #expect(new.detail.reveal() == (try await lab.docker("da2", "swarm", "unlock-key", "-q")))
    _ = try await keyVersion("da3", lab, after: first)

    let unlock = SwarmUnlock(engine: lab.engine("da3"))
    #expect(try await !unlock.unlock(key: new.detail).isChanged)
    try await lab.fault("engine-stop", "da3")
    try await lab.fault("engine-start", "da3")
    #expect(try await lab.docker("da3", "info", "-f", "{{.Swarm.LocalNodeState}}") == "locked")
    #expect(await failure { _ = try await unlock.unlock(key: old) }?.code == .swarmUnlockKeyInvalid)
    #expect(try await unlock.unlock(key: new.detail).isChanged)
    #expect(try await lab.docker("da3", "info", "-f", "{{.Swarm.LocalNodeState}}") == "active")
    _ = try await NodeLookup(managers: managers, limit: .seconds(120)).ready(try await lab.nodeID("da3"), as: .manager)
    settings.autolock = false
    #expect(try await SwarmUpdate(managers: managers).apply(settings).detail.isAutolocked)
  }

  /// Which unlock key a manager's own key is encrypted with, as its file says; waits until it is another than `old`.
  private func keyVersion(_ host: String, _ lab: Appliances, after old: String? = nil) async throws -> String {
    try await lab.shell(
      host,
      """
      file=$(docker info -f '{{.DockerRootDir}}')/swarm/certificates/swarm-node.key
      for try in $(seq 600); do
        now=$(grep -i kek-version "$file" || echo none)
        if [ "$now" != "\(old ?? "")" ]; then echo "$now"; exit 0; fi
        sleep 0.2
      done
      exit 1
      """)
  }

  /// Tasks leave a drained node, and come back only after it was activated.
  func drains(_ lab: Appliances, _ managers: Managers) async throws {
    try await lab.docker(
      "da1", "service", "create", "--detach", "--name", "many", "--replicas", "6", "--endpoint-mode", "dnsrr",
      "--no-resolve-image", "--stop-grace-period", "1s", Appliances.image, "sleep", "100000")
    let id = try await lab.nodeID("da2")
    let running = ["node", "ps", "-q", "--filter", "desired-state=running", id]
    func count() async throws -> Int {
      try await lab.docker("da1", running[0], running[1], running[2], running[3], running[4], id)
        .split(separator: "\n").count
    }
    let drain = NodeDrain(managers: managers)
    #expect(try await drain.drain(id).isChanged)
    #expect(try await count() == 0)
    let alive = "docker ps -q --filter label=com.docker.swarm.service.name=many | wc -l"
    #expect(try await lab.shell("da2", alive) == "0")
    #expect(try await !drain.drain(id).isChanged)
    let role = SwarmRole(managers: managers)
    #expect(try await role.set(.pause, ofNode: id).isChanged)
    #expect(try await lab.docker("da1", "node", "inspect", id, "-f", "{{.Spec.Availability}}") == "pause")
    #expect(try await role.set(.active, ofNode: id).isChanged)
    #expect(try await lab.docker("da1", "node", "inspect", id, "-f", "{{.Spec.Availability}}") == "active")
    try await lab.docker("da1", "service", "rm", "many")
  }

  /// The leader's power is lost while labels are changed: every change is there in the end.
  func losesLeader(_ lab: Appliances, _ managers: Managers) async throws -> (host: String, id: String) {
    let leader = try #require(
      try await managers.read { try await $0.nodes() }.first { $0.manager?.isLeader == true })
    let others = Appliances.hosts.filter { $0 != leader.hostname }
    let target = try await lab.nodeID(others[0])
    let inOrder = Managers(([leader.hostname] + others).map { lab.engine($0) }, answerTimeout: .seconds(180))
    let isOff = Mutex(false)
    let (begun, told) = AsyncStream.makeStream(of: Void.self)
    let changes = Task {
      defer { told.finish() }
      var number = 0, after = 0
      while after < 3 {
        number += 1
        if isOff.withLock({ $0 }) { after += 1 }
        let outcome = try await LabelChange(managers: inOrder).apply(set: ["n\(number)": "1"], toNode: target)
        #expect(outcome.isChanged)
        if number == 3 { told.finish() }
      }
      return number
    }
    for await _ in begun {}
    try await lab.fault("power-off", leader.hostname)
    isOff.withLock { $0 = true }
    let number = try await changes.value
    let labels = try await lab.docker(others[0], "node", "inspect", target, "-f", "{{len .Spec.Labels}}")
    #expect(labels == String(number))

    let lookup = NodeLookup(managers: managers, limit: .seconds(180))
    _ = try await lookup.wait(leader.id, until: "not reachable") { $0.manager?.isReachable == false }
    let refused = await failure { _ = try await SwarmRole(managers: managers).set(.worker, ofNode: target) }
    #expect(refused?.code == .swarmQuorum)
    #expect(refused?.cause?.contains(leader.hostname) == true)
    #expect(try await lab.docker(others[1], "node", "inspect", target, "-f", "{{.Spec.Role}}") == "manager")
    let stays = await failure { _ = try await SwarmLeave(engine: lab.engine(others[0])).leave(force: false) }
    #expect(stays?.code == .swarmQuorum)
    return (leader.hostname, leader.id)
  }

  /// A node that is down holds a new root up; when it is removed, the change goes through.
  func changesRoot(_ lab: Appliances, _ managers: Managers, dead: String, on host: String) async throws {
    let lookup = NodeLookup(managers: managers, limit: .seconds(180))
    _ = try await lookup.wait(dead, until: "down") { $0.state == .down }
    let before = try await managers.read { try await $0.swarm() }
    let rotation = RootRotation(managers: managers)
    let refused = await failure { _ = try await rotation.rotate(from: { $0 == before.trustRoot }) }
    #expect(refused?.code == .swarmRotationBlocked)
    #expect(refused?.cause?.contains(dead) == true)
    let untouched = try await managers.read { try await $0.swarm() }
    #expect(!untouched.isRotatingRoot)

    try await lab.docker(host, "swarm", "ca", "--rotate", "--detach")
    let blocked = await failure { _ = try await rotation.rotate(from: { $0 == before.trustRoot }) }
    #expect(blocked?.code == .swarmRotationBlocked)
    #expect(blocked?.cause?.contains(dead) == true)
    let lacking = try await rotation.progress().lacking.map(\.id)
    #expect(lacking == [dead])

    #expect(await failure { _ = try await NodeRemoval(managers: managers).remove(dead) }?.code == .nodeIsManager)
    #expect(try await SwarmRole(managers: managers).set(.worker, ofNode: dead).isChanged)
    _ = try await lookup.wait(dead, until: "a worker") { $0.hasBecome(.worker) }
    #expect(try await NodeRemoval(managers: managers).remove(dead).isChanged)
    _ = try await rotation.rotate(from: { $0 == before.trustRoot })
    let after = try await managers.read { try await $0.swarm() }
    #expect(after.trustRoot != before.trustRoot)
    let shown = try await lab.docker(host, "swarm", "ca")
    #expect(shown == after.trustRoot.trimmingCharacters(in: .whitespacesAndNewlines))
    #expect(after.workerToken != before.workerToken && after.managerToken != before.managerToken)
    let again = try await rotation.rotate(from: { $0 == before.trustRoot })
    #expect(!again.isChanged)

    // A root of one's own; the settings can still be changed after it.
    let made = try await Command.output([
      "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "800",
      "-subj", "/CN=own-root", "-keyout", "-", "-out", "-",
    ])
    let cut = try #require(made.range(of: "-----BEGIN CERTIFICATE"))
    let own = RootRotation.NewRoot(
      certificate: String(made[cut.lowerBound...]), key: Secret(String(made[..<cut.lowerBound])))
    let steps = Mutex(0)
    let given = try await rotation.rotate(
      to: own, from: { $0 == after.trustRoot }, progress: { _ in steps.withLock { $0 += 1 } })
    #expect(given.isChanged && steps.withLock { $0 } > 0)
    let twice = try await rotation.rotate(to: own, from: { $0 == after.trustRoot })
    #expect(!twice.isChanged)
    let subject = "docker swarm ca | openssl x509 -noout -subject"
    #expect(try await lab.shell(host, subject).contains("own-root"))
    var settings = SwarmSettings()
    settings.taskHistory = 7
    #expect(try await SwarmUpdate(managers: managers).apply(settings).isChanged)
    #expect(try await lab.shell(host, subject).contains("own-root"))
  }

  /// Of two managers one loses its power: a new cluster is forced, but not before, and not without the right words.
  func losesMajority(_ lab: Appliances, left: [String]) async throws {
    let survivor = left[0]
    let forced = ForcedSwarm(engine: lab.engine(survivor), answerTimeout: .seconds(3))
    let words = ForcedSwarm.confirmation(for: survivor)
    #expect(await failure { _ = try await forced.begin(confirmed: "yes") }?.code == .swarmNotConfirmed)
    let refused = await failure { _ = try await forced.begin(confirmed: words) }
    #expect(refused?.code == .swarmHasLeader)
    let id = try await lab.nodeID(survivor)
    try await lab.fault("power-off", left[1])
    // A leader notices only after a while that it is alone.
    var outcome: ChangeOutcome<String>?
    while outcome == nil {
      do {
        outcome = try await forced.begin(confirmed: words, advertise: lab.address(survivor))
      } catch let failure as Failure where failure.code == .swarmHasLeader || failure.isRetryable {
        try await Task.sleep(for: .milliseconds(500))
      }
    }
    #expect(outcome == .changed(id))
    #expect(try await lab.docker(survivor, "info", "-f", "{{.Swarm.Managers}} {{.Swarm.ControlAvailable}}") == "1 true")
    #expect(try await forced.begin(confirmed: words) == .unchanged(id))
  }
}
