import Inventory
import Remote
import SwarmModel

/// A simulated world at one moment: the engines with their swarms, and the hosts they run on. No I/O; callers give the
/// time.
final class SimulatedState {
  let plan: WorldPlan
  let swarm: SwarmWorld
  private var machines: [String: Machine] = [:]
  /// Hosts that no call has touched yet: they cost nothing until one does.
  private var untouched: Set<String>
  private let stack: StackSource?
  /// The labels of a standalone appliance.
  private let allLabels: [String: String]
  private let files: [(path: String, contents: [UInt8])]
  /// Engines that have crashed, and when they start again by themselves.
  private var recoveries: [String: Double] = [:]
  /// How far the world's time is ahead of the time that callers give.
  private var leap = 0.0
  private let began: Double

  init(_ plan: WorldPlan, now: Double) throws {
    self.plan = plan
    began = now
    swarm = SwarmWorld(seed: plan.seed, now: now)
    let composed = plan.composeFiles()
    stack = try composed.isEmpty ? nil : StackSource(files: composed.map { ($0.name, $0.text) })
    files = composed.map { ($0.path, Array($0.text.utf8)) }
    allLabels = plan.allLabels
    untouched = Set(plan.inventory.hosts.map(\.name))
    for host in plan.inventory.hosts {
      let wanted = plan.host(host.name)
      var addresses = [host.swarmAddress]
      if let address = host.address, address != host.swarmAddress { addresses.append(address) }
      if case .tcp(let address, _, _) = host.engine, !addresses.contains(address) { addresses.append(address) }
      var engine = ModelEngine(host: host.name, hostname: wanted.hostname ?? host.name, addresses: addresses)
      engine.clockOffset = wanted.clockOffset
      engine.images = (stack?.images ?? []) + wanted.images
      engine.make = wanted.make
      swarm.add(engine)
    }
    swarm.logs = plan.logs
    for existing in plan.swarms { begin(existing) }
  }

  /// A swarm that is there already, with those of its machines that are not hosts of the inventory.
  private func begin(_ existing: WorldPlan.Swarm) {
    for (index, node) in existing.nodes.enumerated() where node.host == nil {
      let name = node.engineName(index)
      // A host of the inventory may have the address of a machine that it took the place of.
      let addresses = [node.address].compactMap { $0 }.filter { swarm.host(at: $0) == nil }
      swarm.add(ModelEngine(host: name, hostname: node.hostname ?? name, addresses: addresses))
    }
    swarm.begin(existing.beginning(in: plan))
  }

  /// Lets time pass.
  func advance(to time: Double) {
    swarm.advance(to: time + leap)
    for (host, moment) in recoveries.sorted(by: { $0.key < $1.key }) where moment <= swarm.now {
      recoveries[host] = nil
      swarm.setRunning(true, host)
    }
  }

  func jump(by seconds: Double) { leap += seconds }

  /// Whether a host answers at all.
  func isOn(_ host: String) -> Bool {
    touch(host)
    return swarm.engines[host]?.isOn == true
  }

  func isUp(_ host: String) -> Bool {
    touch(host)
    return swarm.engines[host]?.isUp == true
  }

  func crash(_ host: String, for seconds: Double) {
    touch(host)
    swarm.setRunning(false, host)
    recoveries[host] = swarm.now + seconds
  }

  func answer(_ question: SimulatedRequest, on host: String) -> EngineReply {
    touch(host)
    if question.method == "POST", question.path == ["swarm", "join"] {
      for remote in question.json["RemoteAddrs"]?.arrayValue?.compactMap(\.stringValue) ?? [] {
        let parts = remote.split(separator: ":")
        if let other = swarm.host(at: parts.count == 2 ? String(parts[0]) : remote) { touch(other) }
      }
    }
    if question.path == ["images", "load"] { return loadImages(question.body, on: host) }
    return EngineRouter(world: swarm, host: host).answer(question)
  }

  func carryOut(_ command: RemoteCommand, on host: String) -> CommandResult {
    touch(host)
    let shell = HostShell(host: host, plan: plan, swarm: swarm, touch: touch)
    var machine = machines.removeValue(forKey: host) ?? Machine()
    defer { machines[host] = machine }
    return shell.carryOut(command, on: &machine)
  }

  /// The text of a host's file; `nil` where there is none.
  func file(_ path: String, on host: String) -> [UInt8]? {
    touch(host)
    return machines[host]?.files[path]?.contents
  }

  /// A tar file of `docker save` names its images in `manifest.json`, of which the names are enough.
  private func loadImages(_ body: [UInt8], on host: String) -> EngineReply {
    guard let names = SavedImages.names(in: body), !names.isEmpty else {
      return EngineReply(["errorDetail": ["message": "invalid tar header"], "error": "invalid tar header"])
    }
    swarm.change(host) { engine in engine.images = Set(engine.images + names).sorted() }
    return EngineReply(["stream": .string(names.map { "Loaded image: \($0)\n" }.joined())])
  }

  // How hosts begin.

  private func touch(_ host: String) {
    guard untouched.remove(host) != nil, let known = plan.inventory.host(named: host) else { return }
    let wanted = plan.host(host)
    var machine = Machine()
    for file in files {
      machine.files[file.path] = .init(contents: file.contents)
    }
    for (path, text) in wanted.files { machine.files[path] = .init(contents: Array(text.utf8)) }
    machines[host] = machine
    switch swarm.engines[host]?.membership == nil ? wanted.start ?? plan.start : .none {
    case .none: break
    case .standalone:
      _ = try? swarm.initialize(host, ["AdvertiseAddr": .string(known.swarmAddress)])
      swarm.setLabels(wanted.labels ?? allLabels, of: host)
      deploy(on: host)
    case .joined: beginJoined(known)
    }
    if let days = wanted.certificateDays, let node = swarm.engines[host]?.membership?.nodeID {
      machines[host]?.firstCertificate = (node, began + days * 86_400)
    }
    if !wanted.hasEngine { swarm.setRunning(false, host) }
    if !wanted.isOn { swarm.setOn(false, host) }
  }

  /// One swarm of all hosts that begin so; the first of them that is to be a manager leads it.
  private func beginJoined(_ host: Inventory.Host) {
    let all = plan.inventory.hosts.filter { (plan.host($0.name).start ?? plan.start) == .joined }
    guard let first = all.first(where: { $0.role == .manager }) else { return }
    guard swarm.engines[first.name]?.membership == nil else { return }
    for other in all where other.name != host.name { touch(other.name) }
    guard swarm.engines[first.name]?.membership == nil else { return }
    _ = try? swarm.initialize(first.name, ["AdvertiseAddr": .string(first.swarmAddress)])
    for other in all {
      if other.name != first.name { swarm.admit(other.name, into: first.name, isManager: other.role == .manager) }
      let own = Dictionary(
        other.services.map { (WorldPlan.label(of: $0), "true") }, uniquingKeysWith: { first, _ in first })
      swarm.setLabels(plan.host(other.name).labels ?? own.merging(other.labels) { _, new in new }, of: other.name)
    }
    deploy(on: first.name)
  }

  private func deploy(on host: String) {
    guard let stack, let name = plan.inventory.stack?.name else { return }
    _ = try? StackDeployment(host: host, swarm: swarm).deploy(stack, as: name)
    swarm.startTasks(of: host)
  }
}
