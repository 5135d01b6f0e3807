import DockerEngine
import Remote

extension Fleet {
  /// The inventory's hosts by their node IDs, with the ways in which their part in overlay networks is looked at.
  ///
  /// - Parameter isPartial: whether a host that does not answer is left out, and not an error.
  func overlayHosts(isPartial: Bool) async throws -> [String: OverlayHost] {
    let hosts = isPartial ? try await answeringHostsByNodeID() : try await hostsByNodeID()
    return try hosts.mapValues { name in
      let host = try host(name), transport = try transport(name)
      return OverlayHost(name: name, engine: try engine(name)) { process, addresses in
        try await NamespaceProbe.tcp(addresses, inside: process, on: transport, sudo: host.sudo).mapValues { outcome in
          switch outcome {
          case .open, .refused: .answered
          case .filtered(let reason): .silent(reason: reason)
          case .unknown(let reason): .unknown(reason: reason)
          }
        }
      }
    }
  }
}
