import DockerEngine
import Engine
import HostModules
import Inventory
import Remote
import Simulation
import Synchronization
import TestSupport
import Testing
import Values

/// How Docker's own client on a manager is called, wherever the engine is, on simulated hosts.
@Suite("Which engine a deployment is made on", .usualTimeLimit)
struct NamedEngineTests {
  private static let compose = """
    services:
      web: { image: "shop/web" }
      till: { image: "shop/till" }

    """

  /// The modules on a manager whose engine the inventory describes so, and the commands that came to its host.
  private func site(
    _ engine: String, fleet: String = "", compose: String = Self.compose,
    body: (BoundModules, () -> [RemoteCommand]) async throws -> Void
  ) async throws {
    let inventory = try Inventory.parse(
      text: """
        stack: { name: shop, directory: /opt/shop, files: [one.yml] }
        services: [web]
        hosts:
          m1: { address: 192.0.2.1, role: manager, services: [web], \(engine) }
        """, file: "/etc/runbook/inventory.yaml")
    let text = """
      start: joined
      hosts:
        m1:
          files: { /opt/shop/one.yml: \(try JSON.encode(.string(compose), secrets: .refused)) }
          images: [shop/web, shop/till]
      \(fleet)
      """
    let simulated = try SimulatedWorld(WorldPlan.parse(text: text, file: "world.yaml", inventory: inventory))
    let access = WatchedAccess(inner: simulated.access)
    let hosts = Fleet(inventory: inventory, access: access)
    try await body(BoundModules(fleet: hosts)) { access.seen.commands.withLock { $0 } }
    await hosts.close()
  }

  @discardableResult
  private func deploy(_ modules: BoundModules) async throws -> BoundModules.Outcome {
    try await modules.call("stack.deploy", "m1", Self.arguments)
  }

  private static let arguments: Value = ["name": "store", "directory": "/opt/shop", "files": ["one.yml"]]

  @Test(
    "the client gets the engine of the inventory",
    arguments: [
      ("sudo: true", "docker --host unix:///var/run/docker.sock"),
      ("engine: { socket: /run/alt/docker.sock }", "docker --host unix:///run/alt/docker.sock"),
      ("engine: { url: \"tcp://:2375\", insecure: true }", "docker --host tcp://192.0.2.1:2375"),
      (
        "engine: { url: \"tcp://[2001:db8::3]:4000\", insecure: true }", "docker --host tcp://[2001:db8::3]:4000"
      ),
      (
        "connection: local, engine: { url: \"tcp://:2376\", ca: /t/ca.pem, certificate: /t/cert.pem, key: /t/key.pem }",
        "docker --host tcp://192.0.2.1:2376 --tlsverify --tlscacert /t/ca.pem --tlscert /t/cert.pem --tlskey /t/key.pem"
      ),
    ])
  func named(engine: String, words: String) async throws {
    try await site(engine) { modules, commands async throws in
      try await deploy(modules)
      let services = try await modules.call("stack.services", "m1", "store").value.arrayValue ?? []
      #expect(services.compactMap { $0["name"]?.stringValue }.sorted() == ["store_till", "store_web"])
      let docker = commands().map { $0.argv.joined(separator: " ") }.filter { $0.contains("docker") }
      #expect(docker.contains("\(words) stack deploy -c one.yml store"), "\(docker)")
      #expect(docker.allSatisfy { $0.hasPrefix(words + " ") }, "\(docker)")
    }
  }

