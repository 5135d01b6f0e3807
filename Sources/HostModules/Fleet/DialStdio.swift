import DockerEngine
import Inventory
import Remote
import Values

/// Reaches a host's engine over the standard input and output of `docker system dial-stdio` there, which is what the
/// Docker CLI does for `ssh://` hosts.
struct DialStdio: Sendable {
  let host: Inventory.Host
  let socket: String
  let transport: any Transport

  var connector: FileDescriptorConnector {
    FileDescriptorConnector(endpoint: endpoint) { [self] in
      let stream = try await transport.openStream(command)
      guard let descriptor = stream.take() else {
        throw Failure(.engineClosed, "the connection to the Docker engine was closed", host: host.name)
      }
      // The stream lives as long as the connection does, because this closure holds it.
      return FileDescriptorConnector.Stream(descriptor: descriptor) { explain(await stream.termination) }
    }
  }

  private var endpoint: String {
    let place = host.connection == .local ? "unix://" : "ssh://\(host.name)"
    return socket == Inventory.EngineAccess.defaultSocket && host.connection == .ssh ? place : place + socket
  }

  private var command: RemoteCommand { DockerCommand(on: host, at: .socket(path: socket))(["system", "dial-stdio"]) }

  /// Why the stream ended, from what the host said on its way out.
  func explain(_ end: CommandTermination) -> Failure? {
    if let failure = end.failure { return failure }
    let words = end.errorText
    if words.contains("permission denied") {
      return Failure(
        .enginePermissionDenied, "this user may not talk to the Docker engine", host: host.name, cause: words,
        hint: host.sudo
          ? "check what sudo allows this user on the host"
          : "set `sudo: true` for this host in the inventory, or add its user to the group docker")
    }
    if end.status == 127 || words.contains("command not found") {
      return Failure(
        .engineAbsent, "there is no docker command on this host", host: host.name, cause: words,
        hint: "install Docker 20.10 or later, or correct the host's PATH for non-interactive logins")
    }
    if words.contains("no such file or directory") || words.contains("connection refused")
      || words.contains("Is the docker daemon running")
    {
      return Failure(
        .engineAbsent, "no Docker engine listens at \(socket)", host: host.name, cause: words,
        hint: "start it on the host: systemctl start docker", isRetryable: true)
    }
    guard end.status != 0, !words.isEmpty else { return nil }
    return Failure(
      .engineUnreachable, "docker system dial-stdio ended with status \(end.status)", host: host.name, cause: words,
      isRetryable: true)
  }
}
