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
    return "let Ansible read it: ansible-inventory -i \(name) --list | runbook inventory from-ansible - --manager HOST"
  }

  /// Why a name would reveal what may be a secret, and what to do; `nil` for other names. The name itself is not shown.
  static func mistake(inName name: String) -> (problem: String, hint: String)? {
    if name.utf8.contains(UInt8(ascii: "=")) {
      return (
        "holds '=', so a person takes it for a variable and Ansible for a name",
        "write a variable behind its host, below [GROUP:vars], or in YAML below 'vars'; "
          + "the name is not shown here: it may hold a password"
      )
    }
    if name.utf8.count > nameLimit { return ("is longer than \(nameLimit) letters", "give it a shorter one") }
    if name.hasPrefix(vaultMark) {
      return (
        "is text that ansible-vault has encrypted", "write the variable with it in YAML, as !vault, or leave it out"
      )
    }
    return nil
  }

  /// So many bytes the name of a host or group may have.
  static let nameLimit = 1000

  /// What all that `ansible-vault` has encrypted begins with.
  static let vaultMark = "$ANSIBLE_VAULT;"
}
