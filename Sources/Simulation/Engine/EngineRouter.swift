import Foundation
import NIOCore
import NIOHTTP1
import SwarmModel
import Values

/// Answers the Engine API's requests from a modelled world, as far as this program makes them.
struct EngineRouter {
  let world: SwarmWorld
  let host: String

  func answer(_ question: SimulatedRequest) -> EngineReply {
    do {
      return try route(question)
    } catch let refusal as EngineRefusal {
      return .refusal(refusal.status, refusal.message)
    } catch {
      return .refusal(500, "\(error)")
    }
  }

  private func route(_ question: SimulatedRequest) throws -> EngineReply {
    let path = question.path, query = question.query
    let filters = ModelFilters(query["filters"].flatMap { try? JSON.decode($0) })
    let id = path.count > 1 ? path[1] : ""
    switch (question.method, path.first ?? "", path.count, path.last ?? "") {
    case (_, "_ping", 1, _):
      return EngineReply(
        status: 200,
        headers: [
          "Api-Version": world.engines[host]?.make.api ?? "", "Swarm": try world.swarmState(host),
          "Content-Type": "text/plain",
        ], body: Array("OK".utf8))
    case ("GET", "version", 1, _): return EngineReply(try world.version(host))
    case ("GET", "info", 1, _): return EngineReply(try world.info(host))
    case ("GET", "events", 1, _): return try pastEvents(filters, query)
    case ("GET", "containers", 2, "json"): return EngineReply(try world.containers(host, filters))
    case ("GET", "containers", 3, "json"): return EngineReply(try world.container(host, id))
    case ("GET", "images", 2, "json"): return EngineReply(try world.images(host))
    case ("GET", "images", 3..., "json"):
      return EngineReply(try world.image(host, path[1..<path.count - 1].joined(separator: "/")))
    case (_, "swarm", _, _): return try routeSwarm(question)
    case (_, "nodes", _, _): return try routeNodes(question, filters)
    case (_, "services", _, _): return try routeServices(question, filters)
    case ("GET", "tasks", 1, _): return EngineReply(try world.tasks(host, filters))
    case ("GET", "tasks", 2, _): return EngineReply(try world.task(host, id))
    case ("GET", "tasks", 3, "logs"): return try log(.task(id), query)
    case ("GET", "networks", 1, _): return EngineReply(try world.networks(host, filters))
    case ("POST", "networks", 2, "create"):
      return EngineReply(try world.createNetwork(host, question.json), status: 201)
    case ("GET", "networks", 2, _):
      return EngineReply(try world.network(host, id, isVerbose: query["verbose"] == "true"))
    case ("DELETE", "networks", 2, _):
      try world.removeNetwork(host, id)
      return EngineReply(status: 204)
    case ("GET", "secrets", 1, let kind), ("GET", "configs", 1, let kind):
      return EngineReply(try world.parts(kind, host, filters))
    case ("POST", "secrets", 2, "create"), ("POST", "configs", 2, "create"):
      return EngineReply(try world.createPart(path[0], host, question.json), status: 201)
    case ("DELETE", "secrets", 2, _), ("DELETE", "configs", 2, _):
      try world.removePart(path[0], host, id)
      return EngineReply(status: 204)
    default: return unknown(question)
    }
  }

  private func routeSwarm(_ question: SimulatedRequest) throws -> EngineReply {
    let query = question.query
    switch (question.method, question.path.dropFirst().first ?? "") {
    case ("GET", ""): return EngineReply(try world.swarm(host))
    case ("GET", "unlockkey"): return EngineReply(try world.unlockKey(host))
    case ("POST", "init"): return EngineReply(try world.initialize(host, question.json))
    case ("POST", "join"): try world.join(host, question.json)
    case ("POST", "leave"): try world.leave(host, force: query["force"] == "true")
    case ("POST", "unlock"): try world.unlock(host, key: question.json["UnlockKey"]?.stringValue ?? "")
    case ("POST", "update"):
      try world.update(
        host, version: Int64(query["version"] ?? "") ?? 0, spec: question.json,
        rotating: Set(query.filter { $0.key.hasPrefix("rotate") && $0.value == "true" }.keys))
    default: return unknown(question)
    }
    return EngineReply(status: 200)
  }

