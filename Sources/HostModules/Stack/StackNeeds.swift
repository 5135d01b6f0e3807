import Compose
import DockerEngine
import Engine
import Remote
import Values

/// Checks whether a stack will find what its compose files only name: docker itself looks in the middle of a
/// deployment, when the old stack is gone.
struct StackNeeds: Sendable {
  /// Something that does not exist. It is not certain where a step before the deployment may create it.
  struct Missing: Sendable {
    var need: ComposeNeed
    var message: String
    var hint: String
    var isCertain: Bool
  }

  let files: RemoteFiles
  let engine: EngineClient
  /// The folder of the first compose file, where relative paths begin.
  let directory: String

  /// - Parameter isRead: Whether docker has read the files of environment variables already.
  func missing(of stack: ComposeStack, environmentFilesRead isRead: Bool) async throws -> [Missing] {
    var missing: [Missing] = []
    for need in stack.needs {
      switch need.kind {
      case .environmentFile(let path):
        if !isRead, let one = try await file(path, need) { missing.append(one) }
      case .content(let path):
        if let one = try await file(path, need) { missing.append(one) }
      case .network, .secret, .config: break
      }
    }
    return try await missing + swarmParts(stack.needs)
  }

  private func file(_ path: String, _ need: ComposeNeed) async throws -> Missing? {
    guard !path.isEmpty else {
      return Missing(
        need: need, message: "\(need.by) has neither 'file' nor 'external'",
        hint: "name its file, or write external: true where it is in the swarm already", isCertain: true)
    }
    // A ~ is an ordinary character here: docker resolves it in volumes only (26.1, 28.5).
    let whole = path.hasPrefix("/") ? path : "\(directory)/\(path.hasPrefix("./") ? String(path.dropFirst(2)) : path)"
    guard try await !files.exists(whole) else { return nil }
    return Missing(
      need: need, message: "\(need.by) names the file \(whole), which does not exist",
      hint: "put it there, or correct the path; docker looks for it in the middle of the deployment", isCertain: true)
  }

  private func swarmParts(_ needs: [ComposeNeed]) async throws -> [Missing] {
    let kinds = needs.map(\.kind)
    func isAsked(_ matches: (ComposeNeed.Kind) -> Bool) -> Bool { kinds.contains(where: matches) }
    // An engine that manages no swarm yet says so to others.
    guard
      let there = try await swarmNames(
        networks: isAsked { if case .network = $0 { true } else { false } },
        secrets: isAsked { if case .secret = $0 { true } else { false } },
        configs: isAsked { if case .config = $0 { true } else { false } })
    else { return [] }
    return needs.compactMap { need in
      guard !there.contains(need.kind) else { return nil }
      let (what, name): (String, String)
      switch need.kind {
      case .network(let given): (what, name) = ("network", given)
      case .secret(let given): (what, name) = ("secret", given)
      case .config(let given): (what, name) = ("config", given)
      case .environmentFile, .content: return nil
      }
      return Missing(
        need: need, message: "\(need.by) is external, and the swarm has no \(what) '\(name)'",
        hint: "create it before the stack is deployed (`docker \(what) create`)", isCertain: false)
    }
  }

  private func swarmNames(networks: Bool, secrets: Bool, configs: Bool) async throws -> Set<ComposeNeed.Kind>? {
    guard networks || secrets || configs else { return nil }
    do {
      var names: Set<ComposeNeed.Kind> = []
      if networks {
        names.formUnion(try await engine.networks().filter { $0.scope == "swarm" }.map { .network($0.name) })
      }
      if secrets { names.formUnion(try await engine.secrets().map { .secret($0.name) }) }
      if configs { names.formUnion(try await engine.configs().map { .config($0.name) }) }
      return names
    } catch let failure as Failure where failure.code == .engineNotSwarmManager { return nil }
  }
}

/// Has the client of a host read compose files: it is the one that deploys, and what it refuses must be known before
/// anything is stopped. It only reads, and needs no engine.
struct StackFilesCheck: Sendable {
  /// What the host's own client says.
  enum Verdict: Sendable {
    case taken
    case refused(String)
    /// It has no verdict: it is older than `docker stack config`, or is missing.
    case unknown
  }

  let docker: DockerCommand
  let transport: any Transport
  let host: String

  /// The rules of the host's own client.
  func dialect() async throws -> ComposeDialect {
    let result = try await transport.run(docker(["--version"], timeout: .seconds(60)))
    // A login profile may have written something before.
    let line = result.lines.last { $0.hasPrefix("Docker version ") }
    return ComposeDialect(clientVersion: line.map { String($0.dropFirst("Docker version ".count)) } ?? "")
  }

  /// What it says about the files, and the lines of its warnings. Its output is the whole stack, with all values; it is
  /// never shown.
  func read(
    _ files: [String], in directory: String, environment: [String: String]
  ) async throws -> (verdict: Verdict, warnings: [String]) {
    let words = ["stack", "config"] + files.flatMap { ["-c", $0] }
    let result = try await transport.run(
      docker(words, directory: directory, timeout: .seconds(60), environment: environment))
    let said = result.errorText.split(separator: "\n").map(String.init)
    if result.isSuccess { return (.taken, said) }
    let isOld =
      result.errorText.contains("unknown shorthand flag") || result.errorText.contains("is not a docker command")
    return (isOld || result.status >= 126 ? .unknown : .refused(String(result.errorText.suffix(2000))), [])
  }
}

/// The variables that compose files use as `${NAME}`.
extension StackModule {
  static let environment = Parameter.optional(
    "environment", .map(.string),
    "Variables for the compose files, used there as `${NAME}`; `run.inventory.stack.environment`. They reach docker "
      + "through its environment, not as an argument of a command.")

  /// The variables that were given.
  func variables(_ options: Arguments) throws -> [String: String] {
    let given = given(options)
    for (name, value) in given.sorted(by: { $0.key < $1.key }) {
      let isName =
        name.utf8.first.map { !(0x30...0x39).contains($0) } == true
        && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
      guard isName, !value.contains(where: \.isNewline), !value.unicodeScalars.contains("\0") else {
        throw Failure(
          .argument, "\(name) can't be an environment variable",
          hint: "use letters, digits and _ in the name, and one line as the value")
      }
    }
    return given
  }

  /// The variables as a person types them before a command.
  func typedVariables(_ options: Arguments) -> [String] {
    given(options).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  }

  private func given(_ options: Arguments) -> [String: String] {
    options.map("environment").compactMapValues(\.stringValue)
  }
}
