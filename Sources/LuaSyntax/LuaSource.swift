/// The text of a Lua file, with the lines of offsets.
package struct LuaSource: Sendable {
  /// The bytes of the file.
  package let bytes: [UInt8]
  /// The offsets at which lines begin.
  private let starts: [Int]
  /// How many characters begin before each block of bytes, so that columns of long lines are found fast.
  private let counts: [Int]
  private static let block = 1024

  /// Looks where the lines begin: behind `\n`, `\r`, or both together, as Lua counts them.
  package init(_ text: some StringProtocol) { self.init(bytes: Array(text.utf8)) }

  /// The same of bytes, which need not be UTF-8.
  package init(bytes: [UInt8]) {
    self.bytes = bytes
    var starts = [0], offset = 0
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      guard byte == 10 || byte == 13 else { continue }
      if offset < bytes.count, bytes[offset] == 10 || bytes[offset] == 13, bytes[offset] != byte { offset += 1 }
      starts.append(offset)
    }
    self.starts = starts
    var counts = [0], count = 0
    for (index, byte) in bytes.enumerated() {
      if byte & 0xC0 != 0x80 { count += 1 }
      if (index + 1) % Self.block == 0 { counts.append(count) }
    }
    self.counts = counts
  }

  /// How many lines there are.
  package var lineCount: Int { starts.count }

  /// The line of an offset, counted from 1.
  package func line(of offset: Int) -> Int {
    var low = 0, high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return low + 1
  }

  /// The column of an offset in its line, counted from 1, in characters (Unicode scalars).
  package func column(of offset: Int) -> Int {
    let start = starts[line(of: offset) - 1]
    return count(before: min(max(start, offset), bytes.count)) - count(before: start) + 1
  }

  /// How many characters begin before an offset.
  private func count(before offset: Int) -> Int {
    let block = offset / Self.block
    return bytes[block * Self.block..<offset].reduce(counts[block]) { $1 & 0xC0 != 0x80 ? $0 + 1 : $0 }
  }

  /// How many bytes a line has, counted from 1, with its end.
  package func length(ofLine line: Int) -> Int {
    guard line >= 1, line <= starts.count else { return 0 }
    return (line < starts.count ? starts[line] : bytes.count) - starts[line - 1]
  }

  /// The text of a line, counted from 1, without its end.
  package func text(ofLine line: Int) -> String {
    guard line >= 1, line <= starts.count else { return "" }
    var end = line < starts.count ? starts[line] : bytes.count
    while end > starts[line - 1], bytes[end - 1] == 10 || bytes[end - 1] == 13 { end -= 1 }
    return String(decoding: bytes[starts[line - 1]..<end], as: UTF8.self)
  }

  /// The text of a stretch.
  package func text(_ range: SourceRange) -> String {
    let start = min(max(0, range.start), bytes.count)
    return String(decoding: bytes[start..<min(max(start, range.end), bytes.count)], as: UTF8.self)
  }
}

/// A stretch of a source, as byte offsets: `start` is the first byte, `end` the one behind the last.
package struct SourceRange: Sendable, Hashable {
  /// The offset of the first byte.
  package var start: Int
  /// The offset behind the last byte.
  package var end: Int

  package init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = end
  }

  /// From the beginning of this one to the end of another.
  package func through(_ other: SourceRange) -> SourceRange { SourceRange(start, max(end, other.end)) }
}

/// Why a text is not Lua. Reading stops at the first one.
package struct LuaSyntaxError: Error, Sendable, Hashable {
  /// What is wrong, without the place, for example `expected 'end' to close 'function' of line 3, found the end of the
  /// file`.
  package var message: String
  /// Where.
  package var range: SourceRange

  package init(_ message: String, _ range: SourceRange) {
    self.message = message
    self.range = range
  }
}
