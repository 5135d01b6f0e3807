import Foundation
import Values

/// What is in a host's record of a lock, and what a script of ``HostLockScript`` answers: after the session's mark,
/// one line of words that ends in a full stop.
enum HostLockRecord {
  /// The answer of a script; `nil` when it can't be understood.
  static func read(_ result: CommandResult, mark: String) -> LockResult? {
    let lines = result.lines
    guard let start = lines.lastIndex(of: mark), let line = lines[start...].dropFirst().last else { return nil }
    var words = line.split(separator: " ")
    guard words.popLast() == ".", words.count >= 6, let now = Int64(words[1]), let expires = Int64(words[2]),
      let since = Int64(words[5])
    else { return nil }
    switch words[0] {
    case "granted": return .granted
    case "missing": return .missing
    case "taken":
      return .taken(
        HeldLock(
          id: String(words[4]), holder: holder(words.dropFirst(6).map(decode)),
          since: Date(timeIntervalSince1970: Double(since)), hasExpired: now >= expires,
          hasChanged: words[3] == "changed", wasLeft: expires == 0))
    default: return nil
    }
  }

  /// Who holds the lock, as the record has it.
  static func words(of holder: LeaseHolder) -> String {
    [holder.run, holder.user, holder.machine, "\(holder.processID)", holder.bootID, "\(holder.processStart)"]
      .map(encode).joined(separator: " ")
  }

  private static func holder(_ words: [String]) -> LeaseHolder {
    func word(_ index: Int) -> String { index < words.count ? words[index] : "" }
    return LeaseHolder(
      machine: word(2), bootID: word(4), processID: Int32(word(3)) ?? 0, processStart: UInt64(word(5)) ?? 0,
      user: word(1), run: word(0))
  }

  /// A word that a shell's `read` and a line of text keep as it is.
  static func encode(_ word: String) -> String {
    let text = String(word.prefix(200))
    if text.isEmpty { return "%" }
    return text.utf8.map { byte in
      let isPlain =
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "._-/:@".utf8.contains(byte)
      if isPlain { return String(UnicodeScalar(byte)) }
      return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }

  private static func decode(_ word: Substring) -> String {
    if word == "%" { return "" }
    let text = String(word).removingPercentEncoding ?? String(word)
    return String(
      String.UnicodeScalarView(
        text.unicodeScalars.filter {
          !$0.properties.isDefaultIgnorableCodePoint && $0.properties.generalCategory != .control
        }
      ).prefix(200))
  }
}
