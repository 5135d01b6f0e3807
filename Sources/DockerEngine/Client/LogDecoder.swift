import Foundation
import NIOCore
import Values

/// Cuts the bytes of a log into lines.
///
/// The engine sends each message in a frame of its own: one byte for the stream (1 output, 2 error, 3 the engine's own
/// words), three of padding, four for the length, most significant first. A task with a terminal has no frames. Each
/// message begins, as it was asked for, with its time and its details. A long line comes in several messages.
struct LogDecoder {
  private let isFramed: Bool
  private var buffer = ByteBuffer()
  /// The beginnings of lines whose ends have not come.
  private var open: [Origin: LogLine] = [:]

  private struct Origin: Hashable {
    let stream: LogLine.Stream
    let taskID: String
  }

  /// The engine cuts lines at 16 KiB; a frame that claims much more is none.
  private static let largestMessage = 4 << 20

  init(isFramed: Bool) { self.isFramed = isFramed }

  /// The lines that are complete with these bytes.
  mutating func feed(_ bytes: ByteBuffer) throws -> [LogLine] {
    var bytes = bytes
    buffer.writeBuffer(&bytes)
    defer { buffer.discardReadBytes() }
    var lines: [LogLine] = []
    while let (stream, message) = try nextMessage() {
      if let line = complete(Self.line(stream, message)) { lines.append(line) }
    }
    return lines
  }

  /// What is left when the log is over: lines without an end.
  mutating func finish() throws -> [LogLine] {
    defer { open = [:] }
    var lines: [LogLine] = []
    if !isFramed, buffer.readableBytes > 0 {
      let rest = String(buffer: buffer) + "\n"
      if let line = complete(Self.line(.output, rest)) { lines.append(line) }
    } else if buffer.readableBytes > 0 {
      throw Self.unreadable("it ends in the middle of a message")
    }
    return lines + open.values.sorted { $0.time < $1.time }
  }

  private mutating func nextMessage() throws -> (LogLine.Stream, String)? {
    guard isFramed else {
      guard let end = buffer.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      return (.output, buffer.readString(length: end - buffer.readerIndex + 1) ?? "")
    }
    guard let kind: UInt8 = buffer.getInteger(at: buffer.readerIndex),
      let length: UInt32 = buffer.getInteger(at: buffer.readerIndex + 4)
    else { return nil }
    guard kind <= 3, length <= Self.largestMessage else {
      throw Self.unreadable("a message of kind \(kind) with \(length) bytes")
    }
    guard buffer.readableBytes >= 8 + Int(length) else { return nil }
    buffer.moveReaderIndex(forwardBy: 8)
    let stream: LogLine.Stream = kind == 3 ? .engine : kind == 2 ? .error : .output
    return (stream, buffer.readString(length: Int(length)) ?? "")
  }

  private mutating func complete(_ line: LogLine) -> LogLine? {
    let origin = Origin(stream: line.stream, taskID: line.taskID)
    let begun = open.removeValue(forKey: origin)
    // Swift takes CR and LF together for one character.
    let isEnd = line.text.last?.isNewline == true || line.stream == .engine
    let text = line.text.last?.isNewline == true ? String(line.text.dropLast()) : line.text
    let whole = LogLine(
      stream: line.stream, text: (begun?.text ?? "") + text, time: begun?.time ?? line.time, taskID: line.taskID,
      nodeID: line.nodeID)
    if isEnd { return whole }
    open[origin] = whole
    return nil
  }

  /// Takes the time and the details off a message.
  private static func line(_ stream: LogLine.Stream, _ message: String) -> LogLine {
    let parts = message.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard stream != .engine, parts.count == 3, parts[0].contains("T"), parts[1].isEmpty || parts[1].contains("=") else {
      return LogLine(stream: stream, text: message, time: "", taskID: "", nodeID: "")
    }
    var details: [Substring: String] = [:]
    for pair in parts[1].split(separator: ",") {
      let words = pair.split(separator: "=", maxSplits: 1)
      if words.count == 2 { details[words[0]] = words[1].removingPercentEncoding ?? String(words[1]) }
    }
    return LogLine(
      stream: stream, text: String(parts[2]), time: String(parts[0]), taskID: details["com.docker.swarm.task.id"] ?? "",
      nodeID: details["com.docker.swarm.node.id"] ?? "")
  }

  private static func unreadable(_ why: String) -> Failure {
    Failure(.engineBadAnswer, "the log that the Docker engine sent can't be read", cause: why)
  }
}
