import Foundation
import HostModules
import Inventory
import Remote
import Testing
import Values

/// Real appliances for the tests of one suite, raised by the command `Tests/Lab/lab`. They disappear with this process,
/// in whichever way it ends.
struct Appliances: Sendable {
  let name: String
  let folder: String

  /// Whether this machine can have any.
  static var arePossible: Bool {
    geteuid() == 0
  }

  /// Why not.
  static let obstacle: Comment = "appliances need Linux and root, to make namespaces and run engines in them"

  /// Raises appliances, runs the body, and takes them down. Bare ones are engines without a swarm and a stack.
  static func raised(_ count: Int, isBare: Bool = false, _ body: (Appliances) async throws -> Void) async throws {
    let process = ProcessInfo.processInfo.processIdentifier
    let appliances = Appliances(
      name: "modules-\(process)-\(UInt16.random(in: 0 ... .max))",
      folder: FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path)
    let options = ["--appliances", "\(count)", "--owner", "\(process)", "--folder", appliances.folder]
    try await appliances.run(["up", "--name", appliances.name] + options + (isBare ? ["--bare"] : []))
    do {
      try await body(appliances)
    } catch {
      // In a task of its own, because a cancelled one could not start the command.
      _ = try? await Task { try await appliances.lab("down") }.value
      throw error
    }
    try await appliances.lab("down")
  }

  /// The modules bound to the lab's own inventory, as a run has them.
  func withModules(_ body: (BoundModules) async throws -> Void) async throws {
    let fleet = Fleet(inventory: try inventory())
    do {
      try await body(BoundModules(fleet: fleet))
    } catch {
      await fleet.close()
      throw error
    }
    await fleet.close()
  }

  /// The lab's inventory, with a way into the appliances' network for ssh.
  private func inventory() throws -> Inventory {
    let config = folder + "/ssh_config_from_outside"
    let entering = "bash \(Self.command) run --name \(name) -- busybox nc %h %p"
    try "Host *\n  ProxyCommand \(entering)\nInclude \(folder)/ssh_config\n"
      .write(toFile: config, atomically: true, encoding: .utf8)
    let text = try String(contentsOfFile: folder + "/inventory.yaml", encoding: .utf8)
      .replacing("config: ./ssh_config", with: "config: \(config)")
    return try Inventory.parse(text: text, file: folder + "/inventory.yaml")
  }

  /// What the plain docker command prints inside an appliance.
  @discardableResult
  func docker(_ host: String, _ arguments: String...) async throws -> String {
    try await run(["docker", "--name", name, host] + arguments)
  }

  /// What a command prints inside an appliance, as root.
  @discardableResult
  func execute(_ host: String, _ arguments: String...) async throws -> String {
    try await run(["exec", "--name", name, host, "--"] + arguments)
  }

  @discardableResult
  private func lab(_ command: String, _ arguments: String...) async throws -> String {
    try await run([command, "--name", name] + arguments)
  }

  /// Runs `body` while a command runs as the operator: on the appliances' network, with this machine's files.
  ///
  /// - Parameter mark: what the command prints on its standard error when it is ready.
  func running(_ command: [String], until mark: String, _ body: () async throws -> Void) async throws {
    let (ready, said) = AsyncStream.makeStream(of: Bool.self)
    let shell = LocalTransport(host: HostSpec(name: "lab", isLocal: true))
    let arguments = ["bash", Self.command, "run", "--name", name, "--"] + command
    let service = Task {
      defer { said.finish() }
      return try await shell.run(RemoteCommand(arguments)) { _, chunk in
        if chunk.text.contains(mark) { said.yield(true) }
      }
    }
    do {
      for await _ in ready { break }
      try await body()
    } catch {
      service.cancel()
      _ = try? await service.value
      throw error
    }
    service.cancel()
    _ = try? await service.value
  }

  private static let command = Samples.repository.appending(path: "Tests/Lab/lab").path

  @discardableResult
  private func run(_ arguments: [String]) async throws -> String {
    let shell = LocalTransport(host: HostSpec(name: "lab", isLocal: true))
    let result = try await shell.run(RemoteCommand(["bash", Self.command] + arguments))
    guard result.isSuccess else {
      throw Failure("test.lab", "lab \(arguments.joined(separator: " ")) failed", cause: result.errorText)
    }
    return result.text
  }
}
