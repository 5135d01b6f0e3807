import DockerEngine
import TestSupport
import Testing
import Values

@Suite("Events", .usualTimeLimit)
struct EventStreamTests {
  static let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

  static func chunk(_ text: String) -> String { String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n" }

  @Test("events are cut at line ends, wherever the chunks end")
  func chunks() async throws {
    let engine = ScriptedEngine { _ in
      .answer(
        Self.head + Self.chunk(#"{"Type":"node","Action":"upd"#)
          + Self.chunk(
            "ate\",\"Actor\":{\"ID\":\"n1\",\"Attributes\":{\"name\":\"da1\"}},\"timeNano\":7}\n{\"Type\":\"a\"}\n")
          + Self.chunk("{\"Type\":\"b\"}") + Self.chunk("\n") + "0\r\n\r\n")
    }
    let client = engine.client()
    var seen: [EngineEvent] = []
    for try await event in try await client.events(["type": ["node"]]) { seen.append(event) }
    #expect(seen.map(\.type) == ["node", "a", "b"])
    #expect(seen[0].actorID == "n1")
    #expect(seen[0].attributes == ["name": "da1"])
    #expect(seen[0].time == 7)
    #expect(engine.requests[0].target == "/v1.41/events?filters=%7B%22type%22%3A%7B%22node%22%3Atrue%7D%7D")
    client.close()
  }

  @Test("a stream that breaks is thrown as lost, after the events before it")
  func broken() async throws {
    let engine = ScriptedEngine { _ in .answerThenClose(Self.head + Self.chunk("{\"Type\":\"a\"}\n")) }
    let client = engine.client()
    var events = try await client.events().makeAsyncIterator()
    #expect(try await events.next()?.type == "a")
    #expect(await failure { _ = try await events.next() }?.code == .engineConnectionLost)
    client.close()
  }

  @Test("to stop reading closes the connection")
  func stopped() async throws {
    let engine = ScriptedEngine { _ in .answer(Self.head + Self.chunk("{\"Type\":\"a\"}\n")) }
    let client = engine.client()
    var sights = engine.sights.makeAsyncIterator()
    for try await _ in try await client.events() { break }
    #expect(await sights.next() == .request("/v1.41/events"))
    #expect(await sights.next() == .closed)
    client.close()
  }

  @Test("an open stream does not hold up calls")
  func besideCalls() async throws {
    let engine = ScriptedEngine { request in
      request.target.contains("events") ? .answer(Self.head) : .json("{}")
    }
    let client = engine.client(maximumConnections: 2)
    let events = try await client.events()
    for _ in 0..<3 { _ = try await client.info() }
    #expect(engine.connections == 2)
    _ = events
    client.close()
  }

  @Test("a refusal is a failure")
  func refused() async throws {
    let engine = ScriptedEngine { _ in .refusal(400, "invalid filter 'x'") }
    let client = engine.client()
    #expect(await failure { _ = try await client.events(["x": ["y"]]) }?.code == .engineBadRequest)
    client.close()
  }
}
