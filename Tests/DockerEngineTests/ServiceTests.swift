import DockerEngine
import Foundation
import TestSupport
import Testing
import Values

extension RealEngines {
  @Suite("Services and their tasks")
  struct Services {
    /// One service after the other holds a port of da1, wants too much, has no label, no image, or ends.
    static let compose = """
      version: "3.8"
      services:
        first:
          image: \(Appliances.image)
          command: \(Stacks.idle)
          ports: [{ target: 80, published: 8080, mode: host }]
          deploy: { endpoint_mode: dnsrr, placement: { constraints: ["node.hostname == da1"] } }
        greedy:
          image: \(Appliances.image)
          command: \(Stacks.idle)
          deploy: { resources: { reservations: { memory: 100000G } } }
        nowhere:
          image: \(Appliances.image)
          command: \(Stacks.idle)
          deploy: { placement: { constraints: ["node.labels.da-admin == true", "node.role == manager"] } }
        missing:
          image: test/not-there:1
          deploy: { restart_policy: { delay: 200ms } }
        ending:
          image: \(Appliances.image)
          command: ["sh", "-c", "echo to be told; echo last words >&2; exit 3"]
          deploy: { restart_policy: { delay: 200ms }, placement: { constraints: ["node.hostname == da1"] } }
        writer:
          image: \(Appliances.image)
          command: ["sh", "-c", "echo hello; echo beware >&2; \(idleTail)"]
          deploy: { mode: global, endpoint_mode: dnsrr }
      """
    static let idleTail = "trap 'exit 0' TERM; sleep 1000 & wait"

    static let second = """
      version: "3.8"
      services:
        second:
          image: \(Appliances.image)
          command: \(Stacks.idle)
          ports: [{ target: 80, published: 8080, mode: host }]
          deploy: { endpoint_mode: dnsrr, placement: { constraints: ["node.hostname == da1"] } }
      """

    @Test("what keeps tasks from running is explained by the swarm as it is; logs come from every node")
    func explained() async throws {
      try await Appliances.with(2) { lab in
        try await lab.swarm(workers: "da2")
        let da1 = lab.engine("da1")
        try await lab.deploy("bad", Self.compose)
        _ = try await StackConvergence(managers: Managers(da1)).wait(service: "bad_first")
        _ = try await StackConvergence(managers: Managers(da1)).wait(service: "bad_writer")
        try await lab.deploy("other", Self.second)

        let names = [try await lab.nodeID("da1"): "front", try await lab.nodeID("da2"): "back"]
        let inquiry = TaskInquiry(managers: Managers(da1), names: names)
        let findings = try await eventually {
          let found = try await inquiry.findings()
          let services = Set(found.filter { !$0.words.isEmpty }.map(\.service))
          let hasLog = found.contains { $0.service == "bad_ending" && !$0.log.isEmpty }
          return services.isSuperset(of: [
            "bad_greedy", "bad_nowhere", "bad_missing", "bad_ending", "other_second",
          ]) && hasLog ? found : nil
        }
        func finding(_ service: String) throws -> TaskFinding {
          try #require(findings.first { $0.service == service && ($0.log != [] || service != "bad_ending") })
        }
        #expect(!findings.contains { ["bad_first", "bad_writer"].contains($0.service) })

        let nowhere = try finding("bad_nowhere")
        #expect(nowhere.code == .taskNoSuitableNode && nowhere.isLasting && nowhere.node == nil)
        #expect(
          nowhere.reasons == [
            "back: node.labels.da-admin is not set, and must be 'true'; node.role is 'worker', and must be 'manager'",
            "front: node.labels.da-admin is not set, and must be 'true'",
          ]
            || nowhere.reasons.reversed().elementsEqual([
              "back: node.labels.da-admin is not set, and must be 'true'; node.role is 'worker', and must be 'manager'",
              "front: node.labels.da-admin is not set, and must be 'true'",
            ]))
        let port = try finding("other_second")
        #expect(port.code == .taskPortInUse)
        #expect(port.reasons.contains { $0.hasPrefix("port 8080/tcp on front is taken by bad_first (task ") })
        #expect(port.reasons.contains { $0.hasPrefix("back: node.hostname is 'da2', and must be 'da1'") })
        let greedy = try finding("bad_greedy")
        #expect(greedy.code == .taskNoSuitableNode && greedy.words.contains("insufficient resources"))
        #expect(greedy.reasons.contains { $0.hasPrefix("front has ") && $0.contains("MiB, of which 0 CPUs and 0 MiB") })
        #expect(try finding("bad_missing").code == .taskImageMissing)
        #expect(try finding("bad_missing").node != nil)
        let ending = try finding("bad_ending")
        #expect(ending.code == .taskFailed && ending.words.contains("non-zero exit (3)") && ending.node == "front")
        #expect(ending.log.sorted() == ["last words", "to be told"])

        var lines: [LogLine] = []
        try await da1.serviceLog("bad_writer", LogQuery(tail: 10)) { lines.append($0) }
        #expect(lines.filter { $0.stream == .output }.map(\.text) == ["hello", "hello"])
        #expect(lines.filter { $0.stream == .error }.map(\.text) == ["beware", "beware"])
        #expect(Set(lines.map(\.nodeID)) == Set(names.keys))

        // A node that takes no tasks, and one that is down, are reported by name.
        try await lab.docker("da1", "service", "rm", "bad_ending", "bad_missing", "bad_writer", "bad_greedy")
        try await lab.docker("da1", "node", "update", "--availability", "drain", "da2")
        let drained = try await eventually {
          try await inquiry.findings(stack: "bad").first { $0.words.contains("not available for new tasks") }
        }
        #expect(drained.reasons.contains("back takes no tasks: its availability is drain"))
        #expect(Set(try await inquiry.findings(stack: "bad").map(\.service)) == ["bad_nowhere"])
      }
    }

