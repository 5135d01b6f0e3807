import Values

/// A line that every task of a service writes when it has started.
public struct ModelLogLine: Sendable, Hashable {
  /// The text, without a line break.
  public var text: String
  /// Whether it is written to the standard error.
  public var isError: Bool

  /// A line.
  public init(_ text: String, isError: Bool = false) {
    self.text = text
    self.isError = isError
  }
}

extension SwarmWorld {
  /// Which tasks a log is asked for.
  public enum LogSource: Sendable {
    /// Those of a service.
    case service(String)
    /// One.
    case task(String)
  }

  /// `GET /services/ID/logs` or `/tasks/ID/logs`: the frames that an engine sends. What hosts that are down have
  /// written is not available.
  ///
  /// - Parameters:
  ///   - tail: the last lines of each task; `nil` for all.
  ///   - since: lines from that moment on, in seconds since 1970.
  public func log(_ host: String, _ source: LogSource, tail: Int?, since: Double) throws -> [UInt8] {
    guard let swarm = swarms[try managed(host)] else { return [] }
    let tasks: [ModelTask]
    switch source {
    case .service(let name):
      let service = try find(service: name, swarm)
      tasks = (swarm.tasksOfService[service.id] ?? []).sorted().compactMap { swarm.tasks[$0] }
    case .task(let id):
      guard let task = swarm.tasks[id] else { throw EngineRefusal.absent("task", id) }
      tasks = [task]
    }
    return tasks.flatMap { task -> [UInt8] in
      guard let lines = swarm.services[task.serviceID].flatMap({ logs[$0.name] }), task.startedAt >= max(since, 0.001),
        let node = task.nodeID.flatMap({ swarm.nodes[$0] }), engines[node.host]?.isUp == true
      else { return [] }
      let details = [
        "com.docker.swarm.node.id=\(node.id)", "com.docker.swarm.service.id=\(task.serviceID)",
        "com.docker.swarm.task.id=\(task.id)",
      ].joined(separator: ",")
      return lines.suffix(tail ?? .max).flatMap { line in
        Self.frame("\(ModelMoment.text(task.startedAt)) \(details) \(line.text)\n", isError: line.isError)
      }
    }
  }

  private static func frame(_ text: String, isError: Bool) -> [UInt8] {
    let bytes = Array(text.utf8), size = UInt32(bytes.count)
    return [isError ? 2 : 1, 0, 0, 0] + (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * $0)) } + bytes
  }
}
