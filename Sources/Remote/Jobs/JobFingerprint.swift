/// A short name for a list of texts: FNV-1a with 128 bits, as 32 hexadecimal digits.
///
/// It keeps different texts apart, as a file name must, but hides nothing.
enum JobFingerprint {
  private static let basis: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
  private static let prime: UInt128 = 0x0000_0000_0100_0000_0000_0000_0000_013b

  static func of(_ parts: [String]) -> String {
    var hash = basis
    // Each with its length, so that no two lists run together to the same bytes.
    for byte in parts.lazy.flatMap({ Array("\($0.utf8.count):".utf8) + Array($0.utf8) }) {
      hash = (hash ^ UInt128(byte)) &* prime
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 32 - digits.count) + digits
  }
}
