import DockerEngine
import HostModules
import Inventory
import Remote
import Simulation
import TestSupport
import Testing
import Values

@Suite("Simulated hosts", .usualTimeLimit)
struct HostTests {
  @Test("files are written, read, compared by their digest and removed as on a host")
  func files() async throws {
    let site = try ModelSite()
    let files = RemoteFiles(try site.fleet.transport("da1"))
    #expect(try await files.exists("/etc/thing") == false)
    try await files.write(Array("hello".utf8), to: "/etc/thing", mode: 0o600)
    #expect(try await files.read("/etc/thing") == Array("hello".utf8))
    #expect(
      try await files.sha256("/etc/thing") == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")
    #expect(try await files.remove("/etc/thing"))
    #expect(try await files.remove("/etc/thing") == false)
    let absent = await #expect(throws: Failure.self) { _ = try await files.read("/etc/thing") }
    #expect(absent?.code == .fileNotFound)
    let nowhere = await #expect(throws: Failure.self) {
      try await files.write([], to: "/no/such/folder/file", mode: 0o600)
    }
    #expect(nowhere?.code == .fileNotFound)
    await site.fleet.close()
  }

  @Test("a job keeps what it came to under its name, and is not carried out a second time")
  func jobs() async throws {
    let site = try ModelSite { plan in
      plan.start = .none
      var rule = WorldPlan.Rule(match: ["install", "it"])
      rule.stdout = "one\ntwo 'quoted' \u{e9}\n"
      rule.status = 3
      plan.rules = [rule]
    }
    let transport = try site.fleet.transport("da1")
    let job = RemoteJob(
      id: JobID(run: "r", name: "job1"),
      command: RemoteCommand(["install", "it", "in $HOME"], directory: "/tmp", environment: ["A": "b c"], sudo: true),
      over: transport)
    #expect(try await job.look() == .unknown)
    let result = try await job.run()
    #expect(result.status == 3)
    #expect(result.text == "one\ntwo 'quoted' \u{e9}")
    #expect(try await job.look() == .finished(result))
    #expect(try await job.run() == result)
    try await RemoteJob.removeAll(run: "r", over: transport)
    #expect(try await job.look() == .unknown)
    await site.fleet.close()
  }

  @Test("a command that the world does not know ends with 127 and says how to add it")
  func unknown() async throws {
    let site = try ModelSite()
    let result = try await site.fleet.transport("da1").run(RemoteCommand(["frobnicate", "all"]))
    #expect(result.status == 127)
    #expect(result.errorText.contains("commands"))
    await site.fleet.close()
  }

  @Test("a host's lock is one holder's, and another's when it has expired")
  func lock() async throws {
    let site = try ModelSite()
    let lock = HostLock(try site.fleet.transport("da1"))
    let mine = LockRequest(
      id: "aa", holder: LeaseHolder(machine: "x", bootID: "", processID: 1, processStart: 2, user: "", run: "run 1"),
      duration: 60)
    var other = mine
    other.id = "bb"
    #expect(try await lock.take(mine) == .granted)
    guard case .taken(let held) = try await lock.take(other) else {
      Issue.record("not taken")
      return
    }
    #expect(held.id == "aa" && held.holder == mine.holder)
    #expect(!held.hasExpired)
    #expect(try await lock.renew(mine, hasChanged: true) == .granted)
    try site.simulated.jump(by: 120)
    #expect(try await lock.take(other, takingOver: TakenOver(expired: ["aa"])) == .granted)
    guard case .taken = try await lock.renew(mine) else {
      Issue.record("still the first's")
      return
    }
    try await lock.release(other)
    #expect(try await lock.renew(other) == .missing)
    await site.fleet.close()
  }

  @Test("services write what the world file says, once for each task that runs, and the last lines can be asked for")
  func logs() async throws {
    let inventory = try Inventory.parse(text: ModelSite.inventory, file: "inventory.yaml")
    let text = """
      start: joined
      logs:
        - { service: da_policy, stdout: "one\\ntwo\\n", stderr: "alas\\n" }
      """
    let simulated = try SimulatedWorld(WorldPlan.parse(text: text, file: "world.yaml", inventory: inventory))
    let fleet = Fleet(inventory: inventory, access: simulated.access)
    let manager = try fleet.engine("da1")
    func log(_ service: String, _ query: LogQuery) async throws -> [String] {
      var lines: [String] = []
      try await manager.serviceLog(service, query) { lines.append("\($0.stream): \($0.text)") }
      return lines
    }
    #expect(try await log("da_policy", LogQuery()) == ["output: one", "output: two", "error: alas"])
    #expect(try await log("da_policy", LogQuery(tail: 1)) == ["error: alas"])
    #expect(try await log("da_admin", LogQuery()) == [])
    let task = try #require(try await manager.tasks().first { $0.image.contains("policy") })
    let node = try await manager.nodes().first { $0.hostname == "da3" }
    try await manager.taskLog(task, LogQuery()) { #expect($0.taskID == task.id && $0.nodeID == node?.id) }
    try simulated.setPower(of: "da3", isOn: false)
    #expect(try await log("da_policy", LogQuery()) == [])
    await fleet.close()
  }

  @Test("facts, ports and power are those of the world file")
  func facts() async throws {
    let site = try ModelSite { plan in
      plan.start = .standalone
      plan.hosts["da2"] = {
        var host = WorldPlan.Host()
        host.clockOffset = 75
        host.hostname = "appliance"
        host.closedPorts = [7946]
        return host
      }()
    }
    let da1 = try site.fleet.transport("da1"), da2 = try site.fleet.transport("da2")
    let facts = try await HostFacts.read(over: da2)
    #expect(facts.hostName == "appliance")
    #expect(abs(facts.clockSkew - 75) < 5)
    #expect(facts.addresses == ["10.77.0.2"])
    #expect(try await PortProbe.tcp("10.77.0.2", 2377, from: da1) == .open)
    #expect(try await PortProbe.tcp("10.77.0.2", 7946, from: da1) == .filtered(reason: "no answer within 3 s"))
    #expect(try await PortProbe.tcp("10.77.0.2", 9999, from: da1) == .refused)
    #expect(try await PortProbe.tcp("10.9.9.9", 22, from: da1) == .filtered(reason: "bash: connect: No route to host"))
    try site.simulated.setPower(of: "da2", isOn: false)
    let off = await #expect(throws: Failure.self) { _ = try await da2.run(RemoteCommand(["true"])) }
    #expect(off?.code == .sshUnreachable)
    let dead = await #expect(throws: Failure.self) { _ = try await site.engine("da2").info() }
    #expect(dead?.code == .sshUnreachable)
    await site.fleet.close()
  }
}
