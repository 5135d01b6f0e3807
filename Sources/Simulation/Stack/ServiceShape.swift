import Compose
import Values

/// What a simulated engine knows of a service: as much as matters for where its tasks run and who reaches them.
package struct ServiceShape: Sendable, Hashable {
  /// A published port.
  package struct Port: Sendable, Hashable {
    /// Inside the container.
    package var target: Int
    /// On the node.
    package var published: Int
    /// `tcp`, `udp` or `sctp`.
    package var transport = "tcp"
    /// Whether it is published on the task's own node only.
    package var isHostMode = false

    /// A TCP port of the routing mesh.
    package init(target: Int, published: Int) {
      self.target = target
      self.published = published
    }
  }

  /// Its name, with the stack's before it: `da_policy`.
  package var name: String
  /// The stack that it belongs to.
  package var stack: String?
  /// The image.
  package var image: String
  /// Labels beside those of its stack.
  package var labels: [String: String] = [:]
  /// How many tasks it has.
  package var mode = ComposeService.Mode.replicated(1)
  /// Where its tasks may run: `node.labels.da-policy == true`.
  package var constraints: [String] = []
  /// The names of the networks that its tasks are in.
  package var networks: [String] = []
  /// The environment of its containers, as `NAME=value`.
  package var environment: [String] = []
  /// Whether it gives its containers a health check.
  package var hasHealthCheck = false
  /// `vip` or `dnsrr`; `nil` where it is not said.
  package var endpointMode: String?
  /// The published ports.
  package var ports: [Port] = []

  /// A service of one task.
  package init(name: String, image: String) {
    self.name = name
    self.image = image
  }

  /// As the Engine API has it, with networks by their names.
  var spec: Value {
    let own: [String: String] = stack.map { ["com.docker.stack.namespace": $0] } ?? [:]
    var container: [String: Value] = [
      "Image": .string(image), "Labels": .object(own.mapValues { .string($0) }), "Isolation": "default",
    ]
    if !environment.isEmpty { container["Env"] = .array(environment.sorted().map { .string($0) }) }
    if hasHealthCheck { container["Healthcheck"] = ["Test": ["CMD", "true"]] }
    var all = own.merging(labels) { own, _ in own }
    if stack != nil { all["com.docker.stack.image"] = all["com.docker.stack.image"] ?? image }
    var endpoint: [String: Value] = [:]
    endpoint["Mode"] = endpointMode.map { .string($0) }
    if !ports.isEmpty { endpoint["Ports"] = .array(ports.map(Self.json)) }
    let alias = stack.flatMap { name.hasPrefix($0 + "_") ? String(name.dropFirst($0.count + 1)) : nil } ?? name
    return [
      "Name": .string(name), "Labels": .object(all.mapValues { .string($0) }),
      "TaskTemplate": [
        "ContainerSpec": .object(container), "Resources": .object([:]),
        "Placement": ["Constraints": .array(constraints.map { .string($0) })],
        "Networks": .array(networks.map { ["Target": .string($0), "Aliases": [.string(alias)]] }),
        "ForceUpdate": 0, "Runtime": "container",
      ],
      "Mode": modeValue, "EndpointSpec": .object(endpoint),
    ]
  }

  private var modeValue: Value {
    switch mode {
    case .replicated(let count): ["Replicated": ["Replicas": .integer(Int64(count))]]
    case .global: ["Global": .object([:])]
    case .replicatedJob(let count): ["ReplicatedJob": ["TotalCompletions": .integer(Int64(count))]]
    case .globalJob: ["GlobalJob": .object([:])]
    }
  }

  private static func json(_ port: Port) -> Value {
    [
      "Protocol": .string(port.transport), "TargetPort": .integer(Int64(port.target)),
      "PublishedPort": .integer(Int64(port.published)), "PublishMode": port.isHostMode ? "host" : "ingress",
    ]
  }
}
