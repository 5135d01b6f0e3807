import Concurrency
import DockerEngine
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

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

/// How many connections to simulated engines are open at once: both ends of each are in this process, which may have so
/// many open files and no more. When it is full, callers wait.
final class ConnectionRoom: Sendable {
  private struct State {
    var count = 0
    var waiting = WaitingLine<CheckedContinuation<Void, any Error>>()
  }
  private let state = Mutex(State())
  private let most: Int

  /// - Parameter openFiles: how many this process may have; `nil` when that is not known.
  init(openFiles: Int?) {
    // The rest is for the journal, the terminal, and what the system's libraries open.
    most = openFiles.map { max(8, ($0 - 512) / 2) } ?? .max
  }

  /// Whether callers must not keep a connection after they have their answer.
  var isCrowded: Bool { state.withLock { $0.count > most / 2 } }

  /// Waits for a place, which ``leave()`` gives back.
  func enter() async throws {
    let ticket = state.withLock { $0.waiting.ticket() }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (turn: CheckedContinuation<Void, any Error>) in
        let answer: Result<Void, any Error>? = state.withLock { state in
          // Cancellation is marked before its handler runs, so one of the two sees the other.
          if Task.isCancelled { return .failure(CancellationError()) }
          if state.count < most {
            state.count += 1
            return .success(())
          }
          state.waiting.join(turn, with: ticket)
          return nil
        }
        if let answer { turn.resume(with: answer) }
      }
    } onCancel: {
      state.withLock { $0.waiting.leave(ticket) }?.resume(throwing: CancellationError())
    }
  }

  /// Gives the place to the next who waits.
  func leave() {
    state.withLock { state in
      let next = state.waiting.popFirst()
      if next == nil { state.count -= 1 }
      return next
    }?.resume()
  }
}

/// How many files and sockets this process may have open. Each connection to a simulated engine has both its ends here.
enum OpenFileLimit {
  /// Takes as much as the system allows, up to what a hundred thousand connections need. Root may have more than the
  /// limit that it was started with.
  ///
  /// - Returns: how many it may have now; `nil` when that is not known.
  static func raise() -> Int? {
    var limit = rlimit()
    let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    let most = rlim_t(200_000)
    guard getrlimit(kind, &limit) == 0 else { return nil }
    if limit.rlim_cur >= most { return Int(clamping: limit.rlim_cur) }
    var wanted = rlimit(rlim_cur: most, rlim_max: max(most, limit.rlim_max))
    if setrlimit(kind, &wanted) == 0 { return Int(clamping: most) }
    wanted = rlimit(rlim_cur: min(limit.rlim_max, most), rlim_max: limit.rlim_max)
    return Int(clamping: setrlimit(kind, &wanted) == 0 ? wanted.rlim_cur : limit.rlim_cur)
  }
}

/// Closes a socket that nothing is served on.
func closeDescriptor(_ descriptor: Int32) { _ = close(descriptor) }