    @Test("a service is restarted, gets another image and another number of tasks, and nothing twice")
    func changed() async throws {
      try await Appliances.with(1) { lab in
        try await lab.swarm()
        let da1 = lab.engine("da1")
        try await lab.deploy(
          "da",
          """
          version: "3.8"
          services:
            one: { image: "\(Appliances.image)", command: \(Stacks.idle) }
            each: { image: "\(Appliances.image)", command: \(Stacks.idle), deploy: { mode: global } }
          """)
        let convergence = StackConvergence(managers: Managers(da1))
        _ = try await convergence.wait(stack: "da")
        let change = ServiceChange(managers: Managers(da1))
        func containers() async throws -> [String] {
          try await lab.docker("da1", "ps", "--no-trunc", "-q", "--filter", "name=da_one").split(separator: "\n")
            .map(String.init)
        }
        let before = try await containers()

        _ = try await change.restart("da_one")
        #expect(try await convergence.wait(service: "da_one").isConverged)
        let restarted = try await containers()
        #expect(restarted.count == 1 && restarted != before)

        let image = "test/busybox:2"
        try await lab.docker("da1", "tag", Appliances.image, image)
        #expect(try await change.setImage(image, of: "da_one") == .changed(Appliances.image))
        #expect(try await change.setImage(image, of: "da_one") == .unchanged(image))
        #expect(try await convergence.wait(service: "da_one").isConverged)
        let format = "{{.Spec.TaskTemplate.ContainerSpec.Image}} {{index .Spec.Labels \"com.docker.stack.image\"}}"
        #expect(
          try await lab.docker("da1", "service", "inspect", "da_one", "--format", format) == "\(image) \(image)")

        #expect(try await change.scale("da_one", to: 2) == .changed(1))
        #expect(try await change.scale("da_one", to: 2) == .unchanged(2))
        #expect(try await convergence.wait(service: "da_one").running == 2)
        #expect(try await containers().count == 2)
        #expect(await failure { _ = try await change.scale("da_each", to: 2) }?.code == .serviceNotScalable)
        let absent = await failure { _ = try await change.restart("da_none") }
        #expect(absent?.code == .engineNotFound && absent?.message == "there is no service named da_none")

        // An image that is nowhere: reported at once, with what the engine says.
        _ = try await change.setImage("test/not-there:1", of: "da_one")
        let stuck = StackConvergence(managers: Managers(da1), limit: .seconds(120), stuckTimeout: .milliseconds(500))
        let found = await failure { _ = try await stuck.wait(service: "da_one") }
        #expect(found?.code == .stackNotConverged && found?.message == "da_one does not run as it should")
        #expect(
          found?.related.first?.code == .taskImageMissing || found?.related.first?.message.contains("update") == true)
      }
    }

    @Test("networks are listed with what is attached, and what a removed stack left behind with what holds it")
    func leftovers() async throws {
      try await Appliances.with(2) { lab in
        try await Stacks.prepare(lab)
        let da1 = lab.engine("da1")
        _ = try await StackConvergence(managers: Managers(da1)).wait(stack: "da")
        let networks = try await StackNetworks(managers: Managers(da1)).networks(ofStack: "da")
        #expect(networks.map(\.network.name) == ["da_inner"])
        #expect(networks[0].attached.count == 3)
        #expect(networks[0].attached.first?.hasPrefix("da_back (task ") == true)
        #expect(try await StackLeftovers(managers: Managers(da1)).find() == [])

        try await lab.docker(
          "da1", "run", "--detach", "--name", "guest", "--network", "da_inner", Appliances.image, "sleep", "1000")
        try await lab.docker("da1", "service", "rm", "da_front", "da_back")
        let left = try await eventually {
          let left = try await StackLeftovers(managers: Managers(da1)).find()
          return left.first { $0.kind == "network" }?.attached.count == 1 ? left : nil
        }
        #expect(left.map(\.kind) == ["network", "secret"] && left.map(\.stack) == ["da", "da"])
        #expect(left[0].attached[0].hasPrefix("guest at "))
        #expect(try await StackLeftovers(managers: Managers(da1)).find(stack: "other") == [])
      }
    }

    @Test("images are loaded from a file of this machine, and found by name")
    func images() async throws {
      try await Appliances.with(2) { lab in
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).tar").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        try await lab.docker("da1", "tag", Appliances.image, "test/loaded:7")
        try await lab.shell("da1", "docker save test/loaded:7 -o /tmp/images.tar")
        try await lab.copy("da1", "/tmp/images.tar", to: file)
        for client in [lab.engine("da2"), lab.dialled("da2")] {
          #expect(try await client.image("test/loaded:7") == nil)
          #expect(try await client.loadImages(from: file) == ["test/loaded:7"])
          #expect(try await client.image("test/loaded:7")?.tags.contains("test/loaded:7") == true)
          #expect(try await lab.docker("da2", "image", "ls", "-q", "test/loaded:7") != "")
          try await lab.docker("da2", "image", "rm", "test/loaded:7")
          client.close()
        }
        let events = try await lab.engine("da2").pastEvents(["type": ["image"]], last: .seconds(600))
        #expect(events.contains { $0.action == "load" })
        let text = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).txt").path
        defer { try? FileManager.default.removeItem(atPath: text) }
        try "this is not a tar".write(toFile: text, atomically: true, encoding: .utf8)
        let found = await failure { _ = try await lab.engine("da2").loadImages(from: text) }
        #expect(found?.host == "da2" && found?.cause != nil)
      }
    }
  }
}
