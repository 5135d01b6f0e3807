import Crypto

/// Something that goes wrong in a simulated world: at one call, or by chance.
///
/// Whether it happens depends only on the seed, the host, what is called and how often that was called there
/// before: the same seed gives the same faults, however calls of different hosts interleave. For a chance, calls about
/// different nodes or services of one manager are different ones, as branches of a run make them side by side.
package struct WorldFault: Sendable, Hashable {
  /// Something that a host is asked.
  struct Call: Sendable, Hashable {
    /// With `ID` for what it is about: `POST /nodes/ID/update`.
    var shape: String
    /// As it is.
    var words: String
  }

  /// How often a host was asked that, this time included.
  struct Numbers: Sendable, Hashable {
    var shape: Int
    var words: Int
  }

  /// What happens.
  package enum Kind: String, Sendable, CaseIterable {
    /// The connection is lost before the call is carried out.
    case lose
    /// It is carried out, and the connection is lost before the answer.
    case loseAnswer = "lose-answer"
    /// It takes longer.
    case slow
    /// It is refused.
    case refuse
    /// The engine ends before the call is carried out, and starts again by itself.
    case crash
  }

  /// What happens.
  package var kind: Kind
  /// The host; any where it is left out.
  package var host: String?
  /// What is called: words of `POST /swarm/join` or of a command; anything where it is left out.
  package var call = ""
  /// At which of these calls on a host, from 1; at each where it is left out.
  package var at: Int?
  /// How likely it is, from 0 to 1.
  package var chance = 1.0
  /// How long it is slow or down, in seconds.
  package var seconds = 1.0
  /// The engine's words for what is refused.
  package var words = "rpc error: code = Unavailable desc = simulated refusal"

  /// Something that happens to every call.
  package init(_ kind: Kind) { self.kind = kind }

  func strikes(_ call: Call, _ numbers: Numbers, on host: String, seed: UInt64, index: Int) -> Bool {
    guard self.host == nil || self.host == host, self.call.isEmpty || call.shape.contains(self.call) else {
      return false
    }
    if let at, at != numbers.shape { return false }
    if chance >= 1 { return true }
    let digest = SHA256.hash(data: Array("\(seed)/\(index)/\(host)/\(call.words)/\(numbers.words)".utf8))
    let draw = digest.prefix(7).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Double(draw) / Double(UInt64(1) << 56) < chance
  }

  /// What a world has that is to be unreliable, and says no more.
  package static let unreliable: [WorldFault] = [
    fault(.lose, 0.01), fault(.loseAnswer, 0.01), fault(.slow, 0.02), fault(.refuse, 0.01, " /"),
  ]

  /// Only engines refuse by themselves: their calls have a slash, the names of commands have none.
  private static func fault(_ kind: Kind, _ chance: Double, _ call: String = "") -> WorldFault {
    var fault = WorldFault(kind)
    fault.call = call
    fault.chance = chance
    return fault
  }
}
