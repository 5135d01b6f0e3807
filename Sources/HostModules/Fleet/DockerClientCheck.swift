import DockerEngine
import Remote
import Values

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
