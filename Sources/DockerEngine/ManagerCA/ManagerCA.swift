import Concurrency
import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import NIOSSL
import Synchronization
import Values

/// Asks the swarm port of a manager for the swarm's root certificates, as a host does before it joins: by swarmkit's
/// gRPC call `GetRootCACertificate`, on a TLS connection that is not verified, because there is nothing yet to verify
/// it with. The manager's handshake alone does not show the root.
package struct ManagerCA: Sendable {
  private let connector: any EngineConnector
  private let address: String

  /// - Parameters:
  ///   - connector: how the port is reached: directly, or over a stream that a host opens.
  ///   - address: the port with its address, for a person: `10.77.0.1:2377`.
  package init(connector: any EngineConnector, address: String) {
    self.connector = connector
    self.address = address
  }

  /// Asks once.
  ///
  /// - Parameter timeout: How long the whole of it may take.
  /// - Throws: A `Failure` `swarm.port_unreachable`, `swarm.port_silent` or `swarm.port_foreign`, or
  ///   `CancellationError`.
  package func presentedRoot(timeout: Duration = .seconds(10)) async throws -> PresentedRoot {
    guard let root = try await withTimeLimit(timeout, { try await ask() }) else {
      throw Failure(
        .swarmPortSilent, "the manager's swarm port \(address) did not answer within \(timeout)",
        hint: "check that a manager of a swarm runs there, and its load", isRetryable: true)
    }
    return root
  }

  private func ask() async throws -> PresentedRoot {
    let context = try Self.context()
    let shown = ShownCertificates(), watch = TLSWatch()
    let multiplexer = Mutex<NIOHTTP2Handler.StreamMultiplexer?>(nil)
    let opening = OpeningChannel()
    return try await withTaskCancellationHandler {
      let stream: EngineStream
      do {
        stream = try await connector.connect(on: MultiThreadedEventLoopGroup.singleton) { channel in
          channel.eventLoop.makeCompletedFuture {
            try opening.admit(channel)
            let pipeline = channel.pipeline.syncOperations
            // The name is the one that all managers' certificates have (swarmkit, `ca/certificates.go`).
            let tls = try NIOSSLClientHandler(context: context, serverHostname: "swarm-ca") { certificates, verdict in
              shown.set(certificates)
              verdict.succeed(.certificateVerified)
            }
            try pipeline.addHandlers(tls, TLSErrorHandler(watch: watch))
            let http = try pipeline.configureHTTP2Pipeline(
              mode: .client, connectionConfiguration: .init(), streamConfiguration: .init()
            ) { stream in stream.close() }
            multiplexer.withLock { $0 = http }
          }
        }
      } catch let failure as Failure {
        throw unreachable(failure)
      }
      defer { stream.channel.close(promise: nil) }
      do {
        let answer = stream.channel.eventLoop.makePromise(of: [UInt8].self)
        // A connection that never comes to speak HTTP/2 closes no stream.
        stream.channel.closeFuture.whenComplete { _ in answer.fail(RootQuestion.Problem.ended) }
        multiplexer.withLock { $0 }?.createStreamChannel { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(RootQuestion(answer: answer))
          }
        }.whenFailure { answer.fail($0) }
        let bundle = try await answer.futureResult.get()
        return PresentedRoot(bundle: bundle, chain: try shown.der())
      } catch {
        try Task.checkCancellation()
        throw await explain(error, watch: watch, stream: stream)
      }
    } onCancel: {
      opening.cancel()
    }
  }

  private func explain(_ error: any Error, watch: TLSWatch, stream: EngineStream) async -> Failure {
    func foreign(_ cause: String) -> Failure {
      Failure(
        .swarmPortForeign, "what answers at \(address) is not a manager of a swarm", cause: cause,
        hint: "check the address and the port; a swarm's managers listen at TCP port 2377")
    }
    switch error {
    case RootQuestion.Problem.refused(let words):
      return Failure(
        .swarmPortForeign, "the manager at \(address) does not give its swarm's root certificates", cause: words,
        hint: "look at the log of its engine: journalctl -u docker", isRetryable: true)
    case RootQuestion.Problem.malformed(let words): return foreign(words)
    default:
      // Bytes that came and are not TLS: we closed the connection ourselves then, which says nothing.
      if let answer = watch.answer { return foreign(answer) }
      // The transport knows best why there are no more bytes; TLS sees only their end.
      try? await stream.channel.close()
      let reason = await stream.whyClosed?()
      if reason == nil, let problem = watch.problem { return foreign(problem) }
      return unreachable(reason, cause: "the connection was closed")
    }
  }

  private func unreachable(_ reason: Failure?, cause: String? = nil) -> Failure {
    Failure(
      .swarmPortUnreachable, "the manager's swarm port \(address) can't be reached", host: reason?.host,
      cause: reason?.cause ?? reason?.message ?? cause,
      hint: "check the address, and that TCP port 2377 is open on the way", isRetryable: true)
  }

  private static func context() throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.applicationProtocols = ["h2"]
    configuration.minimumTLSVersion = .tlsv12
    // The certificates are handed to us, who only write them down.
    configuration.certificateVerification = .noHostnameVerification
    configuration.trustRoots = .certificates([])
    return try NIOSSLContext(configuration: configuration)
  }
}