  private func routeNodes(_ question: SimulatedRequest, _ filters: ModelFilters) throws -> EngineReply {
    let path = question.path
    switch (question.method, path.count) {
    case ("GET", 1): return EngineReply(try world.nodes(host, filters))
    case ("GET", 2): return EngineReply(try world.node(host, path[1]))
    case ("POST", 3) where path[2] == "update":
      try world.updateNode(
        host, path[1], version: Int64(question.query["version"] ?? "") ?? 0, spec: question.json)
    case ("DELETE", 2): try world.removeNode(host, path[1], force: question.query["force"] == "true")
    default: return unknown(question)
    }
    return EngineReply(status: 200)
  }

  private func routeServices(_ question: SimulatedRequest, _ filters: ModelFilters) throws -> EngineReply {
    let path = question.path
    switch (question.method, path.count) {
    case ("GET", 1): return EngineReply(try world.services(host, filters))
    case ("GET", 2): return EngineReply(try world.service(host, path[1]))
    case ("GET", 3) where path[2] == "logs":
      return try log(.service(path[1]), question.query)
    case ("POST", 2) where path[1] == "create":
      return EngineReply(try world.createService(host, question.json), status: 201)
    case ("POST", 3) where path[2] == "update":
      try world.updateService(
        host, path[1], version: Int64(question.query["version"] ?? "") ?? 0, spec: question.json)
      return EngineReply(["Warnings": .null])
    case ("DELETE", 2): try world.removeService(host, path[1])
    default: return unknown(question)
    }
    return EngineReply(status: 200)
  }

  private func log(_ source: SwarmWorld.LogSource, _ query: [String: String]) throws -> EngineReply {
    EngineReply(
      status: 200, headers: ["Content-Type": "application/vnd.docker.multiplexed-stream"],
      body: try world.log(
        host, source, tail: query["tail"].flatMap { Int($0) }, since: Double(query["since"] ?? "") ?? 0))
  }

  private func pastEvents(_ filters: ModelFilters, _ query: [String: String]) throws -> EngineReply {
    let since = Double(query["since"] ?? "") ?? 0, until = Double(query["until"] ?? "") ?? .infinity
    let lines = try world.events(host, filters).filter { (since...max(since, until)).contains($0.time) }.map {
      try JSON.encode($0.json, secrets: .refused) + "\n"
    }
    return EngineReply(status: 200, headers: ["Content-Type": "application/json"], body: Array(lines.joined().utf8))
  }

  private func unknown(_ question: SimulatedRequest) -> EngineReply {
    .refusal(
      501, "the simulated engine of \(host) does not know \(question.method) /\(question.path.joined(separator: "/"))")
  }
}

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

/// One request to a simulated engine on its way to an answer.
struct EngineResponder: Sendable {
  let world: SimulatedWorld
  let host: String
  let question: SimulatedRequest
  let isKeptAlive: Bool
  let channel: any Channel

  /// Answers. Where the connection is to be lost, or the client is gone, it is closed instead.
  func write() async {
    let isKept = isKeptAlive && !world.room.isCrowded
    do {
      if question.path == ["events"], question.query["until"] == nil {
        try await stream()
      } else {
        try await write(try await world.answer(question, on: host), isKept: isKept)
      }
      if !isKept { try await channel.close() }
    } catch {
      channel.close(promise: nil)
    }
  }

  private func write(_ reply: EngineReply, isKept: Bool) async throws {
    var headers = HTTPHeaders(reply.headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    headers.add(name: "Content-Length", value: "\(reply.body.count)")
    if !isKept { headers.add(name: "Connection", value: "close") }
    channel.write(
      HTTPServerResponsePart.head(
        .init(version: .http1_1, status: .init(statusCode: reply.status), headers: headers)), promise: nil)
    if question.method != "HEAD", !reply.body.isEmpty {
      channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: reply.body))), promise: nil)
    }
    try await channel.writeAndFlush(HTTPServerResponsePart.end(nil))
  }

  /// Sends events until the client closes the connection.
  private func stream() async throws {
    let filters = ModelFilters(question.query["filters"].flatMap { try? JSON.decode($0) })
    var count = try world.events(on: host, after: nil).count
    let headers: HTTPHeaders = ["Content-Type": "application/json", "Transfer-Encoding": "chunked"]
    try await channel.writeAndFlush(
      HTTPServerResponsePart.head(.init(version: .http1_1, status: .ok, headers: headers)))
    while channel.isActive {
      let news = try world.events(on: host, after: count)
      count = news.count
      for event in news.events where filters.admit(event) {
        let line = try JSON.encode(event.json, secrets: .refused) + "\n"
        try await channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: line))))
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }
}
