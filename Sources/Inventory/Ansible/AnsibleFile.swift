import Foundation
import Values

/// The file of an Ansible inventory.
enum AnsibleFile {
  static func read(_ path: String) throws(Failure) -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw Failure("ansible.unreadable", "there is no file \(path)", hint: "Give Ansible's inventory file.")
    }
    if isFolder.boolValue {
      throw Failure(
        "ansible.unreadable", "\(path) is a folder; one file is read",
        hint: "Write down what all its files say, then give that: "
          + "ansible-inventory -i \(path) --list --yaml --output FILE")
    }
    guard let data = FileManager.default.contents(atPath: path), data.count <= 16 << 20,
      let text = String(data: data, encoding: .utf8)
    else { throw Failure("ansible.unreadable", "\(path) can't be read as text") }
    return text
  }
}
