import NIOHTTP1
import Values

/// One call of the Engine API.
package struct EngineRequest: Sendable {
  /// What is done to the path's object.
  package enum Method: String, Sendable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case delete = "DELETE"

    /// Whether sending it twice does what sending it once does.
    var isSafeToRepeat: Bool { self == .get || self == .head }
  }

  /// The method.
  package var method: Method
  /// The path's segments, without the version: `["nodes", id]`. Each is percent-encoded on its own.
  package var path: [String]
  /// The query, in order.
  package var query: [(name: String, value: String)]
  /// The JSON body; `nil` for none. It may hold ``Secret``s, and is never quoted in an error.
  package var body: Value?
  /// How long the engine may take to answer, from the moment the request is written; `nil` for no limit.
  package var timeout: Duration?
  /// Whether the path is under the negotiated version, as all but `_ping` and `version` are.
  var isVersioned = true

  package init(
    _ method: Method, _ path: String..., query: [(name: String, value: String)] = [], body: Value? = nil,
    timeout: Duration? = .seconds(60)
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.body = body
    self.timeout = timeout
  }

  /// The request target, with the version when one is given.
  func target(under version: APIVersion?) -> String {
    var text = version.map { "/v\($0)" } ?? ""
    for segment in path { text += "/" + Self.escape(segment) }
    if !query.isEmpty {
      text += "?" + query.map { Self.escape($0.name) + "=" + Self.escape($0.value) }.joined(separator: "&")
    }
    return text
  }

  /// The secrets in the body, so that an error that quotes one back can be cleaned.
  var secrets: [Secret] { body.map(Self.secrets(in:)) ?? [] }

  private static func secrets(in value: Value) -> [Secret] {
    switch value {
    case .secret(let secret): [secret]
    case .array(let elements): elements.flatMap(secrets(in:))
    case .object(let members): members.values.flatMap(secrets(in:))
    default: []
    }
  }

  /// RFC 3986: all but unreserved characters are escaped.
  private static func escape(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return result
  }
}

/// An answer that came completely.
package struct EngineResponse: Sendable {
  /// The HTTP status.
  package let status: Int
  /// The headers, with names in lower case.
  package let headers: [String: String]
  /// The body.
  package let body: [UInt8]

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
