import NIOCore
import NIOHTTP1
import SwarmModel
import Values

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
