import Fuzzing
import TestSupport
import Testing
import Values

@Suite("No text brings the JSON reader down", .usualTimeLimit)
struct FuzzTests {
  @Test("documents with a few bytes changed come back the same, or are refused")
  func changed() throws {
    let base = Array(
      #"{"z":[1,2.5,true,null,"é\n\"/\ud83d\ude00"],"a":{"inner":-9223372036854775808,"b":1e300,"c":{}}}"#.utf8)
    let alphabet = Array("[]{}:,\"\\0123456789-+eE.ntfu$ \n\t\u{0}é".utf8)
    try Fuzz("JSON", cases: 4_000).run { random in
      guard let value = try? JSON.decode(random.mutate(base, alphabet: alphabet)) else { return false }
      let text = try JSON.encode(value, secrets: .refused)
      let again = try JSON.decode(text)
      try demand(try JSON.encode(again, secrets: .refused) == text, "\(text) is read again as another document")
      return true
    }
  }

  @Test("deep nesting is refused", arguments: [1_000, 100_000])
  func depth(levels: Int) {
    let text = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    #expect(throws: (any Error).self) { try JSON.decode(text) }
  }
}
