import NIOCore
import NIOSSL
import Synchronization

/// What TLS said when it ended a connection, so that a refused certificate is not taken for a lost connection.
final class TLSWatch: Sendable {
  private let state = Mutex<String?>(nil)
  var problem: String? { state.withLock { $0 } }
  func set(_ problem: String) { state.withLock { $0 = $0 ?? problem } }
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
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: watch.set(String(describing: error))
    default: break
    }
    context.fireErrorCaught(error)
  }
}
