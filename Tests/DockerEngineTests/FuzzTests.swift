import Foundation
import Fuzzing
import Synchronization
import TestSupport
import Testing
import Values

@testable import DockerEngine

@Suite("Wrong answers of an engine are an error and never a crash", .usualTimeLimit)
struct FuzzTests {
  /// What a real engine answered (20.10.24, API 1.41), and what reads it.
  private static let models: [(file: String, read: @Sendable (Value) throws -> Void)] = [
    ("info", { _ = try EngineInfo($0).systemDate }),
    ("version", { _ = try EngineVersion($0) }),
    ("swarm", { _ = try SwarmInfo($0).token(for: .manager) }),
    ("nodes", { _ = try $0.elements().map(SwarmNode.init) }),
    ("services", { _ = try $0.elements().map { try SwarmService($0).stack } }),
    (
      "tasks",
      { json in
        let tasks = try json.elements().map(SwarmTask.init)
        _ = tasks.map { ($0.hasHealthCheck, $0.state.isTerminal, $0.state > .running) }
      }
    ),
    ("networks", { _ = try $0.elements().map(EngineNetwork.init) }),
    ("containers", { _ = try $0.elements().map(EngineContainer.init) }),
    ("images", { _ = try $0.elements().map(EngineImage.init) }),
  ]

  private static func recorded(_ name: String) throws -> [UInt8] {
    let file = URL(filePath: #filePath).appending(path: "../Recorded/\(name).json").standardized
    return [UInt8](try Data(contentsOf: file))
  }

  @Test("bodies with changed bytes, cut off, or with parts of another kind")
  func bodies() throws {
    for (file, read) in Self.models {
      let bytes = try Self.recorded(file)
      let value = try JSON.decode(bytes)
      try read(value)
      try Fuzz("bytes of \(file)", cases: 300).run { random in
        try Self.accepts { try read(Self.answer(random.damage(bytes)).json()) }
      }
      try Fuzz("parts of \(file)", cases: 400).run { random in
        try Self.accepts { try read(random.distort(value)) }
      }
    }
  }

  @Test("bodies of nothing but brackets")
  func depth() throws {
    for text in ["[", "{\"a\":", "[{\"a\":"] {
      for count in [10, 1_000, 100_000] {
        try demand(
          try !Self.accepts { _ = try Self.answer(Array(String(repeating: text, count: count).utf8)).json() },
          "accepted")
      }
    }
  }

  @Test("events with changed bytes")
  func events() throws {
    let lines = try Self.recorded("events").split(separator: UInt8(ascii: "\n")).map(Array.init)
    try Fuzz("events", cases: 1_000).run { random in
      let line = random.damage(lines.randomElement(using: &random) ?? [])
      return try Self.accepts { _ = try EngineEvent(Self.answer(line).json()) }
    }
  }

  @Test("exchanges whose head or chunks are broken end, with an answer or with an error")
  func exchanges() async throws {
    let body = #"{"Name":"da1","ServerVersion":"20.10.24"}"#
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    let forms = [
      head + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)",
      head + "Transfer-Encoding: chunked\r\n\r\n7\r\n{\"Name\"\r\n1\r\n:\r\n6\r\n\"da1\"}\r\n0\r\n\r\n",
      "HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\nf\r\n{\"message\":\"x\"}\r\n0\r\n\r\n",
    ]
    let alphabet = Array("0123456789abcdefgHT/. :;-\r\n\t{}\"\u{0}\u{FF}".utf8)
    try await Fuzz("exchanges", cases: 600).run { random in
      let form = Array(forms[Int.random(in: forms.indices, using: &random)].utf8)
      let bytes = Bool.random(using: &random) ? random.damage(form) : random.mutate(form, alphabet: alphabet)
      let text = String(decoding: bytes, as: UTF8.self)
      // The connection is closed after the answer, so that a length that is too great ends too.
      let engine = ScriptedEngine { _ in .answerThenClose(text) }
      let client = engine.client()
      defer { client.close() }
      return try await Self.acceptsLater { _ = try await client.info() }
    }
  }

  @Test("what a swarm port may answer in place of root certificates")
  func rootMessages() throws {
    let bundle = Array("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n".utf8)
    let message = [0x0A, UInt8(bundle.count)] + bundle
    let frame = [0, 0, 0, 0, UInt8(message.count)] + message
    #expect(RootMessage.certificates(in: frame) == bundle)
    // A member that is not known yet is left out; a length beyond all measure is refused.
    #expect(RootMessage.certificates(in: [0, 0, 0, 0, UInt8(message.count + 2), 0x10, 0x05] + message) == bundle)
    #expect(RootMessage.certificates(in: [0, 0, 0, 0, 11, 0x0A] + [UInt8](repeating: 0xFF, count: 9) + [0x01]) == nil)
    #expect(RootMessage.certificates(in: [0, 0xFF, 0xFF, 0xFF, 0xFF]) == nil)
    try Fuzz("root certificates of a swarm port", cases: 20_000).run { random in
      RootMessage.certificates(in: random.damage(frame)) != nil
    }
  }

