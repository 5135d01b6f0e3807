import DockerEngine
import Foundation
import TestSupport
import Testing
import Values

/// Every test that wants real engines is in an extension of this suite: they run one after the other, so that labs do
/// not compete for the machine, and only where a lab is possible.
@Suite(
  "With real engines", .labTimeLimit, .serialized,
  .enabled(if: labObstacle == nil, Comment(rawValue: labObstacle ?? "")))
enum RealEngines {}

/// Why no lab is possible here; nil when it is.
let labObstacle: String? = {
  return geteuid() == 0 ? nil : "the lab wants root, to make namespaces and run engines in them"
}()

/// Real engines `da1` to `daN` with nothing on them but a small image, for the time of one closure.
struct Appliances: Sendable {
  let name: String
  private let id: String

  static let hosts = ["da1", "da2", "da3"]
  /// What runs in the tests' services: a busybox.
  static let image = "test/busybox:1"

  private static let script = URL(filePath: #filePath).appending(path: "../../../Lab/lab").standardized.path

  /// Raises engines, runs `body`, takes them down. They go also when the test process is killed, which owns them.
  static func with(_ count: Int, _ body: (Appliances) async throws -> Void) async throws {
    let process = ProcessInfo.processInfo.processIdentifier
    let name = "engine-\(process)-\(UInt32.random(in: 0 ... .max))"
    try await Command.output([
      "bash", script, "up", "--bare", "--name", name, "--appliances", "\(count)", "--owner", "\(process)",
    ])
    do {
      let id = try String(contentsOfFile: "/run/runbook-lab/\(name)/id", encoding: .utf8)
      let appliances = Appliances(name: name, id: id.trimmingCharacters(in: .whitespacesAndNewlines))
      for host in hosts.prefix(count) { try await appliances.importImage(host) }
      try await body(appliances)
    } catch {
      try? await takeDown(name)
      throw error
    }
    try await takeDown(name)
  }

  /// In a task of its own, because a cancelled task must take it down too.
  private static func takeDown(_ name: String) async throws {
    _ = try await Task { try await Command.output(["bash", script, "down", "--name", name]) }.value
  }

  private func lab(_ arguments: [String], input: String = "") async throws -> String {
    try await Command.output(
      ["bash", Self.script, arguments[0], "--name", name] + arguments.dropFirst(), input: input)
  }

  /// What the plain docker command prints on a host.
  @discardableResult
  func docker(_ host: String, _ arguments: String..., input: String = "") async throws -> String {
    try await lab(["docker", host] + arguments, input: input).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Runs a shell script on a host.
  @discardableResult
  func shell(_ host: String, _ script: String) async throws -> String {
    try await lab(["exec", host, "--", "sh", "-euc", script]).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Copies a file of a host to this machine.
  func copy(_ host: String, _ source: String, to path: String) async throws {
    let words = [Self.script, "exec", "--name", name, host, "--", "cat", source]
    try await Command.output(["bash", "-c", "bash \"$@\" >\(path)", "copy"] + words)
  }

  /// Makes something go wrong, or repairs it.
  func fault(_ fault: String, _ host: String, _ arguments: String...) async throws {
    _ = try await lab(["fault", fault, host] + arguments)
  }

  /// A host's address.
  func address(_ host: String) -> String { "10.77.0.\(host.dropFirst(2))" }

  /// Begins a swarm on the first host and lets others join, all with the plain docker command.
  func swarm(_ manager: String = "da1", workers: String...) async throws {
    try await docker(manager, "swarm", "init", "--advertise-addr", address(manager))
    let token = try await docker(manager, "swarm", "join-token", "-q", "worker")
    for worker in workers { try await docker(worker, "swarm", "join", "--token", token, "\(address(manager)):2377") }
  }

  /// A host's own node ID, from the plain docker command.
  func nodeID(_ host: String) async throws -> String {
    try await docker(host, "info", "--format", "{{.Swarm.NodeID}}")
  }

  /// Deploys a stack from the text of a compose file.
  func deploy(_ stack: String, _ compose: String) async throws {
    // docker wants a directory to be in.
    let script = "cd /tmp; exec docker stack deploy --resolve-image never -c - \(stack)"
    _ = try await lab(["exec", "da1", "--", "sh", "-euc", script], input: compose)
  }

  /// A client of a host's engine, over its socket as this machine sees it.
  func engine(_ host: String) -> EngineClient {
    EngineClient(host: host, connector: UnixSocketConnector(path: SocketInside(host: host, id: id).path))
  }

  /// A client of a host's engine, over `docker system dial-stdio` as it is run at the other end of an ssh connection.
  func dialled(_ host: String, command: [String] = ["docker", "system", "dial-stdio"]) -> EngineClient {
    let words = ["bash", Self.script, "exec", "--name", name, host, "--"] + command
    return EngineClient(
      host: host,
      connector: FileDescriptorConnector(endpoint: "lab://\(host)") { try DialledStream.open(words) })
  }

  private func importImage(_ host: String) async throws {
    try await shell(
      host,
      """
      mkdir -p /tmp/image/bin; cp /bin/busybox /tmp/image/bin
      for name in sh sleep true false test touch; do ln -sf busybox /tmp/image/bin/$name; done
      tar -C /tmp/image -c . | docker import - \(Self.image) >/dev/null; rm -r /tmp/image
      """)
  }
}
