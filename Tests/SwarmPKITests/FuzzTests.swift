import Foundation
import Fuzzing
import SwarmPKI
import TestSupport
import Testing
import Values

@Suite("Wrong tokens, keys and certificates are refused and never a crash", .usualTimeLimit)
struct FuzzTests {
  private static let alphabet = Array("0123456789abcdefghijklmnopqrstuvwxyzAZ-+/= \n\u{E9}".utf8)

  @Test("join tokens")
  func tokens() throws {
    try Fuzz("join tokens", cases: 5_000).run { random in
      let text = String(
        decoding: random.mutate(Array(JoinTokenTests.token.utf8), alphabet: Self.alphabet), as: UTF8.self)
      do {
        let token = try JoinToken.parse(text)
        try demand(Base36.encode(token.rootDigest.bytes) == token.rootDigest.base36, "the digest changed: \(text)")
        try demand(token.secret.reveal().utf8.count == 85, "a length: \(text)")
        return true
      } catch let failure as Failure {
        try demand(failure.code == "pki.bad_join_token", "code \(failure.code)")
        let secret = JoinTokenTests.random
        try demand(
          !failure.message.contains(secret.prefix(12)) && !failure.message.contains(secret.suffix(12)),
          "shows the secret")
        return false
      }
    }
  }

