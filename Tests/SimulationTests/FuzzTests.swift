import Fuzzing
import Inventory
import Simulation
import TestSupport
import Testing
import Values

@Suite("No text brings the reader of world files down", .usualTimeLimit)
struct FuzzTests {
  @Test("world files with a few bytes changed")
  func worlds() throws {
    let inventory = try Inventory.parse(text: ModelSite.inventory, file: "inventory.yaml")
    let base = Array(
      """
      seed: 7
      start: joined
      hosts:
        da1: { files: { /opt/x: "y" }, images: [a/b] }
        da2: &h { engine: stopped }
      swarms: []
      commands: [{ match: [a, b], status: 3, stdout: "z" }]
      faults: []

      """.utf8)
    let alphabet = Array("[]{}:,-?&*!|>'\"%@`#<~ \n\tab109\u{0}é".utf8)
    try Fuzz("world files", cases: 1_500).run { random in
      let text = String(decoding: random.mutate(base, alphabet: alphabet), as: UTF8.self)
      do {
        _ = try WorldPlan.parse(text: text, file: "/nonexistent/world.yaml", inventory: inventory)
        return true
      } catch is Failure { return false }
    }
  }
}
