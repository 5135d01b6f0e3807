import Values

extension FailureCode {
  /// What Ansible may understand, and this program's own reader does not.
  static let ansibleNotUnderstood: FailureCode = "ansible.not_understood"
}

/// What failures about Ansible's inventories have in common.
enum AnsibleFailure {
  /// The way that always works: Ansible reads its inventory itself.
  static func askAnsible(_ file: String) -> String {
    let name = file.hasPrefix("standard input") ? "INVENTORY" : file
    return "Let Ansible read it: ansible-inventory -i \(name) --list | runbook inventory from-ansible - --manager HOST"
  }
}
