import Values
import YAMLTree

/// Reads Ansible's YAML form: groups with `hosts`, `vars` and `children`. What `ansible-inventory --list --yaml` writes is
/// of this form.
enum AnsibleYAML {
  static func read(_ text: String, file: String, into inventory: inout AnsibleInventory) throws(Failure) {
    guard let root = try YAMLDocument.parse(text: text, file: file, area: "ansible"), !root.isNull else { return }
    guard let members = root.members else {
      throw Failure(
        "ansible.syntax", "an inventory of Ansible begins with a group, such as all", place: root.place)
    }
    for member in members { readGroup(member.key, member.value, &inventory) }
  }

  private static func readGroup(_ name: String, _ node: YAMLNode, _ inventory: inout AnsibleInventory) {
    inventory.add(group: name)
    for member in node.members ?? [] {
      switch member.key {
      case "hosts":
        for host in member.value.members ?? [] {
          for expanded in AnsibleRange.expand(host.key) {
            inventory.add(host: expanded, to: name, variables(host.value, &inventory))
          }
        }
      case "vars": inventory.add(variables(member.value, &inventory), to: name)
      case "children":
        for child in member.value.members ?? [] {
          inventory.add(child: child.key, to: name)
          readGroup(child.key, child.value, &inventory)
        }
      default: inventory.unread.append("line \(member.place.line): \(member.key)")
      }
    }
  }

  private static func variables(_ node: YAMLNode, _ inventory: inout AnsibleInventory) -> [String: String] {
    var variables: [String: String] = [:]
    for member in node.members ?? [] {
      // Only plain values mean anything here; of a list or mapping it is enough to know that it was there.
      variables[member.key] = member.value.text ?? (member.value.isNull ? "" : "(\(member.value.kind))")
    }
    return variables
  }
}
