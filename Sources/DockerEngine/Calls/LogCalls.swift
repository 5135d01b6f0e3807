import NIOCore
import Values

extension EngineClient {
  /// The log of a service's tasks, line by line as it comes. A manager fetches it from the nodes; what it can't get it
  /// says in lines of the stream ``LogLine/Stream/engine``.
  ///
  /// - Parameter id: the service's ID or name.
  public func serviceLog(_ id: String, _ query: LogQuery, each: (LogLine) async throws -> Void) async throws {
    let service = try await service(id)
    let hasTerminal = service.spec.child("TaskTemplate").child("ContainerSpec").flag("TTY")
    try await log(["services", service.id, "logs"], query, isFramed: !hasTerminal, each)
  }

  /// The log of one task.
  public func taskLog(_ task: SwarmTask, _ query: LogQuery, each: (LogLine) async throws -> Void) async throws {
    let hasTerminal = task.spec.child("ContainerSpec").flag("TTY")
    try await log(["tasks", task.id, "logs"], query, isFramed: !hasTerminal, each)
  }

  private func log(
    _ path: [String], _ query: LogQuery, isFramed: Bool, _ each: (LogLine) async throws -> Void
  ) async throws {
    var request = EngineRequest(.get, query: query.query, timeout: query.limit)
    request.path = path
    // From 1.42 on the engine says itself whether it sends frames; before that the header means nothing.
    let tells = try await version() >= APIVersion(1, 42)
    var decoder = LogDecoder(isFramed: isFramed)
    do {
      try await read(request) { head in
        guard tells else { return }
        switch head.headers.first(name: "Content-Type") {
        case "application/vnd.docker.multiplexed-stream": decoder = LogDecoder(isFramed: true)
        case "application/vnd.docker.raw-stream": decoder = LogDecoder(isFramed: false)
        default: break
        }
      } body: { bytes in
        for line in try decoder.feed(bytes) { try await each(line) }
      }
      for line in try decoder.finish() { try await each(line) }
    } catch {
      throw naming(error)
    }
  }
}
