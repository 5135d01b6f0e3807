import Values

/// A token with which a host joins a swarm: the digest of the swarm's root CA, and a secret.
///
/// The forms are swarmkit's: `SWMTKN-1-DIGEST-SECRET`, and `SWMTKN-2-FIPS-DIGEST-SECRET` where FIPS is 0 or 1; the
/// digest has 50 digits in base 36, the secret 25. Whether it is for workers or managers does not show in it.
package struct JoinToken: Sendable, Hashable {
  /// The version of the form: 1 or 2.
  package let version: Int
  /// Whether the swarm demands FIPS mode.
  package let isFIPS: Bool
  /// The digest of the root CA that the manager must present.
  package let rootDigest: RootCADigest
  /// The whole token.
  package let secret: Secret

  /// Reads a token; white space around it is left out.
  ///
  /// - Throws: ``Failure`` `pki.bad_join_token`, without any part of the text.
  package static func parse(_ text: String) throws(Failure) -> JoinToken {
    let token = text.split(whereSeparator: \.isWhitespace)
    guard token.count == 1, let token = token.first else {
      throw bad(token.isEmpty ? "it is empty" : "there is white space in it")
    }
    let parts = token.split(separator: "-", omittingEmptySubsequences: false)
    guard parts[0] == "SWMTKN" else {
      throw bad(parts[0] == "SWMKEY" ? "it is an unlock key" : "it does not begin with SWMTKN-")
    }
    guard parts.count > 1, parts[1] == "1" || parts[1] == "2" else { throw bad("its version is neither 1 nor 2") }
    let isSecond = parts[1] == "2"
    guard parts.count == (isSecond ? 5 : 4) else { throw bad("it has \(parts.count) parts, not \(isSecond ? 5 : 4)") }
    if isSecond, parts[2] != "0", parts[2] != "1" { throw bad("its FIPS mark is neither 0 nor 1") }
    guard let digest = RootCADigest(base36: parts[parts.count - 2]) else {
      throw bad("the digest of the root CA in it is not 50 digits in base 36 that fit into 32 bytes")
    }
    guard Base36.decode(parts[parts.count - 1], count: secretBytes) != nil else {
      throw bad("its last part is not 25 digits in base 36 that fit into 16 bytes")
    }
    return JoinToken(
      version: isSecond ? 2 : 1, isFIPS: isSecond && parts[2] == "1", rootDigest: digest, secret: Secret(String(token)))
  }

  /// Reads a token that is already kept secret.
  package static func parse(_ secret: Secret) throws(Failure) -> JoinToken { try parse(secret.reveal()) }

  /// Whether a root bundle, byte for byte, is the one that the token was made for.
  package func matches(bundle pem: String) -> Bool { RootCADigest(ofBundle: pem) == rootDigest }

  /// Demands that a root bundle is the one that the token was made for, as a joining node does.
  ///
  /// - Throws: ``Failure`` `pki.root_mismatch` with both digests and Docker's words.
  package func verify(bundle pem: String) throws(Failure) {
    let found = RootCADigest(ofBundle: pem)
    guard found != rootDigest else { return }
    throw Failure(
      "pki.root_mismatch",
      "the join token is for a swarm with the root CA \(rootDigest), but this swarm's root CA is \(found)",
      cause: "remote CA does not match fingerprint. Expected: \(rootDigest)",
      hint: "read the join token again from the manager: it changes when the swarm's CA is rotated or the swarm is new"
    )
  }

  private static let secretBytes = 16

  private static func bad(_ reason: String) -> Failure {
    Failure(
      "pki.bad_join_token", "this is not a join token of a swarm: \(reason)", cause: "invalid join token",
      hint: "read it again from a manager: docker swarm join-token worker")
  }
}

extension JoinToken: CustomStringConvertible, CustomDebugStringConvertible {
  /// The public part of the token.
  package var description: String {
    "SWMTKN-\(version)-\(version == 2 ? (isFIPS ? "1-" : "0-") : "")\(rootDigest.base36)-\(Secret.placeholder)"
  }
  /// The public part of the token.
  package var debugDescription: String { description }
}

/// Numbers in base 36 with a fixed number of digits, as join tokens have them: `0` to `9` and `a` to `z`, most
/// significant first, filled with zeros on the left.
package enum Base36 {
  /// How many digits a number of that many bytes needs: 50 for 32 bytes, 25 for 16.
  package static func width(ofBytes count: Int) -> Int {
    // 36^n must not be less than 256^count.
    var digits = [UInt8](repeating: 0xFF, count: count)
    var width = 0
    while digits.contains(where: { $0 != 0 }) {
      _ = divide(&digits, by: 36)
      width += 1
    }
    return width
  }

  /// Writes bytes, most significant first, with all the digits that so many bytes may need.
  package static func encode(_ bytes: [UInt8]) -> String {
    var rest = bytes
    var digits: [UInt8] = []
    for _ in 0..<width(ofBytes: bytes.count) {
      digits.append(alphabet[Int(divide(&rest, by: 36))])
    }
    return String(decoding: digits.reversed(), as: UTF8.self)
  }

  /// Reads a number of exactly the width that `count` bytes need.
  ///
  /// - Returns: The bytes, most significant first; `nil` for another number of digits, for a character that is not a
  ///   digit (capital letters are not), and for a number that does not fit.
  package static func decode(_ text: some StringProtocol, count: Int) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count == width(ofBytes: count) else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    for digit in digits {
      guard let value = alphabet.firstIndex(of: digit) else { return nil }
      var carry = value
      for index in bytes.indices.reversed() {
        let sum = Int(bytes[index]) * 36 + carry
        bytes[index] = UInt8(truncatingIfNeeded: sum)
        carry = sum >> 8
      }
      guard carry == 0 else { return nil }
    }
    return bytes
  }

  private static let alphabet = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)

  /// Divides a number in place and gives the remainder.
  private static func divide(_ bytes: inout [UInt8], by divisor: Int) -> UInt8 {
    var remainder = 0
    for index in bytes.indices {
      let part = remainder << 8 | Int(bytes[index])
      bytes[index] = UInt8(part / divisor)
      remainder = part % divisor
    }
    return UInt8(remainder)
  }
}
