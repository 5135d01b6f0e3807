import Inventory
import SwarmModel
import Values

/// Describes a simulated world: which hosts there are, the state of each at the beginning, what goes wrong.
package struct WorldPlan: Sendable {
  /// The state of a host at the beginning.
  package enum Start: String, Sendable, CaseIterable {
    /// An appliance of its own: a swarm of one node that carries all labels, with the stack running.
    case standalone
    /// In no swarm.
    case none
    /// A node of the inventory's manager's swarm, with the labels of its services, and the stack deployed.
    case joined
  }

  /// What is particular about one host.
  package struct Host: Sendable {
    /// Its state at the beginning.
    package var start: Start?
    /// What it calls itself; its inventory name where it is left out.
    package var hostname: String?
    /// Seconds that its clock is ahead.
    package var clockOffset = 0.0
    /// Labels of its node in place of those that it would have.
    package var labels: [String: String]?
    /// Files by their absolute paths.
    package var files: [String: String] = [:]
    /// Images beside those of the stack.
    package var images: [String] = []
    /// Whether it is on at the beginning.
    package var isOn = true
    /// Whether its engine runs at the beginning.
    package var hasEngine = true
    /// Free disk, in KiB.
    package var freeKilobytes: Int64 = 20_000_000
    /// Ports that hosts can't reach on it.
    package var closedPorts: Set<Int> = []
    /// In how many days, from the world's beginning, the certificate ends that its node has then; negative for one that
    /// has ended. A whole lifetime where it is left out.
    package var certificateDays: Double?
    /// The machine and its engine's version.
    package var make = ModelEngine.Make()

    /// A host like all others.
    package init() {}
  }

  /// What a command comes to.
  package struct Rule: Sendable {
    /// The host; all where it is left out.
    package var host: String?
    /// The first words of the command.
    package var match: [String]
    /// The exit code.
    package var status: Int32 = 0
    /// What it writes.
    package var stdout = ""
    /// What it writes to its standard error.
    package var stderr = ""
    /// Seconds that it takes.
    package var delay = 0.0

    /// A command that succeeds and says nothing.
    package init(match: [String]) { self.match = match }

    func matches(_ argv: [String], on host: String) -> Bool {
      (self.host == nil || self.host == host) && argv.starts(with: match)
    }
  }

  /// The inventory that the hosts come from.
  package var inventory: Inventory
  /// What IDs and chances are made of.
  package var seed: UInt64 = 1
  /// The state of hosts that say nothing else.
  package var start = Start.standalone
  /// What is particular, by the hosts' names.
  package var hosts: [String: Host] = [:]
  /// What commands come to; the first that matches counts.
  package var rules: [Rule] = []
  /// What goes wrong.
  package var faults: [WorldFault] = []
  /// The stack's compose files by their names in the inventory; made from the inventory's services where they are left
  /// out.
  package var stackFiles: [String: String] = [:]

  /// What the tasks of services write when they have started, by the services' names.
  package var logs: [String: [ModelLogLine]] = [:]
  /// Whether hosts have the stack's compose files by default.
  package var hasStackFiles = true
  /// The swarms that exist already. Their hosts begin as described there.
  package var swarms: [Swarm] = []

  /// A world of standalone appliances.
  package init(inventory: Inventory) { self.inventory = inventory }

  func host(_ name: String) -> Host { hosts[name] ?? Host() }

  /// The user that commands run as, and the free disk.
  func facts(of name: String) -> (user: String, freeKilobytes: Int64) {
    let host = inventory.host(named: name)
    return (host?.sudo == true ? host?.ssh.user ?? "operator" : "root", self.host(name).freeKilobytes)
  }

  func isClosed(_ port: Int, from: String, to: String) -> Bool { from != to && host(to).closedPorts.contains(port) }
}

extension WorldPlan {
  /// Reads a world file.
  ///
  /// - Parameter file: its name, for messages; files that it names are looked for beside it.
  /// - Throws: A `Failure` with the line.
  package static func parse(text: String, file: String, inventory: Inventory) throws -> WorldPlan {
    try WorldPlanReader(file: file, inventory: inventory).read(text)
  }
}

