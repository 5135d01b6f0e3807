/// Numbers that are the same in each run (SplitMix64).
package struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Begins a row of numbers.
  package init(seed: UInt64) { state = seed }

  /// The next number.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Bytes with a few of them replaced, removed or doubled.
  package mutating func mutate(_ bytes: [UInt8], alphabet: [UInt8]) -> [UInt8] {
    var result = bytes
    for _ in 0..<Int.random(in: 1...3, using: &self) {
      guard let index = result.indices.randomElement(using: &self) else { return result }
      let byte = alphabet.randomElement(using: &self) ?? 0
      switch Int.random(in: 0..<4, using: &self) {
      case 0: result[index] = byte
      case 1: result.remove(at: index)
      case 2: result.insert(byte, at: index)
      default: result.removeSubrange(index..<min(result.count, index + 8))
      }
    }
    return result
  }
}
