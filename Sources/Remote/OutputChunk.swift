/// A piece of what a command writes: one or more lines, without the end of the last one, or a piece of a long line.
public struct OutputChunk: Sendable, Hashable {
  /// The bytes as they came.
  public let bytes: [UInt8]
  /// Whether its last line is too long to be reported at once and continues in the next chunk of the same channel.
  public let isCut: Bool

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
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The lines, without their ends.
  public var lines: [String] {
    bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
      String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
    }
  }
}

/// Called with what a command writes, as soon as a line is complete: as many lines at once as have come meanwhile.
///
/// It is called by one task per channel, in the order of the lines. Until it returns, nothing more is read, and
/// the command waits as soon as the buffers in between are full.
public typealias OutputHandler = @Sendable (_ channel: OutputChannel, _ chunk: OutputChunk) async -> Void
