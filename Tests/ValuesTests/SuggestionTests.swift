import TestSupport
import Testing
import Values

@Suite("Did you mean", .usualTimeLimit)
struct SuggestionTests {
  private let known = ["address", "role", "services", "ssh"]

  @Test(
    "a slip of the finger is found",
    arguments: [
      ("adress", "address"), ("sevrices", "services"), ("ROLE", "role"), ("rol", "role"), ("shs", "ssh"),
    ])
  func near(word: String, meant: String) {
    #expect(Suggestion.closest(to: word, among: known) == meant)
    #expect(Suggestion.hint(for: word, among: known) == "did you mean \"\(meant)\"?")
  }

  @Test("another word is not taken for a slip", arguments: ["colour", "x", "", "addressesOfHosts"])
  func far(word: String) {
    #expect(Suggestion.closest(to: word, among: known) == nil)
    #expect(Suggestion.hint(for: word, among: known) == "choose from: address, role, services, ssh")
  }

  @Test("of two equally near words the first of the alphabet is taken")
  func tie() {
    #expect(Suggestion.closest(to: "bat", among: ["hat", "cat"]) == "cat")
    #expect(Suggestion.hint(for: "a", among: [String]()) == "there is none")
  }
}
