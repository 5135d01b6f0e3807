import NIOCore
import NIOSSL
import Synchronization

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
