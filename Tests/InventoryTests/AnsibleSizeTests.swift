import Foundation
import Inventory
import TestSupport
import Testing
import Values

/// Inputs for which a quadratic reader takes minutes to hours; nothing here looks at a clock.
@Suite("Large inventories of Ansible are read in proportion to their size, or refused", .usualTimeLimit)
struct AnsibleSizeTests {
  private func draft(_ text: String, file: String = "hosts.ini", manager: String) throws -> InventoryDraft {
    try AnsibleConversion(try AnsibleInventory.parse(text: text, file: file), file: file).draft(managers: [manager])
  }

  @Test("a list of as many groups as hosts")
  func groupsOfList() throws {
    let numbers = 0..<50_000
    let children = numbers.map { "\"g\($0)\"" }.joined(separator: ",")
    let groups = numbers.map { ",\"g\($0)\":{\"hosts\":[\"h\($0)\"]}" }.joined()
    let text = "{\"_meta\":{\"hostvars\":{}},\"all\":{\"children\":[\(children)]}\(groups)}"
    let names = try AnsibleInventory.parse(text: text, file: "list.json").hostNames
    #expect(names.count == 50_000 && names.first == "h0" && names.last == "h49999")
  }

  @Test("groups of a list that are in no other, beside children that have no part of their own, are read")
  func groupsApart() throws {
    let text = #"{"_meta": {"hostvars": {}}, "all": {"children": ["x1", "x2", "x3"]}, "other": {"hosts": ["m1"]}}"#
    #expect(try AnsibleInventory.parse(text: text, file: "list.json").hostNames == ["m1"])
  }

  @Test("a host with many variables in many groups of a list")
  func variablesOfList() throws {
    let variables = (0..<10_000).map { "\"v\($0)\":1" }.joined(separator: ",")
    let groups = (0..<10_000).map { ",\"g\($0)\":[\"m1\"]" }.joined()
    let text = "{\"_meta\":{\"hostvars\":{\"m1\":{\(variables)}}}\(groups)}"
    let draft = try draft(text, file: "list.json", manager: "m1")
    #expect(draft.hosts[0].comments.contains { $0.contains("v0, v1, v10") && $0.hasSuffix("and 9950 more") })
  }

  @Test("a value of millions of letters")
  func value() throws {
    let draft = try draft("m1 ansible_user=\(String(repeating: "a", count: 3_000_000))\n", manager: "m1")
    #expect(draft.hosts[0].ssh.user == nil)
    #expect(draft.hosts[0].comments.contains("ansible_user is not taken over: it is longer than 4096 letters"))
  }

  @Test("many hosts inside of a long chain of groups")
  func chain() throws {
    let hosts = (0..<10_000).map { "h\($0)\n" }.joined()
    let groups = (0..<1_000).map { "[g\($0)]\n[g\($0):children]\ng\($0 + 1)\n" }.joined()
    let draft = try draft("[g1000]\n\(hosts)[g0:vars]\nansible_port=7\n\(groups)", manager: "h0")
    #expect(draft.hosts.count == 10_000 && draft.hosts.allSatisfy { $0.ssh.port == 7 })
    #expect(
      draft.hosts[9].comments.contains { $0.hasPrefix("its groups: g0, g1, g2") && $0.hasSuffix("and 951 more") })
  }

  @Test("hosts in each of a chain of groups without end are refused")
  func chainOfHosts() throws {
    let groups = (0..<20_000).map { "[g\($0)]\nh\($0)\n[g\($0):children]\ng\($0 + 1)\n" }.joined()
    let failure = try #require(throws: Failure.self) { try draft(groups + "[g20000]\n", manager: "h0") }
    #expect(failure.code == "ansible.too_large")
  }

  @Test("many variables of a group of many hosts")
  func variables() throws {
    let hosts = (0..<8_000).map { "h\($0)\n" }.joined()
    let variables = (0..<8_000).map { "v\($0)=1\n" }.joined()
    let draft = try draft("[a]\n\(hosts)[a:vars]\n\(variables)", manager: "h0")
    #expect(draft.hosts.allSatisfy { $0.comments.contains { $0.hasPrefix("not taken over: v0, v1, v10, ") } })
  }

  @Test("names that all become the same name of ours get a number each")
  func names() throws {
    let draft = try draft((0..<30_000).map { "ä\($0)\n" }.joined(), manager: "ä0")
    #expect(Set(draft.hosts.map(\.name)).count == 30_000 && draft.hosts.last?.name == "host-30000")
  }

  @Test("a range that is repeated again and again is refused")
  func ranges() throws {
    let text = String(repeating: "x[1:10000]\n", count: 100_000)
    let failure = try #require(throws: Failure.self) { try AnsibleInventory.parse(text: text, file: "hosts.ini") }
    #expect(failure.code == "ansible.not_understood" && failure.message.contains("more than 2000000 times"))
    let more = try #require(throws: Failure.self) {
      try AnsibleInventory.parse(text: (0..<1_000).map { "x\($0)-[1:10000]\n" }.joined(), file: "hosts.ini")
    }
    #expect(more.message == "there are more than 100000 hosts" && more.related.isEmpty)
  }

  @Test("many managers of many hosts")
  func managers() throws {
    let names = (0..<30_000).map { "h\($0)" }
    let inventory = try AnsibleInventory.parse(text: names.joined(separator: "\n"), file: "hosts.ini")
    let draft = try AnsibleConversion(inventory, file: "hosts.ini").draft(managers: names)
    #expect(draft.hosts.allSatisfy { $0.role == .manager })
  }

  @Test("our own inventory with very many compose files, or unknown services")
  func own() throws {
    let files = (0..<60_000).map { "f\($0)" }.joined(separator: ", ")
    let text =
      "stack: { name: a, directory: /a, files: [\(files)] }\nservices: [a]\n"
      + "hosts:\n  m: { address: 10.0.0.1, role: manager, services: [a] }\n"
    #expect(try Inventory.parse(text: text, file: "i.yaml").stack?.files.count == 60_000)
    let known = (0..<20_000).map { "serv\($0)" }.joined(separator: ", ")
    let failure = try #require(throws: Failure.self) {
      try Inventory.parse(
        text: "services: [\(known)]\nhosts:\n  m: { address: 10.0.0.1, role: manager, services: "
          + "[\(known.replacing("serv", with: "Verw"))] }\n", file: "i.yaml")
    }
    #expect(failure.code == "inventory.invalid" && failure.related.count == 500)
  }
}
