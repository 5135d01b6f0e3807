import Foundation
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
