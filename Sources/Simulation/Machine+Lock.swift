import Remote
import Values

// The scripts of `HostLock`.
extension Machine {
  /// - Parameter now: the host's clock, in whole seconds.
  mutating func carryOut(lock script: KnownScript, _ words: [String], now: Int64) -> CommandResult {
    let place = (words[1].isEmpty ? "/var/tmp" : words[1]) + "/" + words[2], mine = words[4]
    func say(_ answer: String, _ lock: Lock?) -> CommandResult {
      guard let lock else { return Self.say(words[0], "\(answer) \(now) 0 clean - 0 ") }
      let reported = answer == "taken" ? lock.words : ""
      return Self.say(
        words[0],
        "\(answer) \(now) \(lock.expires) \(lock.hasChanged ? "changed" : "clean") \(lock.id) \(lock.since) \(reported)"
      )
    }
    let lock = locks[place]
    switch script {
    case .takeLock:
      func names(_ text: String) -> [Substring] { text.split(separator: " ") }
      if let lock, lock.id != mine, !names(words[8]).contains(Substring(lock.id)) {
        guard names(words[9]).contains(Substring(lock.id)), now >= lock.expires else { return say("taken", lock) }
      }
      let new = Lock(
        id: mine, since: lock?.id == mine ? lock?.since ?? now : now, expires: Self.end(now, words[6]),
        hasChanged: words[7] == "1", words: words[5])
      locks[place] = new
      return say("granted", new)
    case .renewLock:
      guard var lock else { return say("missing", nil) }
      guard lock.id == mine else { return say("taken", lock) }
      lock.expires = (Int64(words[5]) ?? 0) > 0 ? Self.end(now, words[5]) : 0
      lock.hasChanged = words[6] == "1"
      locks[place] = lock
      return say("granted", lock)
    default:
      if lock?.id == mine { locks[place] = nil }
      return say("granted", nil)
    }
  }

  /// The end of so many seconds from then on, the second that has begun included.
  private static func end(_ now: Int64, _ seconds: String) -> Int64 {
    now.addingBounded(Int64(seconds) ?? 0).addingBounded(1)
  }
}
