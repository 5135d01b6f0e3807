import DockerEngine
import Synchronization
import TestSupport
import Testing
import Values

/// Logs as engines send them: frames of moby's stdcopy (api/pkg/stdcopy), details as in daemon/logs.go.
@Suite("Logs of services", .usualTimeLimit)
struct LogTests {
  static let details =
    "com.docker.swarm.node.id=n1,com.docker.swarm.service.id=s1,com.docker.swarm.task.id=t1"

  /// One message; short of 128 bytes, so that all of it is text.
  static func frame(_ kind: UInt8, _ text: String) -> String {
    let length = UInt32(text.utf8.count)
    let head: [UInt8] = [kind, 0, 0, 0] + (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) }
    return String(decoding: head, as: UTF8.self) + text
  }

  /// An engine with one service whose log is `chunks`.
  static func engine(
    _ chunks: [String], api: String = "1.41", type: String = "text/plain", terminal: Bool = false
  ) -> ScriptedEngine {
    ScriptedEngine(api: api) { request in
      guard request.target.contains("/logs") else {
        return .json(
          #"{"ID":"s1","Spec":{"Name":"da_one","TaskTemplate":{"ContainerSpec":{"TTY":\#(terminal)}}}}"#)
      }
      return .answer(
        "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nTransfer-Encoding: chunked\r\n\r\n"
          + chunks.map(EventStreamTests.chunk).joined() + "0\r\n\r\n")
    }
  }

  static func lines(_ engine: ScriptedEngine, _ query: LogQuery = LogQuery(tail: 5)) async throws -> [LogLine] {
    let client = engine.client()
    defer { client.close() }
    var lines: [LogLine] = []
    try await client.serviceLog("da_one", query) { lines.append($0) }
    return lines
  }

  @Test("frames are put together wherever the chunks end, and returned with stream, time, task and node")
  func frames() async throws {
    let all =
      Self.frame(1, "2026-01-01T00:00:01Z \(Self.details) first line\n")
      + Self.frame(2, "2026-01-01T00:00:02Z \(Self.details) second  line \n")
    for cut in [0, 3, 8, 40, 120] {
      let engine = Self.engine([String(all.prefix(cut)), String(all.dropFirst(cut))].filter { !$0.isEmpty })
      let lines = try await Self.lines(engine)
      #expect(lines.map(\.text) == ["first line", "second  line "])
      #expect(lines.map(\.stream) == [.output, .error])
      #expect(lines.allSatisfy { $0.taskID == "t1" && $0.nodeID == "n1" })
      #expect(lines[0].time == "2026-01-01T00:00:01Z")
      #expect(
        engine.requests.last?.target
          == "/v1.41/services/s1/logs?stdout=true&stderr=true&timestamps=true&details=true&tail=5")
    }
  }

  @Test("a long line that comes in several messages is one line")
  func longLine() async throws {
    let engine = Self.engine([
      Self.frame(1, "2026-01-01T00:00:01Z \(Self.details) begin-"), Self.frame(2, "2026-01-01T00:00:01Z  other\n"),
      Self.frame(1, "2026-01-01T00:00:02Z \(Self.details) end\n"), Self.frame(1, "2026-01-01T00:00:03Z  last"),
    ])
    #expect(try await Self.lines(engine).map(\.text) == ["other", "begin-end", "last"])
  }

  @Test("what the engine itself says about the log is kept apart")
  func engineWords() async throws {
    let engine = Self.engine([Self.frame(3, "error from daemon in stream: node n1 is not available")])
    let lines = try await Self.lines(engine)
    #expect(lines.map(\.stream) == [.engine])
    #expect(lines[0].text.contains("node n1 is not available"))
  }

  @Test("a task with a terminal has no frames, before API 1.42 known by its spec, from then on by the answer's type")
  func terminal() async throws {
    let text = "2026-01-01T00:00:01Z \(Self.details) plain\r\n"
    #expect(try await Self.lines(Self.engine([text], terminal: true)).map(\.text) == ["plain"])
    let raw = Self.engine([text], api: "1.44", type: "application/vnd.docker.raw-stream")
    #expect(try await Self.lines(raw).map(\.text) == ["plain"])
    let framed = Self.engine(
      [Self.frame(1, text)], api: "1.51", type: "application/vnd.docker.multiplexed-stream", terminal: true)
    #expect(try await Self.lines(framed).map(\.text) == ["plain"])
  }

  @Test(
    "what is not a log is an error, never a crash",
    arguments: ["\u{7}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{1}x", "\u{1}\u{0}\u{0}\u{0}\u{7f}\u{7f}\u{7f}\u{7f}x", "<html>"])
  func garbage(text: String) async {
    let found = await failure { _ = try await Self.lines(Self.engine([text])) }
    #expect(found?.code == .engineBadAnswer)
    #expect(found?.host == "da1")
  }

  @Test("the connection is used again after a log, and after a refused one")
  func connectionIsKept() async throws {
    let refused = ScriptedEngine { request in
      request.target.contains("/logs")
        ? .refusal(501, "configured logging driver does not support reading") : .json(#"{"ID":"s1"}"#)
    }
    let client = refused.client()
    for _ in 0..<5 {
      let found = await failure { try await client.serviceLog("da_one", LogQuery()) { _ in } }
      #expect(found?.cause?.contains("does not support reading") == true)
    }
    #expect(refused.connections == 1)
    client.close()
  }
}