  @Test("labels are merged as they must be, whatever else changes the node meanwhile")
  func labels() async throws {
    try await Fuzz("label changes", cases: 300).run { random in
      let names = ["a", "b", "c", "da-admin", "ä", ""]
      func labels() -> [String: String] {
        Dictionary(
          names.filter { _ in Bool.random(using: &random) }.map {
            ($0, ["true", "", "7"].randomElement(using: &random)!)
          },
          uniquingKeysWith: { first, _ in first })
      }
      let isNothing = Int.random(in: 0..<4, using: &random) == 0
      let before = labels(), set = isNothing ? before : labels()
      let remove = isNothing ? [] : names.filter { _ in Bool.random(using: &random) }
      let node = NodeModel(labels: before, disturbances: Int.random(in: 0...4, using: &random))
      let engine = ScriptedEngine { node.reply(to: $0) }
      let client = engine.client()
      defer { client.close() }
      let outcome = try await LabelChange(managers: Managers(client)).apply(set: set, remove: remove, toNode: "n1")
      let end = node.labels
      // What others set in between stays.
      let theirs = end.filter { $0.key.hasPrefix("theirs") }
      let expected = before.filter { !remove.contains($0.key) }.merging(set) { $1 }
      try demand(end == expected.merging(theirs) { $1 }, "\(before) +\(set) -\(remove) became \(end)")
      try demand(outcome.isChanged == (expected != before), "changed: \(outcome.isChanged)")
      try demand(
        outcome.detail.after == (outcome.isChanged ? end : before), "says \(outcome.detail.after), is \(end)")
      try demand(node.rest == ["Role": "worker", "New": [1, nil]], "the rest changed")
      return outcome.isChanged
    }
  }

  private static func answer(_ body: [UInt8]) -> EngineResponse {
    EngineResponse(status: 200, headers: [:], body: body)
  }

  /// Whether the body succeeds; a failure is a refusal, and anything else an error.
  private static func accepts(_ body: () throws -> Void) throws -> Bool {
    do {
      try body()
      return true
    } catch let failure as Failure {
      try demand(failure.code == .engineBadAnswer, "code \(failure.code)")
      return false
    }
  }

  private static func acceptsLater(_ body: () async throws -> Void) async throws -> Bool {
    do {
      try await body()
      return true
    } catch is Failure {
      return false
    }
  }
}

/// A node whose version moves because others change it too.
private final class NodeModel: Sendable {
  private struct State {
    var version = 1
    var spec: [String: Value]
    var disturbances: Int
  }
  private let state: Mutex<State>

  init(labels: [String: String], disturbances: Int) {
    let spec: [String: Value] = [
      "Role": "worker", "New": [1, nil], "Labels": .object(labels.mapValues { .string($0) }),
    ]
    state = Mutex(State(spec: spec, disturbances: disturbances))
  }

  var labels: [String: String] {
    state.withLock { ($0.spec["Labels"]?.objectValue ?? [:]).compactMapValues(\.stringValue) }
  }

  /// The spec without the labels.
  var rest: [String: Value] { state.withLock { $0.spec.filter { $0.key != "Labels" } } }

  func reply(to request: ReceivedRequest) -> Reply {
    state.withLock { state in
      if request.method == "GET" {
        let node: Value = [
          "ID": "n1", "Version": ["Index": .integer(Int64(state.version))], "Spec": .object(state.spec),
        ]
        let text = (try? JSON.encode(node, secrets: .refused)) ?? ""
        if state.disturbances > 0 {
          // Another client sets a label between our reading and our writing.
          state.disturbances -= 1
          state.version += 1
          var labels = state.spec["Labels"]?.objectValue ?? [:]
          labels["theirs-\(state.disturbances)"] = "x"
          state.spec["Labels"] = .object(labels)
        }
        return .json(text)
      }
      guard request.target.hasSuffix("version=\(state.version)") else {
        return .refusal(500, "rpc error: code = Unknown desc = update out of sequence")
      }
      state.version += 1
      state.spec = (try? JSON.decode(request.body))?.objectValue ?? [:]
      return .json("")
    }
  }
}
