import Crypto
import SwarmPKI
import Values

/// Makes the IDs of a modelled world: of one seed always the same, whatever else happens at the same time elsewhere.
///
/// Each owner has its own row of IDs, so the order in which owners ask does not matter.
struct IDSource: Sendable {
  let seed: UInt64
  private var counts: [String: Int] = [:]

  init(seed: UInt64) { self.seed = seed }

  /// The next ID of an owner: 25 digits of base 36, as swarmkit writes them.
  mutating func next(_ owner: String) -> String { String(Base36.encode(Array(bytes(owner).prefix(16))).suffix(25)) }

  /// The next 32 bytes of an owner.
  mutating func bytes(_ owner: String) -> [UInt8] {
    let count = counts[owner, default: 0]
    counts[owner] = count + 1
    return Self.digest("\(seed)/\(owner)/\(count)")
  }

  /// What a text always gives.
  static func digest(_ text: String) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

  /// What a text always gives, in 64 hexadecimal digits.
  static func hexadecimal(_ text: String) -> String { Hexadecimal.encode(digest(text)) }
}
