import Foundation

/// Reads what a script of ``HostLeaseScript`` says: after the session's mark, one line of words that ends in a full stop.
enum HostLeaseAnswer {
  static func read(_ result: CommandResult, mark: String) -> HostLease.Answer? {
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
      let claim = HostLease.Claim(id: String(words[4]), words: words.dropFirst(6).map { HostLease.decode($0) })
      return .taken(
        HostLease.Standing(
          claim: claim, since: Date(timeIntervalSince1970: Double(since)), hasExpired: now >= expires,
          hasChanged: words[3] == "changed", wasLeft: expires == 0))
    default: return nil
    }
  }
}