  @Test("random tokens of both forms are read as they were made")
  func randomTokens() throws {
    try Fuzz("tokens of both forms", cases: 2_000).run { random in
      func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) } }
      let digest = bytes(32), secret = Base36.encode(bytes(16))
      let isSecond = Bool.random(using: &random), isFIPS = isSecond && Bool.random(using: &random)
      let text = "SWMTKN-\(isSecond ? (isFIPS ? "2-1" : "2-0") : "1")-\(Base36.encode(digest))-\(secret)"
      let token = try JoinToken.parse(text)
      try demand(
        token.rootDigest.bytes == digest && token.isFIPS == isFIPS && token.version == (isSecond ? 2 : 1), text)
      try demand(!"\(token)".contains(secret), "shows the secret")
      return true
    }
  }

  @Test("unlock keys")
  func unlockKeys() throws {
    let key = "SWMKEY-1-7c37Cc8654o6p38HnroywCi19pllOnGtbdZEgtKxZu8"
    try Fuzz("unlock keys", cases: 5_000).run { random in
      let text = String(decoding: random.mutate(Array(key.utf8), alphabet: Self.alphabet), as: UTF8.self)
      do {
        let found = try UnlockKey.parse(text)
        let encoded = found.secret.reveal().dropFirst("SWMKEY-1-".count)
        try demand(Data(base64Encoded: encoded + "=")?.count == 32, "accepted \(text)")
        return true
      } catch let failure as Failure {
        try demand(failure.code == "pki.bad_unlock_key", "code \(failure.code)")
        try demand(!"\(failure.value)".contains("54o6p38Hnroy"), "shows the key")
        return false
      }
    }
  }

  @Test("root bundles and node certificates, as PEM and as DER", .enabled(if: OpenSSL.isPresent, "needs openssl"))
  func certificates() throws {
    try OpenSSL.withFolder { openssl in
      try openssl.makeRoot("root")
      try openssl.makeRoot("other")
      try openssl.makeNode("node", root: "root", subject: NodeCertificateTests.manager, names: ["swarm-ca"])
      let pem = try openssl.read("node.crt")
      let original = try NodeCertificate.parse(pem: pem)
      let root = try TrustRoot.parse(pem: try openssl.read("root.crt"))
      let bundle = Array((try openssl.read("root.crt") + openssl.read("other.crt")).utf8)
      let der = try Self.der(pem)
      let alphabet = Array("ABab01+/=-\n \u{E9}".utf8)
      try Fuzz("root bundles", cases: 2_000).run { random in
        let bytes = Bool.random(using: &random) ? random.mutate(bundle, alphabet: alphabet) : random.damage(bundle)
        return try Self.read("pki.bad_trust_root") {
          let found = try TrustRoot.parse(pem: String(decoding: bytes, as: UTF8.self))
          try demand(!found.roots.isEmpty, "no roots")
          _ = found.signed(original)
        }
      }
      try Fuzz("node certificates in PEM", cases: 2_000).run { random in
        let text = String(decoding: random.mutate(Array(pem.utf8), alphabet: alphabet), as: UTF8.self)
        return try Self.judge(original, root) { try NodeCertificate.parse(pem: text) }
      }
      try Fuzz("node certificates in DER", cases: 3_000).run { random in
        let bytes =
          Bool.random(using: &random)
          ? random.mutate(der, alphabet: [0x00, 0x01, 0x7F, 0x80, 0x84, 0xFF, 0x30, 0x31, 0x06, 0xA3])
          : random.damage(der)
        return try Self.judge(original, root) { try NodeCertificate.parse(chain: [bytes]) }
      }
    }
  }

  @Test("a certificate cut off anywhere, or with any one bit flipped", .enabled(if: OpenSSL.isPresent, "needs openssl"))
  func everyBit() throws {
    try OpenSSL.withFolder { openssl in
      try openssl.makeRoot("root")
      try openssl.makeNode("node", root: "root", subject: NodeCertificateTests.manager, names: [])
      let pem = try openssl.read("node.crt")
      let original = try NodeCertificate.parse(pem: pem)
      let root = try TrustRoot.parse(pem: try openssl.read("root.crt"))
      let der = try Self.der(pem)
      for length in 0..<der.count {
        try demand(
          try !Self.judge(original, root) { try NodeCertificate.parse(chain: [Array(der.prefix(length))]) },
          "cut off at \(length) and accepted")
      }
      var accepted = 0
      for index in der.indices {
        for bit in 0..<8 {
          var bytes = der
          bytes[index] ^= 1 << UInt8(bit)
          if try Self.judge(original, root, { try NodeCertificate.parse(chain: [bytes]) }) { accepted += 1 }
        }
      }
      print(
        "fuzz: cut off and flipped certificates: \(der.count * 9) cases, \(accepted) read, none trusted that says anything else"
      )
    }
  }

  @Test("a certificate that ends at second 61 is refused", .enabled(if: OpenSSL.isPresent, "needs openssl"))
  func second61() throws {
    try OpenSSL.withFolder { openssl in
      try openssl.makeRoot("root")
      var der = try Self.der(try openssl.read("root.crt"))
      // The end is the second of the two times, of 13 bytes each after a head of two.
      let first = try #require(
        der.indices.first { der[$0] == 0x17 && der[$0 + 1] == 13 && der[$0 + 14] == UInt8(ascii: "Z") })
      der.replaceSubrange(first + 27..<first + 29, with: Array("61".utf8))
      #expect(der[first + 29] == UInt8(ascii: "Z"))
      #expect(try !Self.read("pki.bad_certificate") { _ = try NodeCertificate.parse(chain: [der]) })
      let body = Data(der).base64EncodedString(options: .lineLength64Characters)
      let failure = #expect(throws: Failure.self) {
        try TrustRoot.parse(pem: "-----BEGIN CERTIFICATE-----\n\(body)\n-----END CERTIFICATE-----\n")
      }
      #expect(failure?.cause?.contains("second 61") == true)
    }
  }

  /// Reads a changed certificate. Any change of what is signed breaks the signature. The signature itself can be written
  /// in more than one way, so it is what the certificate says that must be the same.
  private static func judge(
    _ original: NodeCertificate, _ root: TrustRoot, _ parse: () throws -> NodeCertificate
  ) throws -> Bool {
    try read("pki.bad_certificate") {
      let node = try parse()
      // Touch everything that is computed.
      _ = (
        node.renewalWindow, node.isExpired(at: .now), node.isRenewalOverdue(at: .now), node.validity.daysLeft(at: .now)
      )
      let saysTheSame =
        node.nodeID == original.nodeID && node.swarmID == original.swarmID && node.role == original.role
        && node.dnsNames == original.dnsNames && node.serial == original.serial && node.issuer == original.issuer
        && node.validity == original.validity
      try demand(!root.signed(node) || saysTheSame, "a changed certificate is trusted: \(node)")
      try demand(root.signed(node) || node != original, "the certificate itself is not trusted")
    }
  }

  /// Whether the body succeeds; a failure of that code is a refusal.
  private static func read(_ code: FailureCode, _ body: () throws -> Void) throws -> Bool {
    do {
      try body()
      return true
    } catch let failure as Failure {
      try demand(failure.code == code, "code \(failure.code)")
      return false
    }
  }

  private static func der(_ pem: String) throws -> [UInt8] {
    let body = pem.split(separator: "\n").filter { !$0.hasPrefix("-") }.joined()
    return [UInt8](try #require(Data(base64Encoded: body)))
  }
}