  @Test("variables reach the client and its check by its environment, and are in no argument")
  func variables() async throws {
    let compose = "services: { web: { image: \"shop/${NAME}\", deploy: { replicas: \"${COUNT:?how many}\" } } }"
    let arguments: Value = [
      "name": "store", "directory": "/opt/shop", "files": ["one.yml"], "environment": ["NAME": "web", "COUNT": "2"],
    ]
    try await site("sudo: true", compose: compose) { modules, commands async throws in
      try await modules.call("stack.deploy", "m1", arguments)
      let services = try await modules.call("stack.services", "m1", "store").value.arrayValue ?? []
      #expect(services.map { $0["image"] } == ["shop/web"] && services.map { $0["desired"] } == [2])
      let check: Value = [
        "directory": "/opt/shop", "files": ["one.yml"], "labels": ["m1": [:]],
        "environment": ["NAME": "web", "COUNT": "2"],
      ]
      #expect(try await modules.call("stack.check_placement", "m1", check).value == [])
      let described: Value = [
        "directory": "/opt/shop", "files": ["one.yml"], "environment": ["NAME": "x", "COUNT": "5"],
      ]
      #expect(
        try await modules.call("stack.described", "m1", described).value.arrayValue?.map { $0["replicas"] } == [5])
      #expect(commands().allSatisfy { !$0.argv.joined().contains("COUNT=") })
      #expect(
        try modules.commands("stack.deploy", "m1", arguments) == [
          ProcedureCommand(
            on: "m1", "cd /opt/shop && sudo COUNT=2 NAME=web docker stack deploy -c one.yml store")
        ])
      for bad in [["A B": "1"], ["A": "1\n2"], ["1A": "x"]] as [[String: Value]] {
        let wrong: Value = ["name": "s", "directory": "/opt/shop", "files": ["one.yml"], "environment": .object(bad)]
        await #expect(throws: Failure.self) { try await modules.call("stack.deploy", "m1", wrong) }
      }
    }
  }

  @Test("what the host's own client refuses is known before anything is deployed")
  func refused() async throws {
    let check: Value = ["directory": "/opt/shop", "files": ["one.yml"], "labels": ["m1": [:]]]
    try await site("sudo: true", compose: "services: { web: { image: a, profiles: [x] } }") {
      modules, _ async throws in
      let failure = await #expect(throws: Failure.self) {
        try await modules.call("stack.check_placement", "m1", check)
      }
      #expect(failure?.code == "compose.refused" && failure?.host == "m1")
      #expect(failure?.related.first?.message.contains("services.web.profiles is not known") == true)
    }
    // What ours does not understand and docker does is not a reason to stop, but reported.
    let rule = "commands: [{ match: [docker, stack, config], status: 0 }]"
    try await site("sudo: true", fleet: rule, compose: "services: { web: { image: a, newer: [x] } }") {
      modules, _ async throws in
      let found = try await modules.call("stack.check_placement", "m1", check).value.arrayValue ?? []
      #expect(found.count == 1 && found[0]["certain"] == false)
    }
    let warns = "commands: [{ match: [docker, stack, config], status: 0, stderr: \"it warns\" }]"
    try await site("sudo: true", fleet: warns, compose: "services: { web: { image: \"a:${TAG}\", restart: always } }") {
      modules, _ async throws in
      let outcome = try await modules.call("stack.check_placement", "m1", check)
      #expect(outcome.output.contains { $0.contains("it warns") })
      #expect(outcome.output.contains { $0.contains("'TAG' is not set") })
      #expect(outcome.output.contains { $0.contains("services.web.restart is ignored") })
    }
  }

  @Test("files describe what the host's own client makes of them; where that is unknown and matters, it is said")
  func describedByClient() async throws {
    let head = "version: '3.8'\nservices: { web: { image: a, deploy: { replicas: "
    let files: Value = [
      "directory": "/opt/shop", "files": ["one.yml", "two.yml"],
      "instead": ["one.yml": .string(head + "3 } } }"), "two.yml": .string(head + "0 } } }")],
    ]
    for (version, replicas, warnings) in [("20.10.24+dfsg1", 3, 0), ("28.5.2", 0, 0), ("of our own", 0, 1)] {
      let rule =
        "commands: [{ match: [docker, --version], status: 0, stdout: \"Docker version \(version), build x\" }]"
      try await site("sudo: true", fleet: rule) { modules, _ async throws in
        let outcome = try await modules.call("stack.described", "m1", files)
        #expect(outcome.value.arrayValue?.map { $0["replicas"] } == [.integer(Int64(replicas))], "\(version)")
        #expect(outcome.output.count { $0.contains("Docker 20.10 would make other services") } == warnings)
      }
    }
  }

  @Test(
    "what the files only name and is not there is known before anything is deployed, as the deployment would refuse it")
  func missing() async throws {
    let check: Value = ["directory": "/opt/shop", "files": ["one.yml"], "labels": ["m1": [:]]]
    let compose = """
      services: { web: { image: shop/web, secrets: [key], networks: [front] } }
      secrets: { key: { file: ./key.pem } }
      networks: { front: { external: true } }
      """
    try await site("sudo: true", compose: compose) { modules, _ async throws in
      let found = try await modules.call("stack.check_placement", "m1", check).value.arrayValue ?? []
      #expect(
        found.map { $0["message"] } == [
          "one.yml:2: secrets.key names the file /opt/shop/key.pem, which does not exist",
          "one.yml:3: networks.front is external, and the swarm has no network 'front'",
        ])
      #expect(found.map { $0["certain"] } == [true, false])
      let failure = await #expect(throws: Failure.self) { try await deploy(modules) }
      #expect(failure?.cause?.contains("network \"front\" is declared as external") == true)
    }
    let environment = "services: { web: { image: shop/web, env_file: one.env } }"
    try await site("sudo: true", compose: environment) { modules, _ async throws in
      let failure = await #expect(throws: Failure.self) {
        try await modules.call("stack.check_placement", "m1", check)
      }
      #expect(failure?.code == "compose.refused" && failure?.cause?.contains("/opt/shop/one.env") == true)
    }
    // A docker without `stack config` can't say it, so this program does.
    let old = """
      commands: [{ match: [docker, stack, config], status: 125, stderr: "unknown shorthand flag: 'c' in -c" }]
      """
    try await site("sudo: true", fleet: old, compose: environment) { modules, _ async throws in
      let found = try await modules.call("stack.check_placement", "m1", check).value.arrayValue ?? []
      #expect(
        found.map { $0["message"] } == [
          "one.yml:1: services.web.env_file names the file /opt/shop/one.env, which does not exist"
        ])
    }
  }

  @Test("a host that is drained gets no task, so a service that could run nowhere else is reported")
  func drained() async throws {
    let check: Value = ["directory": "/opt/shop", "files": ["one.yml"], "labels": ["m1": [:]]]
    try await site("sudo: true") { modules, _ async throws in
      #expect(try await modules.call("stack.check_placement", "m1", check).value == [])
      try await modules.call("node.drain", "m1", "m1")
      let found = try await modules.call("stack.check_placement", "m1", check).value.arrayValue ?? []
      #expect(found.count == 2 && found.allSatisfy { $0["certain"] == true })
      #expect(
        found.allSatisfy { $0["cause"]?.stringValue?.contains("its availability is 'drain'") == true }, "\(found)")
    }
    // Whether a node is drained is not guessed where the manager can't say it.
    let rule = "faults: [{ do: refuse, host: m1, call: GET /nodes, words: it broke }]"
    try await site("sudo: true", fleet: rule) { modules, _ async throws in
      await #expect(throws: Failure.self) { try await modules.call("stack.check_placement", "m1", check) }
    }
  }

  @Test("a person is shown the procedure's command, and the engine only where it is not the usual one")
  func shown() async throws {
    for (engine, command) in [
      ("sudo: true", "cd /opt/shop && sudo docker stack deploy -c one.yml store"),
      (
        "engine: { socket: /run/alt/docker.sock }",
        "cd /opt/shop && docker --host unix:///run/alt/docker.sock stack deploy -c one.yml store"
      ),
    ] {
      try await site(engine) { modules, _ async throws in
        #expect(
          try modules.commands("stack.deploy", "m1", Self.arguments) == [ProcedureCommand(on: "m1", command)])
      }
    }
    try await site("engine: { socket: /run/alt/docker.sock }") { modules, _ async throws in
      #expect(
        try modules.commands("stack.remove", "m1", "shop") == [
          ProcedureCommand(on: "m1", "docker --host unix:///run/alt/docker.sock stack rm shop")
        ])
      // What a runbook's author writes is the author's.
      #expect(
        try modules.commands("ssh.run", "m1", ["docker", "ps"]) == [ProcedureCommand(on: "m1", "docker ps")])
    }
  }

  @Test("an engine that docker on the host can't reach is a failure before anything is changed")
  func unnamed() async throws {
    let engine = "engine: { url: \"tcp://192.0.2.9:2376\", ca: /t/ca.pem, certificate: /t/cert.pem, key: /t/key.pem }"
    let other = """
      commands: [{ host: m1, match: [docker, info], stdout: "ANOTHER\\n" }]
      """
    try await site(engine, fleet: other) { modules, commands async throws in
      let failure = await #expect(throws: Failure.self) { _ = try await deploy(modules) }
      #expect(failure?.code == "stack.other_engine" && failure?.host == "m1")
      #expect(failure?.cause?.contains("tcp://192.0.2.9:2376") == true, "\(failure as Any)")
      #expect(failure?.cause?.contains("TLS") == true, "\(failure as Any)")
      #expect(!commands().contains { $0.argv.contains("deploy") })
      #expect(try await modules.call("stack.services", "m1", "store").value == [])
    }
    let silent = """
      commands: [{ host: m1, match: [docker, info], status: 1, stderr: "Cannot connect to the Docker daemon\\n" }]
      """
    try await site(engine, fleet: silent) { modules, commands async throws in
      let failure = await #expect(throws: Failure.self) { _ = try await deploy(modules) }
      #expect(failure?.code == "stack.other_engine")
      #expect(failure?.cause?.contains("Cannot connect to the Docker daemon") == true)
      #expect(!commands().contains { $0.argv.contains("deploy") })
    }
  }

  @Test("the same engine at its usual socket serves where its TLS files are on this machine only")
  func usualSocket() async throws {
    let engine = "engine: { url: \"tcp://:2376\", ca: /t/ca.pem, certificate: /t/cert.pem, key: /t/key.pem }"
    try await site(engine) { modules, commands async throws in
      try await deploy(modules)
      #expect(
        commands().contains { $0.argv.starts(with: ["docker", "--host", "unix:///var/run/docker.sock", "stack"]) })
      #expect(try await modules.call("stack.services", "m1", "store").value.arrayValue?.count == 2)
    }
  }

  @Test("a deployment whose services are not on the engine is a failure that says which engine was read")
  func lost() async throws {
    let idle = """
      commands: [{ host: m1, match: [docker, stack, deploy], stdout: "Creating service store_web\\n" }]
      """
    try await site("sudo: true", fleet: idle) { modules, _ async throws in
      let failure = await #expect(throws: Failure.self) { _ = try await deploy(modules) }
      #expect(failure?.code == "stack.not_there" && failure?.host == "m1")
      #expect(failure?.cause?.contains("store_till, store_web") == true, "\(failure as Any)")
      #expect(
        failure?.cause?.contains("tcp://") == true || failure?.cause?.contains("docker.sock") == true
          || failure?.cause?.contains("ssh://m1") == true, "\(failure as Any)")
    }
  }
}

/// Leads to hosts as another way does, and remembers the commands.
private struct WatchedAccess: HostAccess {
  final class Seen: Sendable { let commands = Mutex<[RemoteCommand]>([]) }

  let inner: any HostAccess
  let seen = Seen()

  func transport(to host: Inventory.Host) -> any Transport {
    Watched(inner: inner.transport(to: host), seen: seen)
  }
  func engine(of host: Inventory.Host) -> (any EngineConnector)? { inner.engine(of: host) }

  private struct Watched: Transport {
    let inner: any Transport
    let seen: Seen
    var host: HostSpec { inner.host }

    func connect() async throws { try await inner.connect() }
    func run(_ command: RemoteCommand, onOutput: OutputHandler?) async throws -> CommandResult {
      // What is left on the host as a job is a line in the arguments of the script that starts it.
      let job = command.argv.dropFirst(3).lazy.compactMap { ShellLine.read($0) }.first
      seen.commands.withLock { $0.append(job ?? command) }
      return try await inner.run(command, onOutput: onOutput)
    }
    func openStream(_ command: RemoteCommand) async throws -> CommandStream {
      seen.commands.withLock { $0.append(command) }
      return try await inner.openStream(command)
    }
    func close() async { await inner.close() }
  }
}
