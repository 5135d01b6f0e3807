import DockerEngine
import Inventory
import Remote

/// How the hosts of an inventory and their engines are reached: the one place where a run touches anything outside.
public protocol HostAccess: Sendable {
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
  public var spec: HostSpec {
    HostSpec(
      name: name, address: address, isLocal: connection == .local, user: ssh.user, port: ssh.port,
      sshConfig: ssh.config, sudo: sudo, acceptNewHostKeys: ssh.acceptsNewHostKeys, identityFile: ssh.identity)
  }
}
