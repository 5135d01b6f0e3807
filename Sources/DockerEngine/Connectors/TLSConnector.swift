import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Values

/// Reaches an engine at a TCP port with TLS, where both sides show a certificate, as `docker --tlsverify` does.
package struct TLSConnector: EngineConnector {
  /// Where the PEM files are.
  package struct Files: Sendable, Hashable {
    /// The authority that signed the engine's certificate.
    package let authority: String
    /// Our certificate.
    package let certificate: String
    /// Our private key.
    package let key: String

    package init(authority: String, certificate: String, key: String) {
      self.authority = authority
      self.certificate = certificate
      self.key = key
    }
  }

  private let plain: TCPConnector
  private let files: Files

  /// Names the place and the files. The engine's customary port with TLS is 2376.
  package init(host: String, port: Int = 2376, files: Files, connectTimeout: Duration = .seconds(10)) {
    plain = TCPConnector(host: host, port: port, connectTimeout: connectTimeout)
    self.files = files
  }

  /// Where the engine is, for a person.
  package var endpoint: String { plain.endpoint }
  /// The text of the `Host` header.
  package var authority: String { plain.authority }

  /// Opens a connection; see ``EngineConnector``.
  package func connect(
    on group: any EventLoopGroup, prepare: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
  ) async throws -> EngineStream {
    let context = try await makeContext()
    // A certificate names a DNS name or an address; NIOSSL checks an address when no name is given.
    let isAddress = (try? SocketAddress(ipAddress: plain.host, port: plain.port)) != nil
    let name = isAddress ? nil : plain.host
    let watch = TLSWatch()
    let stream = try await plain.connect(on: group) { channel in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHandlers(
          NIOSSLClientHandler(context: context, serverHostname: name), TLSErrorHandler(watch: watch))
      }.flatMap { prepare(channel) }
    }
    return EngineStream(channel: stream.channel) { watch.problem.map(tlsFailure) }
  }

  /// Reads the files on a thread that may block.
  private func makeContext() async throws -> NIOSSLContext {
    let files = files
    do {
      return try await NIOThreadPool.singleton.runIfActive {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(files.authority)
        configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(files.certificate).map { .certificate($0) }
        configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem))
        return try NIOSSLContext(configuration: configuration)
      }
    } catch let error as CancellationError {
      throw error
    } catch {
      throw Failure(
        .engineTLS, "the TLS files for the Docker engine can't be used",
        cause: String(describing: error), hint: "check \(files.authority), \(files.certificate) and \(files.key)")
    }
  }

  private func tlsFailure(_ cause: String) -> Failure {
    Failure(
      .engineTLS, "the TLS handshake with the Docker engine at \(endpoint) failed", cause: cause,
      hint: "check that its certificate is signed by \(files.authority) and names \(plain.host), that it accepts "
        + "\(files.certificate), and that its port is the one with TLS")
  }
}

/// What TLS said when it ended a connection, so that a refused certificate is not taken for a lost connection.
final class TLSWatch: Sendable {
  private let state = Mutex<(problem: String?, isAnswer: Bool)>((nil, false))
  var problem: String? { state.withLock { $0.problem } }
  /// What the other side answered in place of TLS; the end of the connection is not an answer.
  var answer: String? { state.withLock { $0.isAnswer ? $0.problem : nil } }
  func set(_ problem: String, isAnswer: Bool) { state.withLock { if $0.problem == nil { $0 = (problem, isAnswer) } } }
}

/// Writes down TLS's errors as they pass.
final class TLSErrorHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  private let watch: TLSWatch

  init(watch: TLSWatch) { self.watch = watch }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch error {
    // A peer that just goes away is a lost connection like any other.
    case NIOSSLError.uncleanShutdown: break
    case NIOSSLError.handshakeFailed(.sslError):
      // The end of the connection comes as one of these, too.
      let words = String(describing: error)
      watch.set(words, isAnswer: !words.contains("EOF during handshake"))
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: watch.set(String(describing: error), isAnswer: false)
    default: break
    }
    context.fireErrorCaught(error)
  }
}
