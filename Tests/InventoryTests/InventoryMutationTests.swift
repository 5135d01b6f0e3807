import Fuzzing
import Inventory
import TestSupport
import Testing
import Values

@Suite("Damaged inventories", .usualTimeLimit)
struct InventoryMutationTests {
  @Test("a changed inventory is read or refused with line and hint, never a crash")
  func mutation() throws {
    let words = [
      "address", "10.0.0.1", "role", "manager", "worker", "services", "admin", "hosts", "~", "[]", "{}", "yes", "- ",
      ": ",
      "\n", "\n  ", "99999999999999999999", "-1", "&a ", "*a", "<<", "'", "\"", "\u{0}", "\u{7F}", "é", "engine",
      "tcp://:1",
    ]
    var random = SeededRandom(seed: 77)
    for sample in [Samples.example, InventorySchemaTests.everything] {
      for _ in 0..<1_000 {
        var scalars = Array(sample.unicodeScalars)
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          let index = Int.random(in: 0..<scalars.count, using: &random)
          let end = min(scalars.count, index + Int.random(in: 0...12, using: &random))
          scalars.replaceSubrange(index..<end, with: Array((words.randomElement(using: &random) ?? "").unicodeScalars))
        }
        do {
          let inventory = try Inventory.parse(text: String(String.UnicodeScalarView(scalars)), file: "i.yaml")
          #expect(inventory.manager.role == .manager)
        } catch {
          #expect(error.hint != nil || error.code == "inventory.syntax")
          #expect(error.related.allSatisfy { $0.location?.file == "i.yaml" && $0.hint?.isEmpty == false })
          #expect(error.code != "inventory.invalid" || !error.related.isEmpty)
        }
      }
    }
  }
}
