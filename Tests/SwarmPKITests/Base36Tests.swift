import Fuzzing
import SwarmPKI
import TestSupport
import Testing

@Suite("Base 36", .usualTimeLimit)
struct Base36Tests {
  @Test("32 bytes need 50 digits, 16 need 25")
  func width() {
    #expect(Base36.width(ofBytes: 32) == 50)
    #expect(Base36.width(ofBytes: 16) == 25)
    #expect(Base36.width(ofBytes: 0) == 0)
  }

  @Test(
    "known digests are the same in both forms",
    arguments: [
      (
        "5dxny21y4oslz87lqjzz4wj2wejy6vicjtqwq33mvqqni42ki2",
        "d82427f5c43b8bf1875eea0b05bfbb048006073feaeea643726e72254d1ad04a"
      ),
      (
        "237d4spc3iwhjfyfjjpxkjzku9ay4cqcj4saxuf79432kma124",
        "53d0d1e7fbc72f488cd943e83d204226225b0aaa69f5f25045e8075664e0a9dc"
      ),
    ])
  func vectors(base36: String, hexadecimal: String) throws {
    let digest = try #require(RootCADigest(base36: base36))
    #expect(digest.hexadecimal == hexadecimal)
    #expect(digest.base36 == base36)
    #expect("\(digest)" == hexadecimal)
  }

  @Test("small numbers are filled with zeros, and what was written is read again")
  func roundTrip() throws {
    #expect(Base36.encode([0, 0, 0, 35]) == "000000z")
    #expect(Base36.encode([0, 0, 0, 36]) == "0000010")
    #expect(Base36.decode("0000010", count: 4) == [0, 0, 0, 36])
    var random = SeededRandom(seed: 36)
    for count in [1, 2, 8, 16, 32] {
      for _ in 0..<200 {
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        let text = Base36.encode(bytes)
        #expect(text.count == Base36.width(ofBytes: count))
        #expect(Base36.decode(text, count: count) == bytes)
      }
    }
  }

  @Test("the largest number fits, the next one and a wrong width do not")
  func overflow() throws {
    let largest = Base36.encode([UInt8](repeating: 0xFF, count: 16))
    #expect(Base36.decode(largest, count: 16) == [UInt8](repeating: 0xFF, count: 16))
    #expect(largest == "f5lxx1zz5pnorynqglhzmsp33")
    #expect(Base36.decode(largest.dropLast() + "4", count: 16) == nil)
    #expect(Base36.decode(String(repeating: "z", count: 25), count: 16) == nil)
    #expect(Base36.decode(largest.dropFirst(), count: 16) == nil)
    #expect(Base36.decode("0" + largest, count: 16) == nil)
    #expect(Base36.decode(largest.dropLast() + "A", count: 16) == nil)
    #expect(Base36.decode(largest.dropLast() + "é", count: 16) == nil)
  }
}
