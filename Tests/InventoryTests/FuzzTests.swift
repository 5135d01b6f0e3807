import Fuzzing
import Inventory
import TestSupport
import Testing
import Values

@Suite("No text brings the readers of inventories down", .usualTimeLimit)
struct FuzzTests {
  private let alphabet = Array("[]{}:,-?&*!|>'\"%@`#<~= \n\r\tab109_$\u{0}\u{85}é".utf8)

  private func read(_ text: String, as file: String) throws -> Bool {
    do {
      let inventory = try AnsibleInventory.parse(text: text, file: file)
      guard let first = inventory.hostNames.first else { return true }
      let draft = try AnsibleConversion(inventory, file: file).draft(managers: [first])
      try demand(draft.hosts.count == inventory.hostNames.count, "a host is missing")
      try demand(Set(draft.hosts.map(\.name)).count == draft.hosts.count, "two hosts of one name")
      _ = try? Inventory.parse(text: draft.text, file: "i.yaml")
      return true
    } catch let failure as Failure {
      try demand(failure.code.rawValue.hasPrefix("ansible."), "\(failure)")
      return false
    }
  }

  @Test("Ansible's INI, YAML and JSON with a few bytes changed")
  func ansible() throws {
    let list = Array(
      """
      {"_meta": {"hostvars": {"m1": {"ansible_host": "10.9.0.1", "p": {"__ansible_vault": "x"}}}},
       "all": {"children": ["ungrouped", "a"]}, "a": {"hosts": ["m1", "m2"], "children": ["b"], "vars": {"x": 1}}, "b": ["m3"]}
      """.utf8)
    try Fuzz("inventories of Ansible", cases: 1_500).run { random in
      var writer = AnsibleFileWriter(seed: random.next())
      let (text, file) =
        switch Int.random(in: 0..<3, using: &random) {
        case 0: (Array(writer.ini().utf8), "hosts.ini")
        case 1: (Array(writer.yaml().utf8), "hosts.yml")
        default: (list, "list.json")
        }
      return try read(String(decoding: random.mutate(text, alphabet: alphabet), as: UTF8.self), as: file)
    }
  }

  @Test("our own inventory with a few bytes changed")
  func own() throws {
    let samples = [Samples.example, InventorySchemaTests.everything].map { Array($0.utf8) }
    try Fuzz("inventories", cases: 1_500).run { random in
      let bytes = random.mutate(samples.randomElement(using: &random) ?? [], alphabet: alphabet)
      do {
        _ = try Inventory.parse(text: String(decoding: bytes, as: UTF8.self), file: "i.yaml")
        return true
      } catch let failure as Failure {
        try demand(failure.code.rawValue.hasPrefix("inventory."), "\(failure)")
        return false
      }
    }
  }
}
