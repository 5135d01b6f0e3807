import Foundation
import Values

/// A request to a simulated engine, without what HTTP adds to it.
struct SimulatedRequest: Sendable, Hashable {
  var method: String
  /// The parts of the path, without the API version: `["nodes", "ID", "update"]`.
  var path: [String]
  var query: [String: String] = [:]
  var body: [UInt8] = []

  init(method: String, path: [String], query: [String: String] = [:], body: [UInt8] = []) {
    self.method = method
    self.path = path
    self.query = query
    self.body = body
  }

  /// From a request's first line.
  init(method: String, target: String, body: [UInt8]) {
    let components = URLComponents(string: target)
    var parts = (components?.percentEncodedPath ?? "").split(separator: "/").map {
      String($0).removingPercentEncoding ?? String($0)
    }
    if let first = parts.first, first.hasPrefix("v1."), Double(first.dropFirst()) != nil { parts.removeFirst() }
    self.init(
      method: method, path: parts,
      query: Dictionary(
        (components?.queryItems ?? []).map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { first, _ in first }),
      body: body)
  }

  var json: Value { (try? JSON.decode(body)) ?? .null }
  var changes: Bool { method != "GET" && method != "HEAD" }
  /// What a world's faults see of it.
  var call: WorldFault.Call { .init(shape: name, words: "\(method) /\(path.joined(separator: "/"))") }
  /// What it is called in a world's `faults` and in messages: `POST /nodes/ID/update`.
  var name: String {
    let shape = path.enumerated().map { index, part in
      index == 1 && path[0] != "swarm" && path[0] != "images" && part != "json" && part != "create" ? "ID" : part
    }
    return "\(method) /\(shape.joined(separator: "/"))"
  }
}

/// What a simulated engine answers.
struct EngineReply: Sendable, Hashable {
  var status: Int
  var headers: [String: String] = [:]
  var body: [UInt8] = []

  init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  init(_ json: Value, status: Int = 200) {
    let text = (try? JSON.encode(json, secrets: .revealed)) ?? "null"
    self.init(status: status, headers: ["Content-Type": "application/json"], body: Array((text + "\n").utf8))
  }

  static func refusal(_ status: Int, _ message: String) -> EngineReply {
    EngineReply(["message": .string(message)], status: status)
  }
}
