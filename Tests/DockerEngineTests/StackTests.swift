import DockerEngine
import Synchronization
import TestSupport
import Testing
import Values

extension RealEngines {
  @Suite("Stacks")
  struct Stacks {
    /// Ends at once when it is asked to.
    static let idle = #"["sh", "-c", "trap 'exit 0' TERM; sleep 1000 & wait"]"#

    static let compose = """
      version: "3.8"
      services:
        front:
          image: \(Appliances.image)
          command: \(idle)
          networks: [inner]
          deploy: { mode: global, endpoint_mode: dnsrr }
        back:
          image: \(Appliances.image)
          command: \(idle)
          networks: [inner]
          healthcheck: { test: ["CMD", "test", "-e", "/bin/sh"], interval: 500ms }
          secrets: [word]
          deploy:
            replicas: 1
            endpoint_mode: dnsrr
            placement: { constraints: ["node.labels.da-policy == true"] }
      networks: { inner: { driver: overlay, attachable: true } }
      secrets: { word: { external: true, name: da_word } }
      """

    static func prepare(_ lab: Appliances) async throws {
      try await lab.swarm(workers: "da2")
      try await lab.docker("da1", "node", "update", "--label-add", "da-policy=true", lab.nodeID("da2"))
      try await lab.docker(
        "da1", "secret", "create", "--label", "com.docker.stack.namespace=da", "da_word", "-", input: "x")
      try await lab.deploy("da", compose)
    }

    @Test("a stack is waited for until it runs, and removed until nothing of it is left")
    func wholeLife() async throws {
      try await Appliances.with(2) { lab in
        let da1 = lab.engine("da1")
        let convergence = StackConvergence(managers: Managers(da1))
        try await lab.swarm(workers: "da2")
        #expect(try await !StackRemoval(managers: Managers(da1)).remove("da").isChanged)
        #expect(await failure { _ = try await convergence.wait(stack: "da") }?.code == .stackAbsent)
        try await lab.docker("da1", "node", "update", "--label-add", "da-policy=true", lab.nodeID("da2"))
        try await lab.docker(
          "da1", "secret", "create", "--label", "com.docker.stack.namespace=da", "da_word", "-", input: "x")
        try await lab.deploy("da", Self.compose)

        let reports = Mutex(0)
        let services = try await convergence.wait(stack: "da") { _ in reports.withLock { $0 += 1 } }
        #expect(services.map(\.name) == ["da_back", "da_front"])
        #expect(services.map(\.running) == [1, 2])
        #expect(reports.withLock { $0 } > 0)
        #expect(
          try await lab.docker("da1", "service", "ls", "--format", "{{.Name}} {{.Replicas}}").contains("da_back 1/1"))
        let found = try await da1.services(.stack("da")).sorted { $0.name < $1.name }
        let tasks = try await da1.tasks(.stack("da")).filter { $0.state == .running }
        func nodes(_ service: SwarmService) -> Set<String> {
          Set(tasks.filter { $0.serviceID == service.id }.compactMap(\.nodeID))
        }
        #expect(nodes(found[0]) == [try await lab.nodeID("da2")])
        #expect(found[0].constraints == ["node.labels.da-policy == true"])
        #expect(nodes(found[1]) == [try await lab.nodeID("da1"), try await lab.nodeID("da2")])

        let removed = try await StackRemoval(managers: Managers(da1)).remove("da")
        #expect(
          removed
            == .changed(.init(services: ["da_back", "da_front"], secrets: ["da_word"], networks: ["da_inner"])))
        for what in ["service", "secret", "config"] {
          #expect(try await lab.docker("da1", what, "ls", "-q") == "")
        }
        #expect(
          try await lab.docker("da1", "network", "ls", "-q", "--filter", "label=com.docker.stack.namespace=da") == "")
        #expect(try await lab.docker("da1", "ps", "-q") == "")
        #expect(try await lab.docker("da2", "ps", "-q") == "")
        #expect(try await !StackRemoval(managers: Managers(da1)).remove("da").isChanged)

