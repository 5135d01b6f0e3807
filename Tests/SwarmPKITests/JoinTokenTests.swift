import SwarmPKI
import TestSupport
import Testing
import Values

@Suite("Join tokens and unlock keys", .usualTimeLimit)
struct JoinTokenTests {
  static let digest = "5dxny21y4oslz87lqjzz4wj2wejy6vicjtqwq33mvqqni42ki2"
  static let random = "0nr3zvz2v4l1ej05z4ojnx9n5"
  static let token = "SWMTKN-1-\(digest)-\(random)"

  @Test("both forms are read")
  func forms() throws {
    let first = try JoinToken.parse("  \(Self.token)\n")
    #expect(first.version == 1)
    #expect(!first.isFIPS)
    #expect(first.rootDigest.base36 == Self.digest)
    #expect(first.secret.reveal() == Self.token)
    let second = try JoinToken.parse(Secret("SWMTKN-2-1-\(Self.digest)-\(Self.random)"))
    #expect(second.version == 2)
    #expect(second.isFIPS)
    #expect(second.rootDigest == first.rootDigest)
    #expect(try !JoinToken.parse("SWMTKN-2-0-\(Self.digest)-\(Self.random)").isFIPS)
  }

  @Test("a token shows its public part only, however it is printed")
  func description() throws {
    let token = try JoinToken.parse(Self.token)
    var dumped = ""
    dump(token, to: &dumped)
    for text in ["\(token)", String(reflecting: token), "\([token])", "\(Optional(token) as Any)", dumped] {
      #expect(!text.contains(Self.random))
    }
    #expect("\(token)" == "SWMTKN-1-\(Self.digest)-‹secret›")
  }

  @Test(
    "what is not a token is refused with the reason, and not shown",
    arguments: [
      ("", "empty"), ("  ", "empty"), ("token", "SWMTKN-"), ("SWMTKN", "version"), ("SWMTKN-3-a-b", "version"),
      ("SWMTKN-1-\(digest)", "3 parts"), ("SWMTKN-2-\(digest)-\(random)", "4 parts"),
      ("SWMTKN-2-2-\(digest)-\(random)", "FIPS"), ("SWMTKN-1-\(digest)x-\(random)", "digest"),
      ("SWMTKN-1-\(digest.uppercased())-\(random)", "digest"), ("SWMTKN-1-\(digest)-\(random)9", "last part"),
      ("SWMTKN-1-\(digest)-\(random.dropLast())", "last part"),
      ("SWMTKN-1-\(digest)-zzzzzzzzzzzzzzzzzzzzzzzzz", "last"),
      ("SWMTKN-1-zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz-\(random)", "digest"),
      ("\(token) 10.0.0.1:2377", "white space"), ("SWMKEY-1-abc", "unlock key"),
      ("swmtkn-1-\(digest)-\(random)", "SWMTKN"),
    ])
  func refused(text: String, reason: String) throws {
    let failure = try #require(throws: Failure.self) { try JoinToken.parse(text) }
    #expect(failure.code == "pki.bad_join_token")
    #expect(failure.message.contains(reason), "\(failure)")
    #expect(failure.hint != nil)
    #expect(!"\(failure.value)".contains(Self.random))
  }

  @Test("the root bundle that a token was made for matches, byte for byte")
  func match() throws {
    let bundle = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
    let digest = RootCADigest(ofBundle: bundle)
    let token = try JoinToken.parse("SWMTKN-1-\(digest.base36)-\(Self.random)")
    #expect(token.matches(bundle: bundle))
    try token.verify(bundle: bundle)
    let other = bundle.dropLast() + ""
    #expect(!token.matches(bundle: String(other)))
    let failure = try #require(throws: Failure.self) { try token.verify(bundle: String(other)) }
    #expect(failure.code == "pki.root_mismatch")
    #expect(failure.cause == "remote CA does not match fingerprint. Expected: \(digest.hexadecimal)")
    #expect(failure.message.contains(digest.hexadecimal))
    #expect(failure.message.contains(RootCADigest(ofBundle: String(other)).hexadecimal))
    #expect(!"\(failure.value)".contains(Self.random))
  }

  @Test("an unlock key is 32 bytes in base 64 without padding, and is not shown")
  func unlockKey() throws {
    let text = "SWMKEY-1-7c37Cc8654o6p38HnroywCi19pllOnGtbdZEgtKxZu8"
    let key = try UnlockKey.parse("\(text)\n")
    #expect(key.secret.reveal() == text)
    var dumped = ""
    dump(key, to: &dumped)
    #expect(!"\(key)\(String(reflecting: key))\(dumped)".contains("7c37"))
    for wrong in [
      "", "SWMKEY-1-", "SWMKEY-2-7c37Cc8654o6p38HnroywCi19pllOnGtbdZEgtKxZu8", text + "=", String(text.dropLast()),
      text + "A", text.replacing("3", with: "!"), text.replacing("7c", with: "é"), Self.token, "a b",
    ] {
      let failure = try #require(throws: Failure.self) { try UnlockKey.parse(wrong) }
      #expect(failure.code == "pki.bad_unlock_key")
      #expect(!"\(failure.value)".contains("Cc8654"))
    }
  }
}
