import Glibc

/// Takes one output of a framed command apart as it comes: what others wrote before, what the command wrote, and
/// the status that was written at the end. See ``CommandFrame``.
struct FrameReader {
  private enum Part { case unmarked, before, inside, status, after }

  /// The longest status is `255`; what is longer is none.
  private static let longestStatus = 8

  private let begin: [UInt8]
  private let end: [UInt8]
  private let root: [UInt8]
  private var part: Part
  private var pending: [UInt8] = []
  /// What came before the begin and after the end; the last of it, if it is much.
  private(set) var greeting = OutputTail()
  /// What was said at the end.
  private(set) var status: Int32?
  /// Whether the script that `sudo` should start has begun.
  private(set) var hasRoot = false

  /// - Parameter isMarked: Whether this output has marks at all.
  init(begin: String, end: String, root: String, isMarked: Bool) {
    self.begin = Array("\n\(begin)\n".utf8)
    self.end = Array("\(end) ".utf8)
    self.root = Array(root.utf8)
    part = isMarked ? .before : .unmarked
  }

  /// Whether the begin has come.
  var isOpen: Bool { part != .before }

  /// Takes the next bytes and gives those that the command wrote.
  mutating func take(_ new: some Collection<UInt8>) -> [UInt8] {
    pending += new
    var written: [UInt8] = []
    while true {
      switch part {
      case .before:
        guard let found = Self.find(begin, in: pending) else {
          greeting.append(takePending(upTo: pending.count - Self.overlap(of: pending, with: begin)))
          return written
        }
        greeting.append(takePending(upTo: found.lowerBound))
        pending.removeFirst(begin.count)
        part = .inside
      case .inside:
        let isEnd: Bool
        let found: Range<Int>
        switch (Self.find(end, in: pending), Self.find(root, in: pending)) {
        case (let range?, let other?) where other.lowerBound < range.lowerBound: (found, isEnd) = (other, false)
        case (let range?, _): (found, isEnd) = (range, true)
        case (nil, let range?): (found, isEnd) = (range, false)
        case (nil, nil):
          let kept = max(Self.overlap(of: pending, with: end), Self.overlap(of: pending, with: root))
          written += takePending(upTo: pending.count - kept)
          return written
        }
        written += takePending(upTo: found.lowerBound)
        pending.removeFirst(found.count)
        if isEnd { part = .status } else { hasRoot = true }
      case .status:
        guard let newline = pending.firstIndex(of: UInt8(ascii: "\n")) else {
          if pending.count <= Self.longestStatus { return written }
          part = .inside
          continue
        }
        status = Int32(String(decoding: pending[..<newline], as: UTF8.self))
        pending.removeFirst(newline + 1)
        part = .after
      case .unmarked:
        written += takePending(upTo: pending.count)
        return written
      case .after:
        // The command has ended: what still comes is of a login shell that has its own end, or of what was left
        // running.
        greeting.append(takePending(upTo: pending.count))
        return written
      }
    }
  }

  /// What is left when nothing more comes.
  mutating func finish() -> [UInt8] {
    let rest = takePending(upTo: pending.count)
    if part == .inside || part == .unmarked { return rest }
    if part == .before || part == .after { greeting.append(rest) }
    return []
  }

  private mutating func takePending(upTo end: Int) -> [UInt8] {
    defer { pending.removeFirst(end) }
    return Array(pending[..<end])
  }

  static func find(_ pattern: [UInt8], in bytes: [UInt8]) -> Range<Int>? {
    bytes.withUnsafeBytes { bytes in
      pattern.withUnsafeBytes { pattern in
        guard let start = bytes.baseAddress, let wanted = pattern.baseAddress else { return nil }
        var offset = 0
        while bytes.count - offset >= pattern.count,
          let found = memchr(start + offset, Int32(pattern[0]), bytes.count - offset - pattern.count + 1)
        {
          offset = UnsafeRawPointer(found) - start
          if memcmp(found, wanted, pattern.count) == 0 { return offset..<offset + pattern.count }
          offset += 1
        }
        return nil
      }
    }
  }

  /// How many of the last bytes may be the beginning of the pattern.
  private static func overlap(of bytes: [UInt8], with pattern: [UInt8]) -> Int {
    let longest = min(bytes.count, pattern.count - 1)
    return stride(from: longest, to: 0, by: -1).first { bytes.suffix($0).elementsEqual(pattern.prefix($0)) } ?? 0
  }
}
