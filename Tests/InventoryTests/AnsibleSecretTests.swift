import Inventory
import TestSupport
import Testing
import Values

@Suite("Nothing of an Ansible inventory that may be a secret is written or told", .usualTimeLimit)
struct AnsibleSecretTests {
  private func told(_ failure: Failure) -> String {
    ([failure] + failure.related).map { "\($0) \($0.hint ?? "")" }.joined(separator: "\n")
  }

  @Test(
    "a variable in a place where Ansible takes it for a name is an error with its line, without its text",
    arguments: [
      ("[web]\nm1 ansible_host=10.0.0.1\nansible_password=hunter2\n", "hosts.ini", 3),
      ("[web]\nm1\nansible_password=hunter2 ansible_user\n", "hosts.ini", 3),
      ("[web]\nm1\n'ansible_password=hunter2'[1:2]\n", "hosts.ini", 3),
      ("[web]\nm1\naHVudGVyMg==hunter2\n", "hosts.ini", 3),
      ("[web]\nm1\n[all:children]\nansible_password=hunter2\n", "hosts.ini", 4),
      ("[web]\nm1\n[password=hunter2]\n", "hosts.ini", 3),
      ("[web]\nm1\n$ANSIBLE_VAULT;1.1;AES256;hunter2\n", "hosts.ini", 3),
      ("all:\n  hosts:\n    m1:\n    ansible_password=hunter2:\n", "hosts.yml", 4),
      ("all:\n  hosts:\n    m1 ansible_host=10.0.0.1 ansible_password=hunter2: 5\n", "hosts.yml", 3),
      ("all:\n  hosts: ansible_password=hunter2\n", "hosts.yml", 2),
      ("all:\n  children:\n    ansible_password=hunter2: { hosts: m1 }\n", "hosts.yml", 3),
      ("all:\n  ansible_password=hunter2:\n", "hosts.yml", 2),
      ("all:\n  ansible_password=hunter2: [a]\n", "hosts.yml", 2),
      ("all:\n  hosts: { m1: }\na=hunter2: 5\n", "hosts.yml", 3),
      ("all:\n  hosts:\n    p=hunter2:\n    p=hunter2:\n", "hosts.yml", 4),
      ("{\"all\": {\"hosts\": [\"m1\",\n\"ansible_password=hunter2\"]}}", "list.json", 2),
      ("{\"web\": [\"m1\",\n\"ansible_password=hunter2\"]}", "list.json", 2),
      ("{\"all\": {\"children\": [\n\"password=hunter2\"]}}", "list.json", 2),
      ("{\"all\": {\"hosts\": [\"m1\"]},\n\"password=hunter2\": {}}", "list.json", 2),
      ("{\"all\": {\"hosts\": [\"m1\"],\n\"password=hunter2\": {}}}", "list.json", 2),
      ("{\"_meta\": {\"hostvars\": {\n\"password=hunter2\": {}}}, \"all\": {\"hosts\": [\"m1\"]}}", "list.json", 2),
    ])
  func variableAsName(text: String, file: String, line: Int) throws {
    let failure = try #require(throws: Failure.self) { try AnsibleInventory.parse(text: text, file: file) }
    #expect(["ansible.not_understood", "ansible.duplicate_key"].contains(failure.code))
    #expect(([failure] + failure.related).contains { $0.location?.line == line }, "\(told(failure))")
    #expect(!told(failure).contains("hunter2") && !told(failure).contains("aHVudGVyMg"), "\(told(failure))")
  }

  @Test(
    "a password that is a tag or an alias for YAML is not shown",
    arguments: [
      "all:\n  vars: { p: !hunter2 }\n", "all:\n  vars:\n    p: *hunter2\n", "all:\n  vars:\n    p: !hunter2 a\n",
    ])
  func passwordAsYAML(text: String) throws {
    let failure = try #require(throws: Failure.self) { try AnsibleInventory.parse(text: text, file: "hosts.yml") }
    #expect(!told(failure).contains("hunter2"), "\(told(failure))")
  }

  @Test("what Ansible takes for the name of a variable is not shown where it can't be one")
  func variableNames() throws {
    let text = "[web]\nm1 ansible_host=10.0.0.1 'p: hunter2=1'\n[web:vars]\ndb_password: aHVudGVyMg==\nntp=1\n"
    let draft = try AnsibleConversion(try AnsibleInventory.parse(text: text, file: "hosts.ini"), file: "hosts.ini")
      .draft(managers: ["m1"])
    #expect(!draft.text.contains("hunter2") && !draft.text.contains("aHVudGVyMg"))
    #expect(draft.text.contains("ntp") && draft.text.contains("one whose name is not a variable's"))
  }

  @Test(
    "an inventory that ansible-vault has encrypted is reported as such, and its pieces are not hosts",
    arguments: ["", "\n\n"])
  func encrypted(before: String) throws {
    let text = before + "$ANSIBLE_VAULT;1.1;AES256\n33363431616564336534\n38376234\n"
    for file in ["hosts.ini", "hosts.yml", "hosts", "standard input"] {
      let failure = try #require(throws: Failure.self) { try AnsibleInventory.parse(text: text, file: file) }
      #expect(failure.code == "ansible.encrypted" && failure.message.contains("is encrypted"))
      #expect(failure.hint?.contains("decrypt it first") == true && failure.hint?.contains("--ask-vault-pass") == true)
      #expect(!told(failure).contains("3336"))
    }
  }
}
