import Values

/// A compressed archive of a manager's swarm state on this machine: a copy of the folder `swarm` of its engine.
package struct SwarmArchive: Sendable {
  /// What is in it that says whose it is. Nothing of it is secret.
  package struct Contents: Sendable {
    /// The SHA-256 of the archive's file.
    package let digest: String
    /// The manager's certificate, PEM.
    package let certificate: String
    /// The managers that it knew, as JSON; empty where it does not say.
    package let remotes: String
    /// Whether the manager's key is locked, so that the unlock key is needed.
    package let isLocked: Bool
  }

  private let path: String
  private let transport: any Transport

  /// The archive at an absolute path.
  package init(_ path: String) {
    self.path = path
    transport = LocalTransport(host: HostSpec(name: "this machine", isLocal: true))
  }

  /// Reads it, its whole to see that it is sound. The key is not read, only whether it is locked.
  ///
  /// - Throws: `swarm.archive_unreadable` when it is not such an archive, or damaged. `file.not_found`.
  package func contents() async throws -> Contents {
    let digest = try await RemoteFiles(transport).sha256(path)
    let sound = try await run("tar -tzf \"$1\" >/dev/null")
    guard sound.isSuccess, let certificate = try await part("certificates/swarm-node.crt") else {
      throw Failure(
        .swarmArchiveUnreadable, "\(path) is not a complete archive of a manager's swarm state",
        cause: sound.errorText.isEmpty ? nil : sound.errorText, hint: "give an archive that backup-swarm.lua has made")
    }
    let locked = try await run("tar -xzOf \"$1\" swarm/certificates/swarm-node.key | grep -q 'BEGIN ENCRYPTED'")
    return Contents(
      digest: digest, certificate: certificate, remotes: try await part("state.json") ?? "",
      isLocked: locked.isSuccess)
  }

  private func part(_ name: String) async throws -> String? {
    let result = try await run("tar -xzOf \"$1\" \"swarm/$2\"", name)
    return result.isSuccess ? result.text : nil
  }

  private func run(_ script: String, _ name: String = "") async throws -> CommandResult {
    try await transport.run(.shell(script, arguments: [path, name], timeout: .seconds(600)), onOutput: nil)
  }
}

extension FailureCode {
  /// What was given is not an archive of a manager's swarm state, or it is damaged.
  package static let swarmArchiveUnreadable: FailureCode = "swarm.archive_unreadable"
}
