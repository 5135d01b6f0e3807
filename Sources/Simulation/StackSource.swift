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
      let labels: Value = ["com.docker.stack.namespace": .string(stack)]
      let image = described.image ?? ""
      var container: [String: Value] = ["Image": .string(image), "Labels": labels, "Isolation": "default"]
      if !environment.isEmpty { container["Env"] = .array(environment.sorted().map { .string($0) }) }
      if hasHealthCheck { container["Healthcheck"] = ["Test": ["CMD", "true"]] }
      let mode: Value =
        switch described.mode {
        case .replicated(let count): ["Replicated": ["Replicas": .integer(Int64(count))]]
        case .global: ["Global": .object([:])]
        case .replicatedJob(let count): ["ReplicatedJob": ["TotalCompletions": .integer(Int64(count))]]
        case .globalJob: ["GlobalJob": .object([:])]
        }
      var endpoint: [String: Value] = [:]
      endpoint["Mode"] = endpointMode.map { .string($0) }
      if !described.ports.isEmpty {
        endpoint["Ports"] = .array(
          described.ports.map { port in
            [
              "Protocol": .string(port.transport), "TargetPort": .integer(Int64(port.target)),
              "PublishedPort": .integer(Int64(port.published ?? 0)),
              "PublishMode": port.isHostMode ? "host" : "ingress",
            ]
          })
      }
      return [
        "Name": .string("\(stack)_\(name)"),
        "Labels": ["com.docker.stack.namespace": .string(stack), "com.docker.stack.image": .string(image)],
        "TaskTemplate": [
          "ContainerSpec": .object(container), "Resources": .object([:]),
          "Placement": ["Constraints": .array(described.constraints.map { .string($0.description) })],
          "Networks": .array(
            networks.map { ["Target": .string("\(stack)_\($0)"), "Aliases": [.string(name)]] }),
          "ForceUpdate": 0, "Runtime": "container",
        ],
        "Mode": mode, "EndpointSpec": .object(endpoint),
      ]
    }
  }

  let services: [Service]
  /// The stack's own networks, without its name.
  let networks: [String]
  /// The images of all services.
  var images: [String] { Set(services.compactMap(\.described.image)).sorted() }

  /// Reads files in the order in which they are merged.
  init(files: [(name: String, text: String)]) throws {
    let described = try ComposeStack.merge(files.map { try ComposeFile.parse(text: $0.text, file: $0.name) }).services
    let roots = try files.compactMap { try YAMLDocument.parse(text: $0.text, file: $0.name, area: "compose") }
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
