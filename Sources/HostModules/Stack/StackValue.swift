import DockerEngine
import Values

/// Services and tasks as runbooks see them.
enum StackValue {
  static func services(_ services: [SwarmService], tasks: [SwarmTask]) -> [Value] {
    let wanted = tasks.filter { $0.desiredState == .running }
    return services.sorted { $0.name < $1.name }.map { service in
      let own = wanted.filter { $0.serviceID == service.id }
      let (mode, desired) =
        switch service.mode {
        case .replicated(let count): ("replicated", count)
        case .global: ("global", own.count)
        case .job(let count): ("job", count)
        case .globalJob: ("global job", own.count)
        }
      return [
        "name": .string(service.name), "image": .string(service.image), "mode": .string(mode),
        "desired": .integer(Int64(desired)),
        "running": .integer(Int64(own.count { $0.state == .running })),
        "constraints": .array(service.constraints.map { .string($0) }),
        "ports": .array(
          service.ports.map { port in
            [
              "protocol": .string(port.networkProtocol), "target": .integer(Int64(port.target)),
              "published": .integer(Int64(port.published)), "mode": .string(port.isHostMode ? "host" : "ingress"),
            ]
          }),
      ]
    }
  }

  static func progress(_ service: ServiceUpdateProgress) -> Value {
    [
      "name": .string(service.name), "running": .integer(Int64(service.running)),
      "desired": .integer(Int64(service.wanted)),
    ]
  }

  static func finding(_ finding: TaskFinding, hosts: [String: String]) -> Value {
    var members: [String: Value] = [
      "service": .string(finding.service), "task": .string(finding.taskID), "state": .string(finding.state.rawValue),
      "code": .string(finding.code.rawValue), "message": .string(finding.message), "cause": .string(finding.words),
      "reasons": .strings(finding.reasons), "log": .strings(finding.log), "hint": .string(finding.hint),
      "lasting": .bool(finding.isLasting),
    ]
    members["node"] = finding.nodeID.map { .string($0) }
    members["host"] = finding.nodeID.flatMap { hosts[$0] }.map { .string($0) }
    return .object(members)
  }

  static func tasks(_ tasks: [SwarmTask], services: [SwarmService], hosts: [String: String]) -> [Value] {
    let names = Dictionary(services.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    let wanted = tasks.filter { $0.desiredState == .running }
    return
      wanted
      .map { task in (name: names[task.serviceID] ?? task.serviceID, task: task) }
      .sorted { ($0.name, $0.task.slot, $0.task.id) < ($1.name, $1.task.slot, $1.task.id) }
      .map { name, task in
        var members: [String: Value] = [
          "service": .string(name), "node": .string(task.nodeID ?? ""), "slot": .integer(Int64(task.slot)),
          "state": .string(task.state.rawValue), "error": .string(task.error),
        ]
        members["host"] = task.nodeID.flatMap { hosts[$0] }.map { .string($0) }
        return .object(members)
      }
  }
}
