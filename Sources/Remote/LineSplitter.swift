/// Cuts a stream of bytes into lines of text.
struct LineSplitter {
  /// A longer line is given out in pieces, so that output without line ends can't fill the memory.
  static let longestLine = 64 * 1024
  private var rest: [UInt8] = []

  /// Takes the next bytes and gives the lines that they complete.
  mutating func append(_ bytes: some Collection<UInt8>) -> [String] {
    var lines: [String] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        lines.append(takeRest())
      } else {
        rest.append(byte)
        if rest.count == Self.longestLine { lines.append(takeRest()) }
      }
    }
    return lines
  }

  /// The last line, when it had no line end.
  mutating func finish() -> String? { rest.isEmpty ? nil : takeRest() }

  private mutating func takeRest() -> String {
    defer { rest.removeAll(keepingCapacity: true) }
    if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
    return String(decoding: rest, as: UTF8.self)
  }
}
