import Foundation
import NIOCore
import Values

extension EngineClient {
  /// Events from now on. The connection is open when this returns; to stop reading closes it.
  package func events(_ filters: Filters = .all) async throws -> EngineEvents {
    let parts = try await stream(EngineRequest(.get, "events", query: try filters.query, timeout: nil))
    return EngineEvents(parts: parts, client: self)
  }
}

extension EngineClient {
  /// What happened lately, the oldest first, as far as the engine remembers: its last 256 events.
  ///
  /// - Parameter time: how far back, by the engine's own clock.
  package func pastEvents(_ filters: Filters = .all, last time: Duration) async throws -> [EngineEvent] {
    let now = try await info().systemDate ?? Date()
    func seconds(_ moment: Date) -> String { String(format: "%.3f", moment.timeIntervalSince1970) }
    let since = now.addingTimeInterval(-Double(time.components.seconds))
    let query = try filters.query + [("since", seconds(since)), ("until", seconds(now))]
    let answer = try await send(EngineRequest(.get, "events", query: query))
    return try answer.body.split(separator: UInt8(ascii: "\n")).map { line in
      try naming { try EngineEvent(EngineResponse(status: 200, headers: [:], body: Array(line)).json()) }
    }
  }
}

/// Events of an engine, as they happen. It is read once; a lost connection is thrown.
package struct EngineEvents: AsyncSequence, Sendable {
  /// One event.
  package typealias Element = EngineEvent
  let parts: AsyncThrowingStream<AnswerPart, any Error>
  /// Keeps the client and so the connection while events are read.
  let client: EngineClient

  /// Begins reading. Only one reader gets each event.
  package func makeAsyncIterator() -> Iterator { Iterator(parts: parts.makeAsyncIterator(), client: client) }

  /// Cuts the stream into lines, one JSON object each.
  package struct Iterator: AsyncIteratorProtocol {
    var parts: AsyncThrowingStream<AnswerPart, any Error>.Iterator
    let client: EngineClient
    private var buffer = ByteBuffer()

    init(parts: AsyncThrowingStream<AnswerPart, any Error>.Iterator, client: EngineClient) {
      self.parts = parts
      self.client = client
    }

    /// The next event; `nil` when the engine ended the stream in good order.
    package mutating func next() async throws -> EngineEvent? {
      while true {
        if let end = buffer.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
          let line = buffer.readBytes(length: end - buffer.readerIndex + 1) ?? []
          buffer.discardReadBytes()
          if line.count <= 2 { continue }
          let client = client
          return try client.naming {
            try EngineEvent(EngineResponse(status: 200, headers: [:], body: line).json())
          }
        }
        do {
          guard let part = try await parts.next() else {
            try Task.checkCancellation()
            return nil
          }
          if case .body(var bytes) = part { buffer.writeBuffer(&bytes) }
        } catch {
          let explained = await client.explain(error)
          let client = client
          throw client.naming(explained)
        }
      }
    }
  }
}

extension EngineClient {
  /// The log of a service's tasks, line by line as it comes. A manager fetches it from the nodes; what it can't get it
  /// says in lines of the stream ``LogLine/Stream/engine``.
  ///
  /// - Parameter id: the service's ID or name.
  package func serviceLog(_ id: String, _ query: LogQuery, each: (LogLine) async throws -> Void) async throws {
    let service = try await service(id)
    let hasTerminal = service.spec.child("TaskTemplate").child("ContainerSpec").flag("TTY")
    try await log(["services", service.id, "logs"], query, isFramed: !hasTerminal, each)
  }

  /// The log of one task.
  package func taskLog(_ task: SwarmTask, _ query: LogQuery, each: (LogLine) async throws -> Void) async throws {
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
