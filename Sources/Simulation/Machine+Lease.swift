import Remote

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
        id: mine, since: claim?.id == mine ? claim?.since ?? now : now, expires: now + (Int64(words[6]) ?? 0) + 1,
        hasChanged: words[7] == "1", words: words[5])
      claims[place] = new
      return say("granted", new)
    case .renewLease:
      guard var claim else { return say("missing", nil) }
      guard claim.id == mine else { return say("taken", claim) }
      let seconds = Int64(words[5]) ?? 0
      claim.expires = seconds > 0 ? now + seconds + 1 : 0
      claim.hasChanged = words[6] == "1"
      claims[place] = claim
      return say("granted", claim)
    default:
      if claim?.id == mine { claims[place] = nil }
      return say("granted", nil)
    }
  }
}
