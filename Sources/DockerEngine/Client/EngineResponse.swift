import NIOHTTP1
import Values

/// An answer that came completely.
public struct EngineResponse: Sendable {
  /// The HTTP status.
  public let status: Int
  /// The headers, with names in lower case.
  public let headers: [String: String]
  /// The body.
  public let body: [UInt8]

  init(status: Int, headers: [String: String], body: [UInt8]) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  init(_ head: HTTPResponseHead, _ body: [UInt8]) {
    self.init(
      status: Int(head.status.code),
      headers: Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 }), body: body)
  }

  /// The body as JSON; `.null` for none.
  func json() throws -> Value {
    if body.allSatisfy({ $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) { return .null }
    do {
      return try JSON.decode(body)
    } catch {
      throw Failure(
        .engineBadAnswer, "the Docker engine's answer is not JSON",
        cause: String(decoding: body.prefix(200), as: UTF8.self),
        hint: "check that it is a Docker engine that listens there")
    }
  }
}
