import Inventory

extension WorldPlan {
  /// The label that a service's constraint asks for, as the product's compose files do: the database has no prefix.
  static func label(of service: String) -> String { service == "postgres" ? service : "da-\(service)" }

  /// The services of the stack: those that the inventory names, and those that it needs.
  var stackServices: [String] { Set(inventory.hosts.flatMap(\.services) + inventory.services).sorted() }

  /// The labels of a standalone appliance: those of all services.
  var allLabels: [String: String] {
    Dictionary(uniqueKeysWithValues: stackServices.map { (Self.label(of: $0), "true") })
  }

  /// The text of each compose file, in the inventory's order.
  func composeFiles() -> [(name: String, path: String, text: String)] {
    guard hasStackFiles, let stack = inventory.stack else { return [] }
    let hasNetworkFile = stack.files.contains { $0.contains("network") }
    let hasVersionFile = stack.files.contains { $0.contains("version") }
    return stack.files.enumerated().map { index, name in
      let path = name.hasPrefix("/") ? name : "\(stack.directory)/\(name)"
      let text =
        stackFiles[name]
        ?? Self.made(
          stackServices, describes: index == 0, networks: name.contains("network") || (index == 0 && !hasNetworkFile),
          versions: name.contains("version") || (index == 0 && !hasVersionFile))
      return (name, path, text)
    }
  }

  /// A compose file as an appliance has it: one describes the services, one their network, one their versions.
  private static func made(_ services: [String], describes: Bool, networks: Bool, versions: Bool) -> String {
    var lines = ["version: \"3.8\"", services.isEmpty ? "services: {}" : "services:"]
    for service in services {
      var parts: [String] = []
      if versions { parts.append("image: \"nexus/\(service == "postgres" ? "" : "da-")\(service):6.9.0\"") }
      if networks { parts.append("networks: [da-overlay]") }
      if describes {
        let isOne = service == "admin" || service == "postgres"
        let mode = isOne ? "replicas: 1" : "mode: global"
        parts.append("healthcheck: { test: [CMD, \"true\"] }")
        parts.append(
          "deploy: { endpoint_mode: dnsrr, \(mode), placement: { constraints: [node.labels.\(label(of: service)) == true] } }"
        )
        if service == "accesspoint" {
          parts.append("ports: [{ target: 8080, published: 8080, protocol: tcp, mode: host }]")
        }
      }
      lines.append("  \(service): {\(parts.isEmpty ? "" : " \(parts.joined(separator: ", ")) ")}")
    }
    if networks { lines += ["networks:", "  da-overlay: { driver: overlay }"] }
    return lines.joined(separator: "\n") + "\n"
  }
}
