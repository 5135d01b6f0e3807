import DockerEngine
import Glibc
import Inventory
import Remote
import Values

/// How the hosts of an inventory and their engines are reached: the one place where a run touches anything outside.
package protocol HostAccess: Sendable {
  /// The way to run commands on a host.
  func transport(to host: Inventory.Host) -> any Transport

  /// The way to a host's engine, where that is not over ``transport(to:)``; `nil` where it is.
  func engine(of host: Inventory.Host) -> (any EngineConnector)?
}

extension HostAccess {
  /// The way to a host's engine: directly where there is one, else through Docker's own client on the host.
  func engine(of host: Inventory.Host, over transport: any Transport) -> any EngineConnector {
    if let direct = engine(of: host) { return direct }
    let socket = if case .socket(let path) = host.engine { path } else { Inventory.EngineAccess.defaultSocket }
    return DialStdio(host: host, socket: socket, transport: transport).connector
  }
}

extension Inventory.Host {
  /// How its transport is to reach it.
  package var spec: HostSpec {
    HostSpec(
      name: name, address: address, isLocal: connection == .local, user: ssh.user, port: ssh.port,
      sshConfig: ssh.config, sudo: sudo, acceptNewHostKeys: ssh.acceptsNewHostKeys, identityFile: ssh.identity)
  }
}

/// Reaches real hosts as the inventory says: by ssh or locally, and their engines directly where they can be so.
struct InventoryHostAccess: HostAccess {
  /// The folder of the sockets of kept ssh connections.
  var controlFolder = ControlFolder.standard

  func transport(to host: Inventory.Host) -> any Transport {
    let spec = host.spec
    return spec.isLocal ? LocalTransport(host: spec) : SSHTransport(host: spec, controlFolder: controlFolder)
  }

  func engine(of host: Inventory.Host) -> (any EngineConnector)? {
    switch host.engine {
    case .tcp(let address, let port, nil):
      TCPConnector(host: address, port: port)
    case .tcp(let address, let port, let files?):
      TLSConnector(
        host: address, port: port,
        files: .init(authority: files.authority, certificate: files.certificate, key: files.key))
    case .socket(let path) where host.connection == .local && !host.sudo:
      UnixSocketConnector(path: path)
    case .socket: nil
    }
  }
}

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

/// Where ssh keeps the sockets of its kept connections: a short path, of this user alone.
enum ControlFolder {
  /// `$XDG_RUNTIME_DIR/runbook`, else one of the user's own below `/tmp`, because a socket's path must be short.
  static var standard: String {
    if let folder = getenv("XDG_RUNTIME_DIR").map({ String(cString: $0) }), folder.hasPrefix("/"),
      folder.utf8.count < 40, access(folder, W_OK) == 0
    {
      return folder + "/runbook"
    }
    return "/tmp/runbook-\(geteuid())"
  }
}
