import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import Values

/// Talks to the Docker engine of one host.
///
/// Calls may be made from many tasks at once. They share a few kept connections; cancelling a call closes the
/// connection that it uses. Every error is a `Failure` that names the host, or `CancellationError`.
package final class EngineClient: Sendable {
  /// The host's inventory name, for failures.
  package let host: String
  /// Where the engine is, for a person.
  package var endpoint: String { connector.endpoint }

  let connector: any EngineConnector
  let pool: ConnectionPool
  private let negotiated = Mutex<APIVersion?>(nil)

  /// The largest answer that is read. A list of some thousand tasks stays far below.
  static let largestAnswer = 64 << 20

  /// - Parameters:
  ///   - host: the host's inventory name, for failures.
  ///   - connector: how the engine is reached. Nothing is opened before the first call.
  ///   - group: what the connections run on; NIO's shared one by default.
  ///   - maximumConnections: how many connections may be open at once.
  package init(
    host: String, connector: any EngineConnector, group: (any EventLoopGroup)? = nil, maximumConnections: Int = 3
  ) {
    self.host = host
    self.connector = connector
    pool = ConnectionPool(
      connector: connector, group: group ?? MultiThreadedEventLoopGroup.singleton, maximum: maximumConnections)
  }

  /// Closes all connections. Running calls fail with `engine.client_closed` or `engine.connection_lost`.
  package func close() { pool.close() }

  /// The API version in use: the newest that both sides speak. Asks the engine once.
  package func version() async throws -> APIVersion {
    if let known = negotiated.withLock({ $0 }) { return known }
    let version = try await negotiate()
    negotiated.withLock { $0 = version }
    return version
  }

  /// Makes a call and reads its answer as JSON; `.null` when it has no body.
  ///
  /// Nothing is tried again, but for a kept connection that turns out to be closed.
  package func call(_ request: EngineRequest) async throws -> Value {
    let answer = try await send(request)
    return try naming { try answer.json() }
  }

  /// Makes a call and gives its whole answer, which is a success (status 2xx or 3xx).
  package func send(_ request: EngineRequest) async throws -> EngineResponse {
    var body: [UInt8] = []
    let head = try await read(request) { _ in
    } body: { bytes in
      body.append(contentsOf: bytes.readableBytesView)
      if body.count > Self.largestAnswer { throw ConnectionProblem.tooLarge }
    }
    return EngineResponse(head, body)
  }

  /// Makes a call whose answer is handed over in parts, as they come. Returns its head when the answer is complete; the
  /// connection is kept. An answer that is not a success is thrown and not handed over.
  @discardableResult
  func read(
    _ request: EngineRequest, head take: (HTTPResponseHead) throws -> Void,
    body each: (ByteBuffer) async throws -> Void
  ) async throws -> HTTPResponseHead {
    do {
      return try await readOnce(request, head: take, body: each)
    } catch let failure as Failure where [.engineTooOld, .engineTooNew].contains(failure.code) {
      // Docker was updated since the version was agreed on. The engine refused, so nothing was done.
      guard request.isVersioned, let before = negotiated.withLock({ $0 }) else { throw failure }
      negotiated.withLock { $0 = nil }
      guard try await version() != before else { throw failure }
      return try await readOnce(request, head: take, body: each)
    }
  }

  private func readOnce(
    _ request: EngineRequest, head take: (HTTPResponseHead) throws -> Void,
    body each: (ByteBuffer) async throws -> Void
  ) async throws -> HTTPResponseHead {
    do {
      let (connection, head, parts) = try await begin(request)
      do {
        let isSuccess = (200..<400).contains(head.status.code)
        if isSuccess { try take(head) }
        var refusal: [UInt8] = []
        for try await part in parts {
          guard case .body(let bytes) = part else { continue }
          if isSuccess {
            try await each(bytes)
          } else if refusal.count < Self.largestAnswer {
            refusal.append(contentsOf: bytes.readableBytesView)
          }
        }
        // A cancelled iteration ends as if the answer did.
        try Task.checkCancellation()
        pool.release(connection)
        if isSuccess { return head }
        throw Refusal(failure: EngineProblem.failure(for: EngineResponse(head, refusal), to: request))
      } catch let refusal as Refusal {
        throw refusal.failure
      } catch {
        connection.close()
        throw await explain(error, on: connection)
      }
    } catch {
      throw naming(error)
    }
  }

  /// What a complete answer says, after which the connection goes on.
  private struct Refusal: Error {
    let failure: Failure
  }

  /// Makes a call whose answer goes on for as long as it is read.
  func stream(_ request: EngineRequest) async throws -> AsyncThrowingStream<AnswerPart, any Error> {
    do {
      let (connection, head, parts) = try await begin(request)
      if (200..<300).contains(head.status.code) { return parts }
      defer { connection.close() }
      var body: [UInt8] = []
      for try await case .body(let bytes) in parts where body.count < Self.largestAnswer {
        body.append(contentsOf: bytes.readableBytesView)
      }
      throw EngineProblem.failure(
        for: EngineResponse(status: Int(head.status.code), headers: [:], body: body), to: request)
    } catch {
      throw naming(await explain(error))
    }
  }

  /// Sends a request and waits for the head of its answer.
  private func begin(
    _ request: EngineRequest
  ) async throws -> (EngineConnection, HTTPResponseHead, AsyncThrowingStream<AnswerPart, any Error>) {
    let target = request.target(under: request.isVersioned ? try await version() : nil)
    var isFirstTry = true
    while true {
      let (connection, isReused) = try await pool.lease()
      do {
        // Secrets are for the engine only, and go nowhere else.
        let body = try request.body.map { ByteBuffer(string: try JSON.encode($0, secrets: .revealed)) }
        let parts = connection.exchange(
          head: head(for: request, target: target, length: body?.readableBytes),
          body: body.map { .whole($0) } ?? .none, timeout: request.timeout)
        let head = try await HostWait.telling(host, "the Docker engine has not answered \(request.method) \(target)") {
          for try await part in parts { if case .head(let head) = part { return HTTPResponseHead?.some(head) } }
          return nil
        }
        if let head { return (connection, head, parts) }
        try Task.checkCancellation()
        throw ConnectionProblem.lost
      } catch {
        connection.close()
        if isReused, isFirstTry, !Task.isCancelled, Self.didNothing(error, request) {
          isFirstTry = false
          continue
        }
        throw await explain(error, on: connection)
      }
    }
  }

  /// Whether the request can't have had an effect that a second one would repeat.
  private static func didNothing(_ error: any Error, _ request: EngineRequest) -> Bool {
    switch error {
    case ConnectionProblem.notWritten: true
    case ConnectionProblem.lost: request.method.isSafeToRepeat
    default: false
    }
  }

  func head(
    for request: EngineRequest, target: String, length: Int?, type: String = "application/json"
  ) -> HTTPRequestHead {
    var headers = HTTPHeaders([("Host", connector.authority), ("User-Agent", "runbook")])
    if let length {
      // Without the type the engine takes the body for a form (moby#23937).
      headers.add(name: "Content-Type", value: type)
      headers.add(name: "Content-Length", value: String(length))
    } else if request.method == .post {
      headers.add(name: "Content-Length", value: "0")
    }
    return HTTPRequestHead(
      version: .http1_1, method: HTTPMethod(rawValue: request.method.rawValue), uri: target, headers: headers)
  }

  /// Explains to a person what happened to a connection, with the words of whichever part knows more.
  func explain(_ error: any Error, on connection: EngineConnection? = nil) async -> any Error {
    guard let problem = error as? ConnectionProblem else { return error }
    // Cancelling closes the connection, and the news of that may come first.
    if Task.isCancelled { return CancellationError() }
    switch problem {
    case .notWritten, .lost:
      if let reason = await connection?.reason() { return reason }
      return Failure(
        .engineConnectionLost, "the connection to the Docker engine at \(endpoint) was lost",
        hint: "check that the engine runs and the host is reachable, then resume", isRetryable: true,
        leavesDoubt: problem != .notWritten)
    case .timedOut(let limit):
      return Failure(
        .engineTimeout, "the Docker engine at \(endpoint) did not answer within \(limit.words)",
        hint: "check the load of the host and the engine's log: journalctl -u docker", isRetryable: true,
        leavesDoubt: true)
    case .malformed(let words):
      return Failure(
        .engineBadAnswer, "what answers at \(endpoint) does not speak the Engine API", cause: words,
        hint: "check that it is a Docker engine that listens there")
    case .tooLarge:
      return Failure(.engineBadAnswer, "the Docker engine's answer is too large")
    }
  }

  private func negotiate() async throws -> APIVersion {
    let ping = try await ping()
    guard let newest = ping.apiVersion else {
      throw Failure(
        .engineBadAnswer, "what answers at \(endpoint) does not name its API version", host: host,
        hint: "check that it is a Docker engine that listens there")
    }
    guard newest >= .oldest else {
      throw Failure(
        .engineTooOld, "the Docker engine speaks API \(newest) at most, and API \(APIVersion.oldest) is needed",
        host: host, hint: "update Docker on this host to 20.10 or later")
    }
    guard newest > .newest else { return newest }
    // Only an engine newer than us can have dropped everything that we speak.
    if let oldest = try await versionInfo().minimumAPIVersion, oldest > .newest {
      throw Failure(
        .engineTooNew, "the Docker engine speaks API \(oldest) and later, and this program up to \(APIVersion.newest)",
        host: host, hint: "use a newer release of this program")
    }
    return .newest
  }
}

/// A version of the Engine API, for example 1.41.
package struct APIVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The part before the dot.
  package let major: Int
  /// The part after the dot.
  package let minor: Int

  package init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Reads `1.41`; `nil` when it is nothing like that.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let major = Int(parts[0]), let minor = Int(parts[1]), major >= 0, minor >= 0 else {
      return nil
    }
    self.init(major, minor)
  }

  /// The oldest that we speak: Docker 20.10's.
  package static let oldest = APIVersion(1, 41)
  /// The newest that we speak: Docker 28.3's.
  package static let newest = APIVersion(1, 51)

  /// By their order.
  package static func < (left: APIVersion, right: APIVersion) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }

  /// As the API writes it.
  package var description: String { "\(major).\(minor)" }
}
