import TestSupport
import Testing
import Values

@testable import Engine

@Suite("Secrets in what commands print and errors say", .usualTimeLimit)
struct KnownSecretsTests {
  private func known(_ secrets: String...) -> KnownSecrets {
    let known = KnownSecrets()
    for secret in secrets { known.learn(Secret(secret)) }
    return known
  }

  private func shown(_ known: KnownSecrets, _ text: String) -> String {
    String(decoding: known.hidden(Array(text.utf8)), as: UTF8.self)
  }

  @Test(
    "each place of a secret is hidden, overlapping ones as one place, and all else stays",
    arguments: [
      ("x hunter2! y", "x ‹secret› y"), ("hunter2!and-mor hunter2!and-more", "‹secret›and-mor ‹secret›"),
      ("hunthunter2!", "hunt‹secret›"), ("hunter2!hunter2!", "‹secret›‹secret›"), ("hunter2", "hunter2"),
      ("abcdefghij abcd cdefghij", "‹secret› ‹secret› ‹secret›"), ("", ""), ("\n\nhunter2!\n\n", "\n\n‹secret›\n\n"),
      ("line one\nline two\nline", "‹secret›\n‹secret›\nline"), ("a line two b", "a ‹secret› b"),
      ("-----BEGIN KEY-----\nQUJDREVG\n-----END KEY-----", "-----BEGIN KEY-----\n‹secret›\n-----END KEY-----"),
    ])
  func places(text: String, wanted: String) {
    let known = known(
      "hunter2!", "hunter2!and-more", "abcd", "cdefghij", "line one\nline two\n",
      "-----BEGIN KEY-----\nQUJDREVG\n-----END KEY-----\n")
    #expect(shown(known, text) == wanted)
    #expect(known.hidden(text) == wanted)
  }

  @Test("many hits in a large output, and many secrets, take no more than their number")
  func large() {
    let known = known("2026")
    let text = String(repeating: "2026-11-30 a message of a log\n", count: 30_000)
    #expect(shown(known, text) == text.replacing("2026", with: "‹secret›"))
    for number in 0..<5000 { known.learn(Secret("secret-\(number)-end")) }
    #expect(known.texts.count == 1000)
    #expect(shown(known, "secret-4999-end secret-1-end") == "‹secret› secret-1-end")
  }

  @Test("errors, messages and what is shown of values have the placeholder; what is too short is not looked for")
  func texts() {
    let known = known("hunter2!", "abc", " padded-one\n")
    let failure = Failure(
      "ssh.exit", "it said hunter2!", cause: "hunter2!hunter2!", hint: "see padded-one", traceback: "at hunter2!",
      related: [Failure("x", "again: hunter2!")])
    let hidden = known.hidden(failure)
    #expect(
      [hidden.message, hidden.cause, hidden.hint, hidden.traceback, hidden.related[0].message] == [
        "it said ‹secret›", "‹secret›‹secret›", "see ‹secret›", "at ‹secret›", "again: ‹secret›",
      ])
    #expect(known.hidden(["a": ["abc", "hunter2!"], "n": 1] as Value) == ["a": ["abc", "‹secret›"], "n": 1])
    #expect(known.hidden(["hunter2!": .bytes(Array("\u{1}hunter2!".utf8))] as Value)["‹secret›"] != nil)
  }

  @Test("a result that holds one is kept as a secret, and had again as the text that it was")
  func results() throws {
    let known = known("hunter2!")
    let value: Value = ["stdout": "pass=hunter2!\n", "status": 0]
    let kept = known.concealed(value)
    #expect(kept["status"] == 0 && kept["stdout"]?.stringValue == nil)
    #expect(!"\(kept)".contains("hunter2!"))
    let conversion = Conversion(hosts: HostDirectory(hosts: []))
    #expect(try conversion.value(conversion.lua(kept), what: "it") == value)
    #expect(known.concealed(["stdout": "nothing"]) == ["stdout": "nothing"])
    let named: Value = [
      "by": ["hunter2!": [1, "x hunter2!"], "other": true], "raw": .bytes([0xFF] + Array("hunter2!".utf8)),
    ]
    #expect(!"\(known.concealed(named))".contains("hunter2!"))
    #expect(try conversion.value(conversion.lua(known.concealed(named)), what: "it") == named)
  }

  @Test("a call is known again by words of which a secret was hidden, and no other is taken for it")
  func identity() {
    let known = known("hunter2!", "hunter3!")
    func identity(_ word: String) -> CallIdentity { known.hidden(CallIdentity(host: "h", words: ["echo", word])) }
    #expect(identity("x hunter2!").words == ["echo", "x ‹secret›"])
    #expect(identity("x hunter2!") == identity("x hunter2!") && identity("x hunter2!") != identity("x hunter3!"))
    #expect(identity("plain") == CallIdentity(host: "h", words: ["echo", "plain"]))
  }

  @Test("a secret across the cut of a long line is hidden, wherever the cut is, and each channel has its own")
  func acrossACut() {
    let secrets = known("hunter2!", "zweites-Geheimnis-ü", "hunter2!hunter2!-and-more")
    let line = Array("€ hunter2! zweites-Geheimnis-ü hunter2!hunter2!-and-more hunter2!hunter2! €".utf8)
    let wanted = secrets.hidden(line)
    for first in 0...line.count {
      for second in stride(from: first, through: line.count, by: 3) {
        let pieces = HiddenPieces(secrets)
        var shown: [UInt8] = []
        for (range, isCut) in [(0..<first, true), (first..<second, true), (second..<line.count, false)] {
          shown += pieces.hidden(PrintedPiece(Array(line[range]), isCut: isCut)) ?? []
          #expect(
            pieces.hidden(PrintedPiece(Array("hunter2!".utf8), isError: true)) == Array(Secret.placeholder.utf8))
        }
        #expect(shown == wanted, "cut at \(first) and \(second): \(String(decoding: shown, as: UTF8.self))")
      }
    }
  }

  @Test("where no secret is known, a cut line is shown as it comes")
  func cutWithoutSecrets() {
    #expect(HiddenPieces(known()).hidden(PrintedPiece([1, 2, 3], isCut: true)) == [1, 2, 3])
  }
}
