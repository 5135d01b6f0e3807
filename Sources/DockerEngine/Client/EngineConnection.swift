import NIOCore
import NIOHTTP1
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
