import Synchronization

/// Cuts a stream of bytes into chunks of whole lines.
struct OutputChunks {
  /// No chunk is longer: a longer line is given out in pieces, so that output without line ends can't fill the memory.
  static let longest = 64 * 1024
  private var rest: [UInt8] = []

  /// Takes the next bytes and gives the lines that they complete.
  mutating func append(_ bytes: some Collection<UInt8>) -> [OutputChunk] {
    rest += bytes
    var chunks: [OutputChunk] = []
    var begin = rest.startIndex
    if let end = rest.lastIndex(of: UInt8(ascii: "\n")) {
      while end - begin > Self.longest {
        let piece = rest[begin..<begin + Self.longest]
        if let line = piece.lastIndex(of: UInt8(ascii: "\n")) {
          chunks.append(OutputChunk(rest[begin..<line]))
          begin = line + 1
        } else {
          begin = cut(from: begin, &chunks)
        }
      }
      chunks.append(OutputChunk(rest[begin..<end]))
      begin = end + 1
    }
    while rest.endIndex - begin >= Self.longest { begin = cut(from: begin, &chunks) }
    rest.removeFirst(begin)
    return chunks
  }

  /// The last line, when it had no line end.
  mutating func finish() -> OutputChunk? {
    defer { rest = [] }
    return rest.isEmpty ? nil : OutputChunk(rest)
  }

  /// Cuts a long line, not within a character.
  private func cut(from begin: Int, _ chunks: inout [OutputChunk]) -> Int {
    var end = begin + Self.longest
    for place in (end - 3...end).reversed() where place < rest.endIndex && rest[place] & 0xC0 != 0x80 {
      end = place
      break
    }
    chunks.append(OutputChunk(rest[begin..<end], isCut: true))
    return end
  }
}

/// A piece of what a command writes: one or more lines, without the end of the last one, or a piece of a long line.
package struct OutputChunk: Sendable, Hashable {
  /// The bytes as they came.
  package let bytes: [UInt8]
  /// Whether its last line is too long to be reported at once and continues in the next chunk of the same channel.
  package let isCut: Bool

  package init(_ bytes: some Sequence<UInt8>, isCut: Bool = false) {
    self.bytes = Array(bytes)
    self.isCut = isCut
  }

  /// All that a command has written, in chunks.
  package static func chunks(of bytes: [UInt8]) -> [OutputChunk] {
    var chunks = OutputChunks()
    return chunks.append(bytes) + (chunks.finish().map { [$0] } ?? [])
  }

  /// The bytes as text; what is not UTF-8 is repaired.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The lines, without their ends.
  package var lines: [String] {
    bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
      String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
    }
  }
}

/// Called with what a command writes, as soon as a line is complete: as many lines at once as have come meanwhile.
///
/// It is called by one task per channel, in the order of the lines. Until it returns, nothing more is read, and
/// the command waits as soon as the buffers in between are full.
package typealias OutputHandler = @Sendable (_ channel: OutputChannel, _ chunk: OutputChunk) async -> Void

/// Which of a command's two outputs a line came from.
package enum OutputChannel: String, Sendable, Hashable {
  /// The standard output.
  case stdout
  /// The standard error.
  case stderr
}

/// The last bytes of an output that may be endless.
struct OutputTail {
  static let limit = 64 * 1024
  private(set) var bytes: [UInt8] = []

  mutating func append(_ new: some Collection<UInt8>) {
    bytes += new.suffix(Self.limit)
    if bytes.count > 2 * Self.limit { bytes.removeFirst(bytes.count - Self.limit) }
  }
}

/// How much a command has written on all its channels.
final class OutputAmount: Sendable {
  private let bytes = Mutex(0)

  /// Counts more; whether it is still no more than is kept.
  func fits(_ more: Int) -> Bool {
    bytes.withLock { bytes in
      bytes += more
      return bytes <= ChildProcess.outputLimit
    }
  }
}
