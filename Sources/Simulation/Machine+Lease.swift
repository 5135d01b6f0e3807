import Remote
import Values

// The scripts of `HostLease`.
extension Machine {
  /// - Parameter now: the host's clock, in whole seconds.
  mutating func carryOut(lease script: KnownScript, _ words: [String], now: Int64) -> CommandResult {
    let place = (words[1].isEmpty ? "/var/tmp" : words[1]) + "/" + words[2], mine = words[4]
    func say(_ answer: String, _ claim: Claim?) -> CommandResult {
      guard let claim else { return Self.say(words[0], "\(answer) \(now) 0 clean - 0 ") }
      let told = answer == "taken" ? claim.words : ""
      return Self.say(
        words[0],
        "\(answer) \(now) \(claim.expires) \(claim.hasChanged ? "changed" : "clean") \(claim.id) \(claim.since) \(told)"
      )
    }
    let claim = claims[place]
    switch script {
    case .takeLease:
      func names(_ text: String) -> [Substring] { text.split(separator: " ") }
      if let claim, claim.id != mine, !names(words[8]).contains(Substring(claim.id)) {
        guard names(words[9]).contains(Substring(claim.id)), now >= claim.expires else { return say("taken", claim) }
      }
      let new = Claim(
        id: mine, since: claim?.id == mine ? claim?.since ?? now : now, expires: Self.end(now, words[6]),
        hasChanged: words[7] == "1", words: words[5])
      claims[place] = new
      return say("granted", new)
    case .renewLease:
      guard var claim else { return say("missing", nil) }
      guard claim.id == mine else { return say("taken", claim) }
      claim.expires = (Int64(words[5]) ?? 0) > 0 ? Self.end(now, words[5]) : 0
      claim.hasChanged = words[6] == "1"
      claims[place] = claim
      return say("granted", claim)
    default:
      if claim?.id == mine { claims[place] = nil }
      return say("granted", nil)
    }
  }

  /// The end of so many seconds from then on, the second that has begun included.
  private static func end(_ now: Int64, _ seconds: String) -> Int64 {
    now.addingBounded(Int64(seconds) ?? 0).addingBounded(1)
  }
}
