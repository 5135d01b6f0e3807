import DockerEngine
import Inventory
import Remote

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
