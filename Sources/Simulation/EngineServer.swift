import NIOCore
import NIOHTTP1
import NIOPosix

/// Serves a simulated engine over HTTP/1.1 on one connected socket.
final class EngineServer: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let world: SimulatedWorld
  private let host: String
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []

  private init(world: SimulatedWorld, host: String) {
    self.world = world
    self.host = host
  }

  /// Serves until the other end closes the socket, which is closed then, or `nil` when a fault ended it: the reason.
  static func serve(_ descriptor: CInt, world: SimulatedWorld, host: String) async throws {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(EngineServer(world: world, host: host))
        }
      }.withConnectedSocket(descriptor).get()
    try await withTaskCancellationHandler {
      try await channel.closeFuture.get()
    } onCancel: {
      channel.close(promise: nil)
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body = []
    case .body(let bytes): body.append(contentsOf: bytes.readableBytesView)
    case .end:
      guard let head else { return }
      let question = SimulatedRequest(method: head.method.rawValue, target: head.uri, body: body)
      body = []
      let answer = EngineResponder(
        world: world, host: host, question: question, isKeptAlive: head.isKeepAlive, channel: context.channel)
      Task { await answer.write() }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