extension WorldPlan {
  /// A swarm that exists at the beginning, as a snapshot of a real one describes it. It holds no secret: tokens, keys
  /// and certificates are the simulated swarm's own.
  package struct Swarm: Sendable, Hashable {
    /// The swarm's ID; made up where it is left out.
    package var id: String?
    /// Whether managers lock.
    package var isAutolocked = false
    /// How long node certificates are valid, in seconds; Docker's 90 days where it is left out.
    package var certificateValidity: Double?
    /// The nodes.
    package var nodes: [Node] = []
    /// The overlay networks, the routing mesh's included.
    package var networks: [Part] = []
    /// The secrets, without what they contain.
    package var secrets: [Part] = []
    /// The configurations, without what they contain.
    package var configs: [Part] = []
    /// The services.
    package var services: [Service] = []

    package init() {}
  }

  /// A node of a swarm.
  package struct Node: Sendable, Hashable {
    /// The host of the inventory that it is; `nil` for a machine outside of it.
    package var host: String?
    /// Its node ID.
    package var id: String?
    /// The host name of a machine outside.
    package var hostname: String?
    /// The address of a machine outside.
    package var address: String?
    /// Whether it manages the swarm.
    package var isManager = false
    /// Whether it leads.
    package var isLeader = false
    /// `active`, `pause` or `drain`.
    package var availability = "active"
    /// Whether the managers have given it up.
    package var isDown = false
    /// Whether it waits for the unlock key.
    package var isLocked = false
    /// Its labels.
    package var labels: [String: String] = [:]

    /// A worker without an identity yet.
    package init() {}
  }

  /// A network, a secret or a configuration.
  package struct Part: Sendable, Hashable {
    /// Its name.
    package var name: String
    /// Its ID.
    package var id: String?
    /// Its labels.
    package var labels: [String: String] = [:]
    /// Whether it is the routing mesh's network.
    package var isIngress = false

    package init(name: String, id: String? = nil) {
      self.name = name
      self.id = id
    }
  }

  /// A service with where it runs.
  package struct Service: Sendable, Hashable {
    /// Its ID.
    package var id: String?
    /// What it is.
    package var shape: ServiceShape
    /// The IDs of the nodes that its tasks run on.
    package var nodes: [String] = []

    package init(_ shape: ServiceShape) { self.shape = shape }
  }
}

extension WorldPlan.Swarm {
  /// What the model makes of it. Machines outside of the inventory must be engines of that world already.
  func beginning(in plan: WorldPlan) -> SwarmBeginning {
    var beginning = SwarmBeginning()
    beginning.id = id
    beginning.spec = ["EncryptionConfig": ["AutoLockManagers": .bool(isAutolocked)]]
    if let certificateValidity {
      beginning.spec = [
        "EncryptionConfig": ["AutoLockManagers": .bool(isAutolocked)],
        "CAConfig": ["NodeCertExpiry": .integer(Int64(nearest: certificateValidity * 1e9))],
      ]
    }
    beginning.nodes = nodes.enumerated().map { index, node in
      let known = node.host.flatMap { plan.inventory.host(named: $0) }
      var begun = SwarmBeginning.Node(
        host: node.host ?? node.engineName(index), address: node.address ?? known?.swarmAddress ?? "127.0.0.1",
        isManager: node.isManager)
      begun.id = node.id
      begun.isLeader = node.isLeader
      begun.availability = node.availability
      begun.labels = node.labels
      begun.isDown = node.isDown
      begun.isLocked = node.isLocked
      return begun
    }
    func parts(_ parts: [WorldPlan.Part]) -> [SwarmBeginning.Part] {
      parts.map { SwarmBeginning.Part(name: $0.name, id: $0.id, labels: $0.labels) }
    }
    beginning.ingressID = networks.first(where: \.isIngress)?.id
    beginning.networks = parts(networks.filter { !$0.isIngress })
    beginning.secrets = parts(secrets)
    beginning.configs = parts(configs)
    beginning.services = services.map { .init(id: $0.id, spec: $0.shape.spec, nodes: $0.nodes) }
    return beginning
  }
}

extension WorldPlan.Node {
  /// What the engine of a machine outside of the inventory is called in the model.
  func engineName(_ index: Int) -> String { "outside/\(id ?? "\(hostname ?? "")/\(index)")" }
}

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
