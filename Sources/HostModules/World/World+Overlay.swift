import DockerEngine
import Remote

extension World {
  /// The inventory's hosts by their node IDs, with the ways in which their part in overlay networks is looked at.
  func overlayHosts() async throws -> [String: OverlayHost] {
    try await hostsByNodeID().mapValues { name in
      let host = try host(name), transport = try transport(name)
      return OverlayHost(name: name, engine: try engine(name)) { process, addresses in
        try await NamespaceProbe.tcp(addresses, inside: process, on: transport, sudo: host.sudo).mapValues { outcome in
          switch outcome {
          case .open, .refused: .answered
          case .filtered(let reason): .silent(reason: reason)
          case .unknown(let reason): .untold(reason: reason)
          }
        }
      }
    }
  }
}
