import Foundation
import Inventory
import TestSupport
import Testing
import Values

@Suite("What Ansible reads beside an inventory", .usualTimeLimit)
struct AnsibleEnvironmentTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "ansible-\(UUID().uuidString)")

  private func write(_ name: String, _ text: String) throws -> String {
    let file = folder.appending(path: name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    return file.path
  }

  @Test(
    "files of variables in the working folder are not left aside: Ansible reads them, too",
    arguments: ["group_vars", "host_vars"])
  func workingFolder(name: String) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let hosts = try write("inventories/hosts.ini", "m1 ansible_host=10.9.0.1\n")
    _ = try write("work/\(name)/m1.yml", "ansible_port: 99\n")
    let work = folder.appending(path: "work").path
    let failure = #expect(throws: Failure.self) { try AnsibleInventory.load(path: hosts, workingFolder: work) }
    #expect(failure?.code == "ansible.not_understood" && failure?.message.contains("work/\(name)/") == true)
    #expect(failure?.hint?.contains("ansible-inventory -i \(hosts) --list") == true)
    #expect(try AnsibleInventory.load(path: hosts, workingFolder: folder.path).hostNames == ["m1"])
    // Ansible has written them into its list already.
    let list = try write("work/list.json", #"{"_meta": {"hostvars": {}}, "all": {"hosts": ["m1"]}}"#)
    #expect(try AnsibleInventory.load(path: list, workingFolder: work).hostNames == ["m1"])
  }

  private func remarks(_ environment: [String: String] = [:]) -> [String] {
    var environment = environment
    environment["HOME"] = folder.appending(path: "home").path
    let work = folder.appending(path: "work").path
    // What this machine itself has in /etc does not matter.
    return AnsibleSettings(environment: environment, workingFolder: work).remarks.filter { !$0.hasPrefix("/etc/") }
  }

  @Test("of Ansible's own settings those that say how hosts are reached are reported, with their place and no value")
  func settings() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(
      at: folder.appending(path: "work"), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    #expect(remarks().isEmpty)
    let home = try write(
      "home/.ansible.cfg",
      """
      # remote_user = hunter1
      [defaults]
      Remote_User = hunter2
      forks = 5
      remote_port: 2222
      remote_tmp = a
        private_key_file = /hunter3
      [privilege_escalation]
      become=True
      [other]
      transport = local
      """)
    let told = remarks()
    #expect(told.count == 1 && told[0].contains(home), "\(told)")
    #expect(told[0].contains("(remote_user, remote_port, become)") && !told[0].contains("hunter"), "\(told)")
    // Only the first of the files counts, as for Ansible.
    let work = try write("work/ansible.cfg", "[ssh_connection]\nssh_args = -o ProxyJump=hunter4\n")
    #expect(remarks().map { $0.contains(work) && $0.contains("(ssh_args)") } == [true])
    let named = try write("named/ansible.cfg", "[defaults]\nprivate_key_file = /hunter5\n")
    for path in [named, folder.appending(path: "named").path, "../named/ansible.cfg", "~/../named"] {
      #expect(remarks(["ANSIBLE_CONFIG": path]).map { $0.contains("(private_key_file)") } == [true], "\(path)")
    }
    #expect(remarks(["ANSIBLE_CONFIG": "/nowhere"]).map { $0.contains(work) } == [true])
    // Where anybody may write, Ansible does not take the file.
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o777], ofItemAtPath: folder.appending(path: "work").path)
    #expect(remarks().map { $0.contains(home) } == [true])
    let variables = remarks(["ANSIBLE_REMOTE_USER": "hunter6", "ANSIBLE_BECOME": "1", "ANSIBLE_FORKS": "5"])
    #expect(variables.count == 2 && variables[1].contains("the environment"), "\(variables)")
    #expect(variables[1].contains("(ANSIBLE_REMOTE_USER, ANSIBLE_BECOME)") && !variables[1].contains("hunter"))
  }

  @Test("such remarks are in the file, after where it comes from")
  func remarksInDraft() throws {
    let inventory = try AnsibleInventory.parse(text: "m1 ansible_host=10.9.0.1\n", file: "hosts.ini")
    let draft = try AnsibleConversion(inventory, file: "hosts.ini", remarks: ["ansible.cfg says more"])
      .draft(managers: ["m1"])
    #expect(draft.text.contains("hosts.ini.\n# ansible.cfg says more\n"))
    #expect(draft.warnings.dropFirst().contains("ansible.cfg says more"))
  }
}
