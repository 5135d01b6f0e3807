import Foundation
import Subprocess

/// A lab of real appliances `da1` to `daN`, up for the time of one closure.
///
/// The work is done by the command `Tests/Lab/lab`; see its `--help`. The lab disappears when the closure ends, in
/// whichever way, and also when the test process is killed, because that process owns it.
struct Lab: Sendable {
  /// The lab's name, unique on this machine.
  let name: String
  /// Where the lab's keys, `ssh_config` and `inventory.yaml` are.
  let folder: String

  /// The inventory that fits the lab, as in the README.
  var inventory: String { folder + "/inventory.yaml" }
  /// An ssh configuration that reaches all appliances.
  var sshConfiguration: String { folder + "/ssh_config" }

  /// Raises a lab, runs `body`, and takes the lab down.
  /// - Parameters:
  ///   - appliances: how many.
  ///   - isBare: engines and sshd only, without swarms and stack; up in about a second.
  ///   - hostname: the same host name on all appliances; otherwise each has its own.
  static func withAppliances<Result>(
    _ appliances: Int = 3,
    isBare: Bool = false,
    hostname: String? = nil,
    _ body: (Lab) async throws -> Result
  ) async throws -> Result {
    let name = "test-\(ProcessInfo.processInfo.processIdentifier)-\(UInt32.random(in: 0 ... .max))"
    var arguments = ["up", "--name", name, "--appliances", "\(appliances)"]
    arguments += ["--owner", "\(ProcessInfo.processInfo.processIdentifier)"]
    if isBare { arguments.append("--bare") }
    if let hostname { arguments += ["--hostname", hostname] }
    try await LabCommand.run(arguments).output()
    do {
      let folder = try await LabCommand.run(["folder", "--name", name]).output()
      let result = try await body(Lab(name: name, folder: folder.trimmingCharacters(in: .newlines)))
      try await takeDown(name)
      return result
    } catch {
      try? await takeDown(name)
      throw error
    }
  }

  /// In a task of its own, because a cancelled task could not start the command.
  private static func takeDown(_ name: String) async throws {
    _ = try await Task { try await LabCommand.run(["down", "--name", name]).output() }.value
  }

  /// Runs a command as the operator: on the appliances' network, with this machine's files.
  func run(_ command: [String], environment: [String: String] = [:]) async throws -> LabCommand {
    try await LabCommand.run(["run", "--name", name, "--"] + command, environment: environment)
  }

  /// The executable and arguments of an operator's command, for tests that start it themselves. The process that is
  /// started becomes the command, so a signal to it is one to the command.
  func operatorCommand(_ command: [String]) -> (executable: String, arguments: [String]) {
    ("bash", [LabCommand.script, "run", "--name", name, "--"] + command)
  }

  /// Runs a command over the operator's ssh on an appliance, as the administrator.
  func ssh(_ host: String, _ command: String) async throws -> LabCommand {
    try await run(["ssh", "-F", sshConfiguration, "-o", "BatchMode=yes", "-o", "ConnectTimeout=5", host, command])
  }

  /// Runs a command inside an appliance, as root.
  func execute(on host: String, _ command: [String]) async throws -> LabCommand {
    try await LabCommand.run(["exec", "--name", name, host, "--"] + command)
  }

  /// What the plain docker command prints on an appliance; throws when it fails.
  @discardableResult
  func docker(on host: String, _ arguments: String...) async throws -> String {
    try await LabCommand.run(["docker", "--name", name, host] + arguments).output()
  }

  /// Makes something go wrong, or mends it.
  func fault(_ fault: LabFault, on host: String, _ arguments: String?...) async throws {
    let given = arguments.compactMap(\.self)
    try await LabCommand.run(["fault", "--name", name, fault.rawValue, host] + given).output()
  }
}
