import Foundation
import YAMLTree

/// What Ansible learns outside of inventories about how it reaches hosts and what it reads: from its configuration file
/// and from environment variables. `ansible-inventory --list` does not show it.
package struct AnsibleSettings: Sendable {
  /// What a person must know, one text for each place that says something: names only, for a value may be a secret.
  package let remarks: [String]

  /// Looks where Ansible, called in that folder with these variables, would look.
  package init(environment: [String: String], workingFolder: String) {
    var remarks: [String] = []
    let places = Self.places(environment, workingFolder)
    if let path = places.first(where: { FileManager.default.isReadableFile(atPath: $0) }) {
      if let text = try? TextFile.read(path: path, area: "ansible", noun: "configuration", hint: "") {
        let names = Self.names(in: text)
        if !names.isEmpty { remarks.append(Self.remark(path, names)) }
      } else {
        remarks.append("\(path) can't be read here: check whether Ansible reaches hosts as it says")
      }
    }
    let names = Self.known.compactMap(\.variable).filter { environment[$0] != nil }
    if !names.isEmpty { remarks.append(Self.remark("the environment", names)) }
    self.remarks = remarks
  }

  private static func remark(_ place: String, _ names: [String]) -> String {
    "\(place) also says how Ansible reads it and reaches hosts (\(names.joined(separator: ", "))): "
      + "add what they need to 'ssh' and 'sudo'"
  }

  /// Where its configuration may be; the first file that is there counts, and only that.
  private static func places(_ environment: [String: String], _ workingFolder: String) -> [String] {
    let home = environment["HOME"] ?? NSHomeDirectory()
    func isFolder(_ path: String) -> Bool {
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
    var places: [String] = []
    if var path = environment["ANSIBLE_CONFIG"] {
      if path == "~" || path.hasPrefix("~/") { path = home + path.dropFirst() }
      if !path.hasPrefix("/") { path = "\(workingFolder)/\(path)" }
      places.append(isFolder(path) ? "\(path)/ansible.cfg" : path)
    }
    // Anyone could put a file there that Ansible obeys, so it ignores it.
    let rights = try? FileManager.default.attributesOfItem(atPath: workingFolder)[.posixPermissions] as? NSNumber
    if let rights, rights.intValue & 0o002 == 0 { places.append("\(workingFolder)/ansible.cfg") }
    return places + ["\(home)/.ansible.cfg", "/etc/ansible/ansible.cfg"]
  }

  /// The settings that matter here and that a configuration file has, as Python's `configparser` reads it.
  private static func names(in text: String) -> [String] {
    var section = "", found: Set<String> = []
    for line in text.split(whereSeparator: \.isNewline) {
      // What is indented continues the value before it.
      guard let first = line.first, !first.isWhitespace, first != "#", first != ";" else { continue }
      if first == "[", let end = line.firstIndex(of: "]") {
        section = String(line[line.index(after: line.startIndex)..<end])
      } else {
        let key = line.prefix { $0 != "=" && $0 != ":" }
        found.insert("\(section) \(key.lowercased().filter { !$0.isWhitespace })")
      }
    }
    return known.filter { found.contains("\($0.section) \($0.key)") }.map(\.key)
  }

  private typealias Setting = (variable: String?, section: String, key: String)

  /// Of ansible-core 2.15: how ssh, its user and become are chosen, and what else decides which variables a host has.
  private static let known: [Setting] = [
    ("ANSIBLE_REMOTE_USER", "defaults", "remote_user"),
    ("ANSIBLE_REMOTE_PORT", "defaults", "remote_port"),
    ("ANSIBLE_PRIVATE_KEY_FILE", "defaults", "private_key_file"),
    ("ANSIBLE_TRANSPORT", "defaults", "transport"),
    ("ANSIBLE_ASK_PASS", "defaults", "ask_pass"),
    ("ANSIBLE_HOST_KEY_CHECKING", "defaults", "host_key_checking"),
    ("ANSIBLE_SSH_HOST_KEY_CHECKING", "ssh_connection", "host_key_checking"),
    ("ANSIBLE_SSH_ARGS", "ssh_connection", "ssh_args"),
    ("ANSIBLE_SSH_COMMON_ARGS", "ssh_connection", "ssh_common_args"),
    ("ANSIBLE_SSH_EXTRA_ARGS", "ssh_connection", "ssh_extra_args"),
    ("ANSIBLE_SSH_EXECUTABLE", "ssh_connection", "ssh_executable"),
    ("ANSIBLE_PKCS11_PROVIDER", "ssh_connection", "pkcs11_provider"),
    ("ANSIBLE_BECOME", "privilege_escalation", "become"),
    ("ANSIBLE_BECOME_USER", "privilege_escalation", "become_user"),
    ("ANSIBLE_BECOME_METHOD", "privilege_escalation", "become_method"),
    ("ANSIBLE_BECOME_EXE", "privilege_escalation", "become_exe"),
    ("ANSIBLE_BECOME_FLAGS", "privilege_escalation", "become_flags"),
    ("ANSIBLE_BECOME_ASK_PASS", "privilege_escalation", "become_ask_pass"),
    ("ANSIBLE_PLAYBOOK_DIR", "defaults", "playbook_dir"),
    ("ANSIBLE_VARS_ENABLED", "defaults", "vars_plugins_enabled"),
    ("ANSIBLE_PRECEDENCE", "defaults", "precedence"),
    ("ANSIBLE_TRANSFORM_INVALID_GROUP_CHARS", "defaults", "force_valid_group_names"),
    ("ANSIBLE_INVENTORY_ENABLED", "inventory", "enable_plugins"),
  ]
}
