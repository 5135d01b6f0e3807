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
