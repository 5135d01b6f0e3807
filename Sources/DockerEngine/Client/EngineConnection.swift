import NIOCore
import NIOHTTP1
import Synchronization
import Values

/// A connection to an engine that carries one exchange at a time.
final class EngineConnection: Sendable {
  private let channel: any Channel
  private let whyClosed: (@Sendable () async -> Failure?)?

  init(stream: EngineStream) {
    channel = stream.channel
    whyClosed = stream.whyClosed
  }

  /// Adds what turns bytes into exchanges; on the channel's event loop.
  static func prepare(_ channel: any Channel) throws {
    let beginning = AnswerBeginning()
    try channel.pipeline.syncOperations.addHandler(beginning)
    try channel.pipeline.syncOperations.addHTTPClientHandlers()
    try channel.pipeline.syncOperations.addHandler(ExchangeHandler(beginning))
  }

  var isOpen: Bool { channel.isActive }

  func whenClosed(_ action: @escaping @Sendable () -> Void) { channel.closeFuture.whenComplete { _ in action() } }

  func close() { channel.close(promise: nil) }

  /// Sends a request. The stream gives the answer's parts; to drop it, or to be cancelled while reading it, closes the
  /// connection.
  func exchange(
    head: HTTPRequestHead, body: Exchange.Body, timeout: Duration?
  ) -> AsyncThrowingStream<AnswerPart, any Error> {
    let (stream, continuation) = AsyncThrowingStream<AnswerPart, any Error>.makeStream()
    continuation.onTermination = { [channel] ended in
      if case .cancelled = ended { channel.close(promise: nil) }
    }
    channel.writeAndFlush(
      Sending.exchange(Exchange(head: head, body: body, timeout: timeout, answer: continuation))
    )
    .whenFailure { _ in continuation.finish(throwing: ConnectionProblem.notWritten) }
    return stream
  }

  /// Sends a part of the body of the running exchange; returns when there is room for more.
  func send(_ part: ByteBuffer) async throws { try await channel.writeAndFlush(Sending.part(part)) }

  /// Ends the body of the running exchange.
  func sendEnd() async throws { try await channel.writeAndFlush(Sending.end) }

  /// Why the connection ended, where that is known.
  func reason() async -> Failure? {
    guard let whyClosed else { return nil }
    try? await channel.close()
    return await whyClosed()
  }
}

/// The channel of a connection that is being opened, so that cancelling can close it.
final class OpeningChannel: Sendable {
  private let state = Mutex<(channel: (any Channel)?, isCancelled: Bool)>((nil, false))

  /// Called first by the channel's initializer. One that comes too late is given up by failing: NIO closes it then, and
  /// is not prepared for an initializer that closes the channel itself.
  func admit(_ channel: any Channel) throws {
    let isCancelled = state.withLock { state in
      state.channel = channel
      return state.isCancelled
    }
    if isCancelled { throw CancellationError() }
  }

  func cancel() {
    let channel = state.withLock { state in
      state.isCancelled = true
      return state.channel
    }
    channel?.close(promise: nil)
  }
}

/// One request, and where the parts of its answer go.
struct Exchange: Sendable {
  let head: HTTPRequestHead
  let body: Body
  let timeout: Duration?
  let answer: AsyncThrowingStream<AnswerPart, any Error>.Continuation

  /// What is sent after the head.
  enum Body: Sendable {
    case none
    case whole(ByteBuffer)
    /// It comes in parts: ``Sending/part(_:)`` and at last ``Sending/end``.
    case parts
  }
}

/// What is written to a connection.
enum Sending: Sendable {
  case exchange(Exchange)
  case part(ByteBuffer)
  case end
}

/// A part of an answer; its end is the end of the stream.
enum AnswerPart: Sendable {
  case head(HTTPResponseHead)
  case body(ByteBuffer)
}

/// Runs one exchange after the other on a connection. It lives on the channel's event loop.
final class ExchangeHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundIn = Sending
  typealias OutboundOut = HTTPClientRequestPart

  private var answer: AsyncThrowingStream<AnswerPart, any Error>.Continuation?
  private var deadline: Scheduled<Void>?
  private var isKeptAlive = true
  /// Whether a body is being sent in parts.
  private var isSending = false
  private let beginning: AnswerBeginning

  init(_ beginning: AnswerBeginning) { self.beginning = beginning }

  /// `promise` succeeds when the request is taken, and fails when it will never be sent.
  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let exchange: Exchange
    switch unwrapOutboundIn(data) {
    case .exchange(let new): exchange = new
    case .part(let bytes): return context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: promise)
    case .end:
      isSending = false
      return context.write(wrapOutboundOut(.end(nil)), promise: promise)
    }
    guard answer == nil, isKeptAlive, context.channel.isActive else {
      promise?.fail(ConnectionProblem.notWritten)
      return
    }
    answer = exchange.answer
    beginning.forget()
    promise?.succeed()
    if let timeout = exchange.timeout {
      deadline = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(timeout)) {
        self.fail(.timedOut(timeout), context: context)
      }
    }
    context.write(wrapOutboundOut(.head(exchange.head)), promise: nil)
    switch exchange.body {
    case .parts:
      isSending = true
      return
    case .whole(let body): context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    case .none: break
    }
    context.write(wrapOutboundOut(.end(nil)), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard let answer else {
      // Nothing was asked, so whatever comes is not an answer; such a connection is of no use.
      context.close(promise: nil)
      return
    }
    switch unwrapInboundIn(data) {
    case .head(let head):
      isKeptAlive = head.isKeepAlive
      answer.yield(.head(head))
    case .body(let bytes):
      answer.yield(.body(bytes))
    case .end:
      self.answer = nil
      deadline?.cancel()
      deadline = nil
      // An engine that answers before it has all does not want the rest.
      if isSending { isKeptAlive = false }
      // First close, then report: the caller that waits for the answer must not take the connection for usable.
      if !isKeptAlive { context.close(promise: nil) }
      answer.finish()
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    fail(.lost, context: context)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch error {
    case HTTPParserError.invalidEOFState: fail(.lost, context: context)
    case let error as HTTPParserError:
      fail(.malformed(beginning.words ?? String(describing: error)), context: context)
    default: fail(.lost, context: context)
    }
  }

  private func fail(_ problem: ConnectionProblem, context: ChannelHandlerContext) {
    deadline?.cancel()
    deadline = nil
    isKeptAlive = false
    let answer = self.answer
    self.answer = nil
    context.close(promise: nil)
    answer?.finish(throwing: problem)
  }
}

/// Keeps the beginning of what answers a request, to be shown when it is not one. It lives on the channel's event loop.
final class AnswerBeginning: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  private static let longest = 200
  private var bytes: [UInt8] = []

  func forget() { bytes = [] }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if bytes.count < Self.longest {
      bytes += unwrapInboundIn(data).readableBytesView.prefix(Self.longest - bytes.count)
    }
    context.fireChannelRead(data)
  }

  /// Its first words; `nil` where nothing came.
  var words: String? {
    let line = String(decoding: bytes, as: UTF8.self).split { $0.isNewline }.first { !$0.allSatisfy(\.isWhitespace) }
    return line.map { "its answer begins with: " + String($0.map { $0.isASCII && $0 >= " " && $0 <= "~" ? $0 : "?" }) }
  }
}
