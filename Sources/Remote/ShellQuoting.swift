/// Quoting for POSIX shells. The only place of the program where an argument list becomes a line of text.
public enum ShellQuoting {
  /// A line that a POSIX shell splits into exactly these arguments, whatever they hold besides NUL.
  public static func quote(_ argv: [String]) -> String {
    argv.map(quote(argument:)).joined(separator: " ")
  }

  /// One argument, left as it is when it holds nothing that a shell reads as special.
  private static func quote(argument: String) -> String {
    if !argument.isEmpty, argument.utf8.allSatisfy(isPlain) { return argument }
    // Inside single quotes nothing is special but the quote itself: end the quotes, add an escaped one, go on.
    // The parts are found among the bytes, because a quote followed by a combining mark is another Character.
    var quoted: [UInt8] = [0x27]
    for byte in argument.utf8 {
      if byte == 0x27 { quoted += [0x27, 0x5C, 0x27, 0x27] } else { quoted.append(byte) }
    }
    quoted.append(0x27)
    return String(decoding: quoted, as: UTF8.self)
  }

  /// The arguments of a line that ``quote(_:)-([String])`` made; `nil` where a quote is left open.
  package static func words(_ line: String) -> [String]? {
    var words: [String] = []
    var word: [UInt8]?
    var isQuoted = false
    var bytes = line.utf8.makeIterator()
    while let byte = bytes.next() {
      switch (isQuoted, byte) {
      case (true, 0x27): isQuoted = false
      case (false, 0x27):
        isQuoted = true
        word = word ?? []
      case (false, 0x5C):
        guard let next = bytes.next() else { return nil }
        word = (word ?? []) + [next]
      case (false, 0x20):
        if let done = word { words.append(String(decoding: done, as: UTF8.self)) }
        word = nil
      default: word = (word ?? []) + [byte]
      }
    }
    if isQuoted { return nil }
    if let done = word { words.append(String(decoding: done, as: UTF8.self)) }
    return words
  }

  // `=` and `~` are left out: the first could make the first word an assignment, the second is expanded.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default:
      "-_./:,@%+".utf8.contains(byte)
    }
  }
}
