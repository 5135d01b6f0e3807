import Compose
import Values
import YAMLTree

/// What compose files say of a stack, as far as a simulated engine needs it.
struct StackSource: Sendable {
  /// One service with the whole of what is deployed of it.
  struct Service: Sendable {
    let name: String
    let described: ComposeService
    var networks: [String]
    var environment: [String]
    var hasHealthCheck: Bool
    var endpointMode: String?

    func spec(in stack: String) -> Value {
      var shape = ServiceShape(name: "\(stack)_\(name)", image: described.image ?? "")
      shape.stack = stack
      shape.mode = described.mode
      shape.constraints = described.constraints.map(\.description)
      shape.networks = networks.map { "\(stack)_\($0)" }
      shape.environment = environment
      shape.hasHealthCheck = hasHealthCheck
      shape.endpointMode = endpointMode
      shape.ports = described.ports.map { port in
        var own = ServiceShape.Port(target: port.target, published: port.published ?? 0)
        own.transport = port.transport
        own.isHostMode = port.isHostMode
        return own
      }
      return shape.spec
    }
  }

  let services: [Service]
  /// What the files only name.
  let needs: [ComposeNeed]
  /// The stack's own networks, without its name.
  let networks: [String]
  /// The images of all services.
  var images: [String] { Set(services.compactMap(\.described.image)).sorted() }

  /// Reads files in the order in which they are merged.
  init(files: [(name: String, text: String)], environment: [String: String] = [:]) throws {
    let parsed = try files.map { try ComposeFile.parse(text: $0.text, file: $0.name) }
    let stack = try ComposeStack.merge(parsed, environment: environment), described = stack.services
    needs = stack.needs
    let roots = parsed.map(\.root)
    let external = Set(
      roots.flatMap { $0["networks"]?.members ?? [] }.filter { $0.value["external"] != nil }.map(\.key))
    services = described.map { service in
      let parts = roots.compactMap { $0["services"]?[service.name] }
      let networks = parts.flatMap { Self.names($0["networks"]) }.filter { !external.contains($0) }
      return Service(
        name: service.name, described: service,
        networks: networks.isEmpty ? ["default"] : Array(Set(networks)).sorted(),
        environment: parts.flatMap { part in
          (part["environment"]?.members ?? []).map { "\($0.key)=\($0.value.text ?? "")" }
            + (part["environment"]?.elements ?? []).compactMap(\.text)
        }, hasHealthCheck: parts.contains { $0["healthcheck"] != nil },
        endpointMode: parts.compactMap { $0["deploy"]?["endpoint_mode"]?.text }.last)
    }
    networks = Set(services.flatMap(\.networks)).sorted()
  }

  private static func names(_ node: YAMLNode?) -> [String] {
    node?.members?.map(\.key) ?? node?.elements?.compactMap(\.text) ?? []
  }
}
