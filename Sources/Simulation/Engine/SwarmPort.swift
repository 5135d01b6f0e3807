import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import NIOSSL
import Remote

/// The swarm port of a simulated manager, as far as a host asks it before it joins: TLS with the manager's certificate, and
/// swarmkit's gRPC call `GetRootCACertificate` on it.
struct SwarmPort: Sendable {
  /// The swarm's root certificate, PEM.
  let bundle: String
  /// The manager's own certificate and its key, PEM.
  let certificate: String
  let key: String

  /// What comes of a host's connection to an address.
  enum Answer: Sendable {
    case manager(SwarmPort)
    /// How the program that was to carry the bytes ended.
    case ended(CommandTermination)
  }

  /// Serves one connection until it is closed; the socket is closed then.
  func serve(_ descriptor: CInt) async throws {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)).map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)))
    configuration.applicationProtocols = ["h2"]
    let context = try NIOSSLContext(configuration: configuration), bundle = bundle
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.addHandler(NIOSSLServerHandler(context: context))
          _ = try pipeline.configureHTTP2Pipeline(
            mode: .server, connectionConfiguration: .init(), streamConfiguration: .init()
          ) { stream in
            stream.eventLoop.makeCompletedFuture {
              try stream.pipeline.syncOperations.addHandler(RootAnswer(bundle: Array(bundle.utf8)))
            }
          }
        }
      }.withConnectedSocket(descriptor).get()
    try await withTaskCancellationHandler {
      try await channel.closeFuture.get()
    } onCancel: {
      channel.close(promise: nil)
    }
  }
}

/// Answers one gRPC call on an HTTP/2 stream of its own. It lives on the stream's event loop.
private final class RootAnswer: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame.FramePayload
  typealias OutboundOut = HTTP2Frame.FramePayload

  private let bundle: [UInt8]
  private var method = ""

  init(bundle: [UInt8]) { self.bundle = bundle }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .headers(let headers):
      method = headers.headers.first(name: ":path") ?? ""
      if headers.endStream { answer(context) }
    case .data(let data) where data.endStream: answer(context)
    default: break
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func answer(_ context: ChannelHandlerContext) {
    let isKnown = method == "/docker.swarmkit.v1.CA/GetRootCACertificate"
    let head = HPACKHeaders([(":status", "200"), ("content-type", "application/grpc")])
    context.write(wrapOutboundOut(.headers(.init(headers: head))), promise: nil)
    if isKnown {
      context.write(wrapOutboundOut(.data(.init(data: .byteBuffer(ByteBuffer(bytes: message))))), promise: nil)
    }
    let end = HPACKHeaders([("grpc-status", isKnown ? "0" : "12")])
    context.writeAndFlush(wrapOutboundOut(.headers(.init(headers: end, endStream: true))), promise: nil)
  }

  /// gRPC's frame around a message whose only member is `bytes certificate = 1`.
  private var message: [UInt8] {
    var length = bundle.count, body: [UInt8] = [1 << 3 | 2]
    repeat {
      body.append(UInt8(length & 0x7F) | (length > 0x7F ? 0x80 : 0))
      length >>= 7
    } while length > 0
    body += bundle
    return [0] + stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: body.count >> $0) } + body
  }
}
