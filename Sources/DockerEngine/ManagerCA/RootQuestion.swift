import NIOCore
import NIOHPACK
import NIOHTTP2

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