/// The certificates of a handshake, written down by the connection's event loop.
private final class ShownCertificates: Sendable {
  private let state = Mutex<[NIOSSLCertificate]>([])
  func set(_ certificates: [NIOSSLCertificate]) { state.withLock { $0 = certificates } }
  func der() throws -> [[UInt8]] { try state.withLock { $0 }.map { try $0.toDERBytes() } }
}

/// The message that carries a swarm's root certificates: gRPC's frame around `GetRootCACertificateResponse` of
/// swarmkit's `api/ca.proto`, whose only member is `bytes certificate = 1`.
enum RootMessage {
  /// The question has no members.
  static let question: [UInt8] = [0, 0, 0, 0, 0]

  /// The certificates in an answer; `nil` when it is nothing like that.
  static func certificates(in bytes: [UInt8]) -> [UInt8]? {
    // A mark for compression, which was not offered, and the length of the message.
    guard bytes.count >= 5, bytes[0] == 0 else { return nil }
    let length = bytes[1..<5].reduce(0) { $0 << 8 | Int($1) }
    guard bytes.count == 5 + length else { return nil }
    var rest = bytes[5...]
    var found: [UInt8]?
    while !rest.isEmpty {
      guard let tag = number(&rest) else { return nil }
      // Members that are not known are left out, as protobuf wants it.
      switch tag & 7 {
      case 0: guard number(&rest) != nil else { return nil }
      case 1: guard take(8, &rest) != nil else { return nil }
      case 2:
        guard let length = number(&rest), let value = take(length, &rest) else { return nil }
        if tag >> 3 == 1 { found = Array(value) }
      case 5: guard take(4, &rest) != nil else { return nil }
      default: return nil
      }
    }
    return found
  }

  private static func take(_ count: UInt64, _ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard count <= UInt64(rest.count) else { return nil }
    defer { rest = rest.dropFirst(Int(count)) }
    return rest.prefix(Int(count))
  }

  /// Seven bits a byte, the lowest first; the eighth says that there are more.
  private static func number(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
    }
    return nil
  }
}

/// What a swarm's manager shows to a host that has not joined: the root certificates of the swarm, and who it is itself.
///
/// Nothing of it is verified. It is to be trusted when the root certificates have the digest of a join token, and when
/// they signed the manager's own certificate.
package struct PresentedRoot: Sendable, Hashable {
  /// The root certificates, PEM, byte for byte.
  package let bundle: [UInt8]
  /// The certificates of the TLS handshake in DER: the manager's own, then those between it and the root, if any. The
  /// root is not among them.
  package let chain: [[UInt8]]
}

/// One unary gRPC call on an HTTP/2 stream of its own. It lives on the stream's event loop.
final class RootQuestion: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame.FramePayload
  typealias OutboundOut = HTTP2Frame.FramePayload

  /// What can come in place of an answer.
  enum Problem: Error {
    /// The connection or the stream ended before the answer was complete.
    case ended
    /// The other side refused, with gRPC's status and words.
    case refused(String)
    /// What came is not an answer to the question.
    case malformed(String)
  }

  private static let method = "/docker.swarmkit.v1.CA/GetRootCACertificate"
  /// A bundle has a few kilobytes.
  private static let largestAnswer = 1 << 20

  private let answer: EventLoopPromise<[UInt8]>
  private var body: [UInt8] = []

  init(answer: EventLoopPromise<[UInt8]>) { self.answer = answer }

  func channelActive(context: ChannelHandlerContext) {
    let headers = HPACKHeaders([
      (":method", "POST"), (":scheme", "https"), (":path", Self.method), (":authority", "swarm-ca"),
      ("content-type", "application/grpc"), ("te", "trailers"), ("user-agent", "runbook"),
    ])
    let question = ByteBuffer(bytes: RootMessage.question)
    context.write(wrapOutboundOut(.headers(.init(headers: headers))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.data(.init(data: .byteBuffer(question), endStream: true))), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .headers(let headers):
      if let status = headers.headers.first(name: ":status"), status != "200" {
        return end(.failure(.malformed("HTTP status \(status)")), context)
      }
      if let status = headers.headers.first(name: "grpc-status"), status != "0" {
        let words = headers.headers.first(name: "grpc-message") ?? ""
        return end(.failure(.refused("status \(status) \(words)")), context)
      }
      if headers.endStream { complete(context) }
    case .data(let data):
      if case .byteBuffer(let bytes) = data.data { body += bytes.readableBytesView }
      guard body.count <= Self.largestAnswer else {
        return end(.failure(.malformed("an answer of more than \(Self.largestAnswer) bytes")), context)
      }
      if data.endStream { complete(context) }
    default: break
    }
  }

  func channelInactive(context: ChannelHandlerContext) { answer.fail(Problem.ended) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    end(.failure(error is ChannelError ? .ended : .malformed(String(describing: error))), context)
  }

  private func complete(_ context: ChannelHandlerContext) {
    guard let certificates = RootMessage.certificates(in: body) else {
      return end(.failure(.malformed("\(body.count) bytes that are not root certificates")), context)
    }
    end(.success(certificates), context)
  }

  /// Only the first end counts.
  private func end(_ result: Result<[UInt8], Problem>, _ context: ChannelHandlerContext) {
    answer.completeWith(result.mapError { $0 as any Error })
    context.close(promise: nil)
  }
}
