import Concurrency
import NIOCore
import NIOHTTP2
import NIOPosix
import NIOSSL
import Synchronization
import Values

/// Asks the swarm port of a manager for the swarm's root certificates, as a host does before it joins: by swarmkit's
/// gRPC call `GetRootCACertificate`, on a TLS connection that is not verified, because there is nothing yet to verify
/// it with. The manager's handshake alone does not show the root.
public struct ManagerCA: Sendable {
  private let connector: any EngineConnector
  private let address: String

  /// - Parameters:
  ///   - connector: how the port is reached: directly, or over a stream that a host opens.
  ///   - address: the port with its address, for a person: `10.77.0.1:2377`.
  public init(connector: any EngineConnector, address: String) {
    self.connector = connector
    self.address = address
  }

  /// Asks once.
  ///
  /// - Parameter timeout: How long the whole of it may take.
  /// - Throws: A `Failure` `swarm.port_unreachable`, `swarm.port_silent` or `swarm.port_foreign`, or
  ///   `CancellationError`.
  public func presentedRoot(timeout: Duration = .seconds(10)) async throws -> PresentedRoot {
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
