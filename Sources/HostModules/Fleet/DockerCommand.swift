import DockerEngine
import Inventory
import Remote
import Values

/// A call of Docker's own client on a host. It always names the engine.
///
/// Left to itself, the client asks the engine of `DOCKER_HOST` or `DOCKER_CONTEXT`, or of the context in use, of the
/// user who calls it. That need not be the engine of the inventory, to which all other calls go.
package struct DockerCommand: Sendable {
  /// The options that name the engine to the client.
  let engine: [String]
  /// The part of it that a person types: nothing where the client finds the engine at its usual socket.
  let shownEngine: [String]
  /// Why the engine is named by another address than that of the inventory; `nil` where it is not.
  let substitute: String?
  private let sudo: Bool

  /// A call on that host.
  ///
  /// - Parameter access: where the engine is; by default as the inventory says.
  init(on host: Inventory.Host, at access: Inventory.EngineAccess? = nil) {
    let usual = Self.socket(Inventory.EngineAccess.defaultSocket)
    var substitute: String?
    switch access ?? host.engine {
    case .socket(let path): engine = Self.socket(path)
    case .tcp(let address, let port, nil): engine = Self.tcp(address, port)
    case .tcp(let address, let port, let files?) where host.connection == .local:
      engine =
        Self.tcp(address, port) + [
          "--tlsverify", "--tlscacert", files.authority, "--tlscert", files.certificate, "--tlskey", files.key,
        ]
    case .tcp:
      // Only this machine has the files for TLS. Whether the engine at the usual socket is the same one is for
      // ``DockerClientCheck`` to find out.
      engine = usual
      substitute = "its TLS files are on the machine that runs runbook, not on the host"
    }
    self.substitute = substitute
    shownEngine = engine == usual ? [] : engine
    sudo = host.sudo
  }

  /// The command for the host.
  ///
  /// - Parameter words: what follows `docker`.
  /// - Parameter environment: variables for the client. They go by standard input and not as arguments, which every
  ///   user of the host can read. With sudo, a rule for docker alone does not do then: it must allow `sh`, too.
  func callAsFunction(
    _ words: [String], directory: String? = nil, timeout: Duration? = nil, environment: [String: String] = [:]
  ) -> RemoteCommand {
    var command = RemoteCommand(["docker"] + engine + words, directory: directory, sudo: sudo, timeout: timeout)
    if !environment.isEmpty {
      let lines = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }
      command.argv = ["sh", "-c", Self.withVariables, "sh"] + command.argv
      command.stdin = Array(lines.joined().utf8)
    }
    command.cleared = Self.variables
    return command
  }

  private static let withVariables = #"while IFS= read -r line; do export "$line"; done; exec "$@""#

  /// A call with its variables where a simulated host looks for them; others are left as they are.
  package static func withEnvironment(_ command: RemoteCommand) -> RemoteCommand {
    guard command.argv.starts(with: ["sh", "-c", withVariables, "sh"]) else { return command }
    var plain = command
    plain.argv = Array(command.argv.dropFirst(4))
    for line in String(decoding: command.stdin, as: UTF8.self).split(separator: "\n") {
      guard let sign = line.firstIndex(of: "=") else { continue }
      plain.environment[String(line[..<sign])] = String(line[line.index(after: sign)...])
    }
    plain.stdin = []
    return plain
  }

  /// Where the engine is, for a person.
  var endpoint: String { engine[1] }

  /// What leads the client elsewhere, or has it talk to the engine in another way, from its environment.
  /// `DOCKER_CONFIG` is left: registries' passwords are there, and a context that it holds does not count beside
  /// `--host`.
  private static let variables = [
    "DOCKER_API_VERSION", "DOCKER_CERT_PATH", "DOCKER_CONTEXT", "DOCKER_HOST", "DOCKER_STACK_ORCHESTRATOR",
    "DOCKER_TLS",
    "DOCKER_TLS_VERIFY",
  ]

  private static func socket(_ path: String) -> [String] { ["--host", "unix://\(path)"] }

  private static func tcp(_ address: String, _ port: Int) -> [String] {
    ["--host", "tcp://\(address.contains(":") ? "[\(address)]" : address):\(port)"]
  }

  /// The arguments of a call without what names the engine: `docker stack deploy …`. Others are left as they are.
  package static func withoutEngine(_ argv: [String]) -> [String] {
    guard argv.first == "docker" else { return argv }
    var rest = argv.dropFirst()
    while let word = rest.first {
      switch word {
      case "--host", "--tlscacert", "--tlscert", "--tlskey": rest = rest.dropFirst(2)
      case "--tlsverify": rest = rest.dropFirst()
      default: return ["docker"] + rest
      }
    }
    return argv
  }
}

/// Finds out whether Docker's own client on a host asks the engine that all other calls go to.
struct DockerClientCheck: Sendable {
  let docker: DockerCommand
  let transport: any Transport
  let engine: EngineClient

  /// Fails unless the client sees this engine, by the engine's own ID. Changes nothing.
  func expectSameEngine() async throws {
    let wanted = try await engine.info()
    let result = try await transport.run(docker(["info", "--format", "{{.ID}}"], timeout: .seconds(60)))
    // Its last line: a login profile may have written something before.
    let seen = result.lines.last ?? ""
    if result.isSuccess, seen == wanted.id, !seen.isEmpty { return }
    let asked = "\(engine.endpoint), as the inventory says, which is \(wanted.name) (\(wanted.id))"
    let why = docker.substitute.map { " (\($0))" } ?? ""
    let found =
      result.isSuccess && !seen.isEmpty
      ? "finds another engine there: \(seen)"
      : "gets no answer: \((result.errorText.isEmpty ? "exit code \(result.status)" : result.errorText).suffix(500))"
    throw Failure(
      .stackOtherEngine, "docker on the host does not reach the engine of the inventory, so nothing was deployed",
      host: engine.host,
      cause: "the other calls go to \(asked); docker on the host is sent to \(docker.endpoint)\(why) and \(found)",
      hint: "in the inventory, name an engine that the host itself reaches: `engine: { socket: /var/run/docker.sock }` "
        + "or a TCP address that leads to the same engine from the host",
      // The engine itself answered just now, so that it may be about to restart.
      isRetryable: !result.isSuccess && docker.substitute == nil)
  }

  /// Fails unless services of a stack are on this engine's swarm.
  ///
  /// - Parameter names: the services, with the stack's name before each; `nil` where they are not known, then there
  ///   must be at least one.
  func expectServices(_ names: [String]?, of stack: String) async throws {
    let present = Set(try await engine.services().filter { $0.stack == stack }.map(\.name))
    let missing = (names ?? []).filter { !present.contains($0) }
    if names == nil ? !present.isEmpty : missing.isEmpty { return }
    throw Failure(
      .stackNotThere, "docker stack deploy succeeded, but the stack's services are not there", host: engine.host,
      cause: "\(missing.isEmpty ? "no service of \(stack)" : missing.sorted().joined(separator: ", ")) not found at "
        + "\(engine.endpoint), the engine that the inventory names",
      hint:
        "check on the host which engine docker uses: `docker context ls`, `type docker`; remove the stack from the "
        + "engine that got it")
  }
}

extension FailureCode {
  /// Docker's own client on a host does not ask the engine that the inventory names. Nothing was deployed.
  static let stackOtherEngine: FailureCode = "stack.other_engine"
  /// A deployment that succeeded left no services on the engine that the inventory names.
  static let stackNotThere: FailureCode = "stack.not_there"
}
