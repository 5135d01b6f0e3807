import Testing
import Values

@testable import Engine

@Suite("Secrets in what commands print and errors say")
struct KnownSecretsTests {
  private func known(_ secrets: String...) -> KnownSecrets {
    let known = KnownSecrets()
    for secret in secrets { known.learn(Secret(secret)) }
    return known
  }

  private func printed(_ known: KnownSecrets, _ pieces: [String]) -> String {
    let printed = PrintedSecrets(known)
    var bytes = pieces.flatMap { printed.passed(Array($0.utf8), from: "h") }
    bytes += printed.rest().flatMap(\.bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("wherever the pieces of an output end, no secret is in it and nothing else is lost")
  func pieces() throws {
    let known = known("hunter2!", "hunter2!and-more", "aabaab", "line one\nline two\n")
    let text = "x hunter2! y hunter2!and-mor aabaabaab hunthunter2!and-more z\nline one\nline two\nend hunter2"
    let wanted = "x ‹secret› y ‹secret›and-mor ‹secret›aab hunt‹secret› z\n‹secret›\nend hunter2"
    #expect(printed(known, [text]) == wanted)
    let bytes = Array(text.utf8)
    for first in 0...bytes.count {
      for second in stride(from: first, through: bytes.count, by: 3) {
        let parts = [bytes[..<first], bytes[first..<second], bytes[second...]]
        let result = printed(known, parts.map { String(decoding: $0, as: UTF8.self) })
        #expect(result == wanted, "cut at \(first) and \(second)")
      }
    }
    #expect(printed(known, text.map { String($0) }) == wanted)
  }

  @Test("each host's output is looked at on its own, and what can begin no secret is shown at once")
  func hosts() {
    let printed = PrintedSecrets(known("hunter2!"))
    #expect(printed.passed(Array("hunt".utf8), from: "a").isEmpty)
    #expect(printed.passed(Array("er2!".utf8), from: "b") == Array("er2!".utf8))
    #expect(printed.passed(Array("er2! ready".utf8), from: "a") == Array("‹secret› ready".utf8))
    #expect(printed.rest().isEmpty)
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
  }
}
