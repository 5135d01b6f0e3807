import DockerEngine
import Foundation
import Glibc
import Synchronization
import Values

/// A request as the engine's side got it.
struct ReceivedRequest: Sendable {
  let method: String
  /// The path with the query, as it was sent.
  let target: String
  let headers: [String: String]
  let body: String
}

/// What a scripted engine does about a request.
enum Reply: Sendable {
  /// Sends these bytes and keeps the connection.
  case answer(String)
  /// Sends these bytes, then closes.
  case answerThenClose(String)
  case close
  case silence

  /// A complete answer with a JSON body.
  static func json(_ body: String, status: Int = 200, headers: [String: String] = [:]) -> Reply {
    let lines = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
    return .answer(
      "HTTP/1.1 \(status) Whatever\r\nContent-Type: application/json\r\n\(lines)"
        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
  }

  /// The engine's way to refuse.
  static func refusal(_ status: Int, _ message: String) -> Reply {
    let words = message.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return .json("{\"message\":\"\(words)\"}\n", status: status)
  }
}

/// Plays an engine's side of recorded exchanges, over one socket pair per connection.
final class ScriptedEngine: Sendable {
  /// What the engine's side sees, in order.
  enum Sight: Sendable, Equatable {
    case request(String)
    case closed
  }

  private struct State {
    var connections = 0
    var requests: [ReceivedRequest] = []
    var open: Set<CInt> = []
  }

  private let state = Mutex(State())
  private let script: @Sendable (ReceivedRequest) -> Reply
  private let reason: Failure?
  private let readsBodies: Bool
  /// For one reader.
  let sights: AsyncStream<Sight>
  private let see: AsyncStream<Sight>.Continuation

  /// - Parameters:
  ///   - api: the newest API version that it speaks.
  ///   - reason: what the connection's other end says when it dies.
  ///   - readsBodies: whether requests are read to their end before they are answered.
  ///   - script: answers everything but `_ping`.
  convenience init(
    api: String = "1.41", reason: Failure? = nil, readsBodies: Bool = true,
    _ script: @escaping @Sendable (ReceivedRequest) -> Reply
  ) {
    self.init(pinged: { ["Api-Version": api] }, reason: reason, readsBodies: readsBodies, script)
  }

  /// - Parameter pinged: the headers of the answer to `_ping`, at the time when it is asked.
  init(
    pinged: @escaping @Sendable () -> [String: String], reason: Failure? = nil, readsBodies: Bool = true,
    _ script: @escaping @Sendable (ReceivedRequest) -> Reply
  ) {
    self.reason = reason
    self.readsBodies = readsBodies
    self.script = { request in
      request.target == "/_ping" ? .json("OK", headers: pinged()) : script(request)
    }
    (sights, see) = AsyncStream.makeStream()
  }

  deinit { state.withLock { for descriptor in $0.open { shutdown(descriptor, CInt(SHUT_RDWR)) } } }

  /// A client of this engine.
  func client(maximumConnections: Int = 3) -> EngineClient {
    EngineClient(host: "da1", connector: connector, maximumConnections: maximumConnections)
  }

  var connector: FileDescriptorConnector {
    FileDescriptorConnector(endpoint: "scripted://da1") { [self] in
      FileDescriptorConnector.Stream(descriptor: accept(), whyClosed: { [reason] in reason })
    }
  }

  /// How many connections were opened.
  var connections: Int { state.withLock { $0.connections } }
  /// All requests but `_ping`.
  var requests: [ReceivedRequest] { state.withLock { $0.requests.filter { $0.target != "/_ping" } } }

  /// A new connection to this engine: the descriptor of its other end.
  func accept() -> CInt {
    let (ours, theirs) = socketPair()
    state.withLock {
      $0.connections += 1
      $0.open.insert(ours)
    }
    // Weak, so that a test's end closes what is still open.
    Thread { [weak self, script, readsBodies] in
      while let request = Self.read(ours, withBody: readsBodies) {
        self?.note(request)
        switch script(request) {
        case .answer(let text): Self.write(text, to: ours)
        case .answerThenClose(let text):
          Self.write(text, to: ours)
          shutdown(ours, CInt(SHUT_RDWR))
        case .close: shutdown(ours, CInt(SHUT_RDWR))
        case .silence: break
        }
      }
      self?.forget(ours)
      close(ours)
    }.start()
    return theirs
  }

  private func note(_ request: ReceivedRequest) {
    state.withLock { $0.requests.append(request) }
    if request.target != "/_ping" { see.yield(.request(request.target)) }
  }

  private func forget(_ descriptor: CInt) {
    _ = state.withLock { $0.open.remove(descriptor) }
    see.yield(.closed)
  }

  private static func read(_ descriptor: CInt, withBody: Bool) -> ReceivedRequest? {
    var bytes: [UInt8] = []
    let end = Array("\r\n\r\n".utf8)
    while !bytes.suffix(4).elementsEqual(end) {
      guard let byte = readByte(descriptor) else { return nil }
      bytes.append(byte)
    }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
    let words = lines[0].split(separator: " ")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    let length = withBody ? Int(headers["content-length"] ?? "0")! : 0
    guard let body = readBytes(descriptor, length) else { return nil }
    return ReceivedRequest(
      method: String(words[0]), target: String(words[1]), headers: headers, body: String(decoding: body, as: UTF8.self))
  }

  private static func readBytes(_ descriptor: CInt, _ count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var have = 0
    while have < count {
      let read = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress! + have, count - have, 0) }
      if read <= 0 { return nil }
      have += read
    }
    return bytes
  }

  private static func readByte(_ descriptor: CInt) -> UInt8? {
    var byte: UInt8 = 0
    return recv(descriptor, &byte, 1, 0) == 1 ? byte : nil
  }

  private static func write(_ text: String, to descriptor: CInt) {
    let flags = CInt(MSG_NOSIGNAL)
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, flags) }
      if count <= 0 { return }
      rest = rest.dropFirst(count)
    }
  }
}

/// The failure that `body` throws.
func failure(_ body: () async throws -> Void) async -> Failure? {
  do {
    try await body()
    return nil
  } catch {
    return error as? Failure
  }
}
