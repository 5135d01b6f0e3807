import Compose
import DockerEngine
import HostModules
import Inventory
import Values

/// Reads a swarm from one of its managers for a simulated world.
struct SwarmReading: Sendable {
  let fleet: Fleet
  let hosts: [HostReading]

  /// - Returns: `nil` where the managers have no leader, so that this one can't tell.
  func swarm(from manager: String) async throws -> WorldPlan.Swarm? {
    let engine = try fleet.engine(manager)
    let settings: SwarmInfo
    do {
      settings = try await engine.swarm()
    } catch let failure as Failure where failure.code == .swarmNoLeader {
      return nil
    }
    var swarm = WorldPlan.Swarm()
    swarm.id = settings.id
    swarm.isAutolocked = settings.isAutolocked
    swarm.certificateValidity = Double(settings.certificateExpiry) / 1e9
    swarm.nodes = try await engine.nodes().sorted { $0.id < $1.id }.map(node)
    let networks = try await engine.networks().filter { $0.scope == "swarm" }
    swarm.networks = networks.sorted { $0.name < $1.name }.map { network in
      var part = WorldPlan.Part(name: network.name, id: network.id)
      part.labels = network.labels
      part.isIngress = network.isIngress
      return part
    }
    swarm.secrets = try await engine.secrets().map(Self.part).sorted { $0.name < $1.name }
    swarm.configs = try await engine.configs().map(Self.part).sorted { $0.name < $1.name }
    let tasks = try await engine.tasks().filter { $0.state == .running && $0.desiredState <= .running }
    let running = Dictionary(grouping: tasks, by: \.serviceID)
    let names = Dictionary(networks.map { ($0.id, $0.name) }) { first, _ in first }
    swarm.services = try await engine.services().sorted { $0.name < $1.name }.map { service in
      var own = WorldPlan.Service(Self.shape(service, names))
      own.id = service.id
      own.nodes = (running[service.id] ?? []).sorted { $0.slot < $1.slot }.compactMap(\.nodeID)
      if case .global = service.mode { own.nodes = [] }
      return own
    }
    return swarm
  }

  private func node(_ node: SwarmNode) -> WorldPlan.Node {
    var own = WorldPlan.Node()
    own.id = node.id
    own.isManager = node.role == .manager
    own.isLeader = node.manager?.isLeader == true
    own.availability = node.availability.rawValue
    own.isDown = node.state != .ready
    own.labels = node.labels
    if let host = hosts.first(where: { $0.swarm?.nodeID == node.id }) {
      own.host = host.name
    } else if let host = silentHost(of: node) {
      own.host = host
    } else {
      own.hostname = node.hostname
      let address = node.manager.map { ManagerAddress.host(of: $0.address) } ?? node.address
      if !address.isEmpty { own.address = address }
    }
    own.isLocked = hosts.first { $0.name == own.host }?.swarm?.state == .locked
    return own
  }

  /// A host that did not answer and is known by its address: it can't say which node it is.
  private func silentHost(of node: SwarmNode) -> String? {
    let address = node.manager.map { ManagerAddress.host(of: $0.address) } ?? node.address
    return hosts.first { host in
      (host.swarm.map { $0.state == .locked } ?? true)
        && fleet.inventory.host(named: host.name)?.swarmAddress == address
    }?.name
  }

  private static func part(_ part: StackPart) -> WorldPlan.Part {
    var own = WorldPlan.Part(name: part.name, id: part.id)
    own.labels = part.labels
    return own
  }

  /// Without its environment, arguments and mounts: what they hold may be secret, and the model has no use for it.
  private static func shape(_ service: SwarmService, _ networks: [String: String]) -> ServiceShape {
    var shape = ServiceShape(name: service.name, image: service.image)
    shape.stack = service.stack
    shape.labels = service.labels
    shape.labels[StackLabel.namespace] = nil
    if shape.labels[StackLabel.image] == service.image { shape.labels[StackLabel.image] = nil }
    shape.mode =
      switch service.mode {
      case .replicated(let count): .replicated(count)
      case .global: .global
      case .job(let count): .replicatedJob(count)
      case .globalJob: .globalJob
      }
    shape.constraints = service.constraints
    let template = service.spec["TaskTemplate"]
    let targets = template?["Networks"]?.arrayValue ?? service.spec["Networks"]?.arrayValue ?? []
    shape.networks = targets.compactMap { $0["Target"]?.stringValue }.compactMap { networks[$0] }
    let test = template?["ContainerSpec"]?["Healthcheck"]?["Test"]?.arrayValue?.first?.stringValue
    shape.hasHealthCheck = test.map { $0 != "NONE" } ?? false
    shape.endpointMode = service.spec["EndpointSpec"]?["Mode"]?.stringValue
    shape.ports = service.ports.map { port in
      var own = ServiceShape.Port(target: port.target, published: port.published)
      own.transport = port.networkProtocol
      own.isHostMode = port.isHostMode
      return own
    }
    return shape
  }
}
