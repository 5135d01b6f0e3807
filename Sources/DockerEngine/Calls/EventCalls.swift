import Foundation
import NIOCore
import Values

extension EngineClient {
  /// Events from now on. The connection is open when this returns; to stop reading closes it.
  public func events(_ filters: Filters = .all) async throws -> EngineEvents {
    let parts = try await stream(EngineRequest(.get, "events", query: try filters.query, timeout: nil))
    return EngineEvents(parts: parts, client: self)
  }
}

extension EngineClient {
  /// What happened lately, the oldest first, as far as the engine remembers: its last 256 events.
  ///
  /// - Parameter time: how far back, by the engine's own clock.
  public func pastEvents(_ filters: Filters = .all, last time: Duration) async throws -> [EngineEvent] {
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
public struct EngineEvents: AsyncSequence, Sendable {
  /// One event.
  public typealias Element = EngineEvent
  let parts: AsyncThrowingStream<AnswerPart, any Error>
  /// Keeps the client and so the connection while events are read.
  let client: EngineClient

  /// Begins reading. Only one reader gets each event.
  public func makeAsyncIterator() -> Iterator { Iterator(parts: parts.makeAsyncIterator(), client: client) }

  /// Cuts the stream into lines, one JSON object each.
  public struct Iterator: AsyncIteratorProtocol {
    var parts: AsyncThrowingStream<AnswerPart, any Error>.Iterator
    let client: EngineClient
    private var buffer = ByteBuffer()

    init(parts: AsyncThrowingStream<AnswerPart, any Error>.Iterator, client: EngineClient) {
      self.parts = parts
      self.client = client
    }

    /// The next event; `nil` when the engine ended the stream in good order.
    public mutating func next() async throws -> EngineEvent? {
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
