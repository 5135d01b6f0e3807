import Fuzzing
import TestSupport
import Testing
import Values

@testable import Presentation

@Suite("No text brings the reader of saved plans down", .usualTimeLimit)
struct FuzzTests {
  @Test("plan files with a few bytes or values changed")
  func plans() throws {
    let text = try PlanDocumentTests.document().json()
    let value = try JSON.decode(text)
    let alphabet = Array("[]{}:,\"\\0123456789-eE.ntfu$ \u{0}é".utf8)
    try Fuzz("plan files", cases: 1_500).run { random in
      let changed =
        Bool.random(using: &random)
        ? String(decoding: random.mutate(Array(text.utf8), alphabet: alphabet), as: UTF8.self)
        : try JSON.encode(random.distort(value), secrets: .hidden)
      do {
        let plan = try PlanDocument(text: changed, file: "p.json")
        _ = PlanComparison(saved: plan, now: PlanDocumentTests.document()).differences
        return true
      } catch is Failure { return false }
    }
  }
}
