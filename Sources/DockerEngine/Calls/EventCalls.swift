import NIOCore
import Values

extension EngineClient {
  /// Events from now on. The connection is open when this returns; to stop reading closes it.
  public func events(_ filters: Filters = .all) async throws -> EngineEvents {
    let parts = try await stream(EngineRequest(.get, "events", query: try filters.query, timeout: nil))
    return EngineEvents(parts: parts, client: self)
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
            try EngineEvent(EngineAnswer(status: 200, headers: [:], body: line).json())
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
