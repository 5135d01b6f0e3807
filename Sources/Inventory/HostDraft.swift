import Values
import YAMLTree

/// A host as far as its entry could be read.
struct HostDraft {
  let entry: YAMLNode.Member
  /// The entry as the file has it, with what was refused.
  let written: YAMLNode?
  let ssh: Inventory.SSH
  let sudo: Bool
  let engine: EngineSettings

  var name: String { entry.key }
  var location: SourceLocation { entry.location }
  var node: YAMLNode { entry.value }
  var role: Inventory.Role? { node["role"]?.text.flatMap(Inventory.Role.init(rawValue:)) }
  var connection: Inventory.Connection {
    node["connection"]?.text.flatMap(Inventory.Connection.init(rawValue:)) ?? .ssh
  }
  var address: String? { node["address"]?.text }
  var advertiseAddress: String? { node["advertise_address"]?.text }
  var services: [(name: String, location: SourceLocation)] {
    (node["services"]?.elements ?? []).map { ($0.text ?? "", $0.location) }
  }

  /// Whether the file gives an address that was refused already.
  var isAddressWrong: Bool { written?["address"] != nil && node["address"] == nil }
  /// Whether each service that the file gives could be read.
  var isWholeServicesList: Bool {
    guard let services = written?["services"] else { return true }
    return services.elements != nil && services.elements?.count == node["services"]?.elements?.count
  }

  func host(role: Inventory.Role, engine: Inventory.EngineAccess) -> Inventory.Host {
    let labels = (node["labels"]?.members ?? []).map { ($0.key, $0.value.text ?? "") }
    return Inventory.Host(
      name: name, address: address, role: role, services: services.map(\.name), connection: connection, ssh: ssh,
      sudo: sudo, engine: engine, advertiseAddress: advertiseAddress,
      labels: Dictionary(labels, uniquingKeysWith: { first, _ in first }), line: location.line)
  }
}
