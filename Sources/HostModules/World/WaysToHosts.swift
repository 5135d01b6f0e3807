import DockerEngine
import Inventory
import Remote

/// Chooses, from what the inventory says, how a host and its engine are reached.
struct WaysToHosts: Sendable {
  /// The folder of the sockets of kept ssh connections.
  var controlFolder = ControlFolder.standard

  /// The way to run commands on a host.
  func transport(to host: Inventory.Host) -> any Transport {
    let spec = HostSpec(
      name: host.name, address: host.address, isLocal: host.connection == .local, user: host.ssh.user,
      port: host.ssh.port, sshConfig: host.ssh.config, sudo: host.sudo,
      acceptNewHostKeys: host.ssh.acceptsNewHostKeys, identityFile: host.ssh.identity)
    return spec.isLocal ? LocalTransport(host: spec) : SSHTransport(host: spec, controlFolder: controlFolder)
  }

  /// The way to a host's engine: directly where it can be reached so, else through Docker's own client on the host.
  func engine(of host: Inventory.Host, over transport: any Transport) -> any EngineConnector {
    switch host.engine {
    case .tcp(let address, let port, nil):
      TCPConnector(host: address, port: port)
    case .tcp(let address, let port, let files?):
      TLSConnector(
        host: address, port: port,
        files: .init(authority: files.authority, certificate: files.certificate, key: files.key))
    case .socket(let path) where host.connection == .local && !host.sudo:
      UnixSocketConnector(path: path)
    case .socket(let path):
      DialStdio(host: host, socket: path, transport: transport).connector
    }
  }
}