        // The same stack again at once: nothing that was left prevents it.
        try await lab.docker(
          "da1", "secret", "create", "--label", "com.docker.stack.namespace=da", "da_word", "-", input: "x")
        try await lab.deploy("da", Self.compose)
        _ = try await convergence.wait(stack: "da")
      }
    }

    @Test("a network that something else is attached to is reported with what is attached")
    func heldNetwork() async throws {
      try await Appliances.with(2) { lab in
        try await Self.prepare(lab)
        let da1 = lab.engine("da1")
        _ = try await StackConvergence(managers: Managers(da1)).wait(stack: "da")
        try await lab.docker(
          "da1", "run", "--detach", "--name", "guest", "--network", "da_inner", Appliances.image, "sleep", "1000")
        let removal = StackRemoval(managers: Managers(da1), networkLimit: .seconds(3))
        let found = await failure { _ = try await removal.remove("da") }
        #expect(found?.code == .networkActiveEndpoints)
        #expect(found?.isRetryable == true)
        #expect(found?.message.contains("da_inner") == true)
        #expect(found?.cause?.contains("guest") == true)
        try await lab.docker("da1", "rm", "--force", "guest")
        #expect(try await StackRemoval(managers: Managers(da1)).remove("da").isChanged)
      }
    }

    @Test("services that can't run are reported with the scheduler's and the engine's own reasons")
    func stuck() async throws {
      try await Appliances.with(1) { lab in
        try await lab.swarm()
        try await lab.deploy(
          "bad",
          """
          version: "3.8"
          services:
            nowhere:
              image: \(Appliances.image)
              command: \(Self.idle)
              deploy: { placement: { constraints: ["node.labels.da-admin == true"] } }
            missing:
              image: test/not-there:1
              deploy: { restart_policy: { delay: 200ms } }
            sick:
              image: \(Appliances.image)
              command: ["sh", "-c", "trap 'exit 3' TERM; sleep 1000 & wait"]
              healthcheck: { test: ["CMD", "false"], interval: 200ms, retries: 2 }
              deploy: { restart_policy: { delay: 200ms } }
            ending:
              image: \(Appliances.image)
              command: ["true"]
              deploy: { restart_policy: { delay: 200ms } }
            good:
              image: \(Appliances.image)
              command: \(Self.idle)
          """)
        let da1 = lab.engine("da1")
        // However busy the machine is: first the engine has met each of the reasons.
        for (service, state) in [
          ("bad_good", "Running"), ("bad_missing", "Rejected"), ("bad_sick", "Failed"), ("bad_ending", "Complete"),
        ] {
          _ = try await eventually {
            try await lab.docker("da1", "service", "ps", service, "--format", "{{.CurrentState}}").contains(state)
              ? true : nil
          }
        }
        let found = try #require(
          await failure {
            _ = try await StackConvergence(managers: Managers(da1), limit: .seconds(20)).wait(stack: "bad")
          })
        #expect(found.code == .stackNotConverged)
        #expect(found.message.contains("4 of 5"))
        let byService = Dictionary(uniqueKeysWithValues: found.related.map { ($0.message.prefix { $0 != " " }, $0) })
        #expect(byService["bad_nowhere"]?.code == .taskNoSuitableNode)
        #expect(byService["bad_nowhere"]?.cause?.contains("node.labels.da-admin == true") == true)
        #expect(
          byService["bad_nowhere"]?.cause?.contains("da1: node.labels.da-admin is not set, and must be 'true'") == true)
        #expect(byService["bad_missing"]?.code == .taskImageMissing)
        #expect(byService["bad_sick"]?.code == .taskUnhealthy)
        #expect(byService["bad_ending"]?.code == .taskFailed)
        #expect(byService["bad_ending"]?.cause == "its container ended with exit code 0")
        #expect(byService["bad_good"] == nil)

        // What can't repair itself is not waited for to the end.
        try await lab.docker("da1", "service", "rm", "bad_sick", "bad_ending")
        let early = StackConvergence(managers: Managers(da1), limit: .seconds(600), stuckTimeout: .milliseconds(500))
        #expect(await failure { _ = try await early.wait(stack: "bad") }?.code == .stackNotConverged)

        // And it recovers when a person does something.
        try await lab.docker("da1", "service", "rm", "bad_missing")
        try await lab.docker("da1", "node", "update", "--label-add", "da-admin=true", lab.nodeID("da1"))
        _ = try await StackConvergence(managers: Managers(da1)).wait(stack: "bad")
      }
    }

    @Test("a changed service counts when its new tasks run")
    func update() async throws {
      try await Appliances.with(1) { lab in
        try await lab.swarm()
        let compose = """
          version: "3.8"
          services: { one: { image: "\(Appliances.image)", command: \(Self.idle) } }
          """
        try await lab.deploy("da", compose)
        let convergence = StackConvergence(managers: Managers(lab.engine("da1")))
        _ = try await convergence.wait(stack: "da")
        let before = try await lab.docker("da1", "ps", "-q")
        try await lab.deploy("da", compose.replacing("sleep 1000", with: "sleep 2000"))
        _ = try await convergence.wait(stack: "da")
        let after = try await lab.docker("da1", "ps", "-q", "--no-trunc").split(separator: "\n")
        #expect(after.count == 1)
        #expect(!after[0].hasPrefix(before))
      }
    }

    @Test("a node without power does not hold up the removal of a stack")
    func deadNode() async throws {
      try await Appliances.with(2) { lab in
        try await Self.prepare(lab)
        let da1 = lab.engine("da1")
        _ = try await StackConvergence(managers: Managers(da1)).wait(stack: "da")
        try await lab.fault("power-off", "da2")
        #expect(try await StackRemoval(managers: Managers(da1)).remove("da").isChanged)
        #expect(try await lab.docker("da1", "service", "ls", "-q") == "")
      }
    }
  }
}
