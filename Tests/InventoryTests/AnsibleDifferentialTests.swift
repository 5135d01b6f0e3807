import Foundation
import Fuzzing
import PinnedTools
import TestSupport
import Testing
import Values

@testable import Inventory

@Suite(
  "Our reader and Ansible's see the same inventory", .usualTimeLimit,
  .enabled(if: PinnedTool.ansible.isExpected, Comment(rawValue: PinnedTool.ansible.obstacle)))
struct AnsibleDifferentialTests {
  /// What matters of an inventory: each host with its groups and variables.
  private struct Seen: Equatable {
    var hosts: [String: Host] = [:]

    struct Host: Equatable {
      var groups: [String]
      var variables: [String: AnsibleValue]
    }

    init(_ inventory: AnsibleInventory) {
      for name in inventory.hosts {
        hosts[name] = Host(
          groups: inventory.groups(of: name).filter { $0 != "ungrouped" }.sorted(),
          variables: inventory.membership(in: inventory.ownGroups(of: name)).variables.merging(
            inventory.ownVariables(of: name)
          ) { _, own in own })
      }
    }

    /// What differs; where ours says that a value is something else than text, Ansible's may be any.
    func difference(to other: Seen) -> String? {
      if hosts.keys.sorted() != other.hosts.keys.sorted() {
        return "hosts \(hosts.keys.sorted()), not \(other.hosts.keys.sorted())"
      }
      for (name, host) in hosts {
        guard let theirs = other.hosts[name] else { continue }
        if host.groups != theirs.groups { return "\(name) in \(host.groups), not \(theirs.groups)" }
        if host.variables.keys.sorted() != theirs.variables.keys.sorted() {
          return "\(name) has \(host.variables.keys.sorted()), not \(theirs.variables.keys.sorted())"
        }
        for (variable, value) in host.variables where value != .other && value != theirs.variables[variable] {
          return "\(variable) of \(name) is \(value), not \(String(describing: theirs.variables[variable]))"
        }
      }
      return nil
    }
  }

  /// Compares our reading of texts with Ansible's, and gives how many of these both accept.
  private func compare(_ texts: [(name: String, text: String)]) throws -> (both: Int, theirs: Int) {
    let folder = FileManager.default.temporaryDirectory.appending(path: "inventories-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    var files: [String] = []
    for (index, entry) in texts.enumerated() {
      // A folder each, so that no file is another one's neighbour.
      let own = folder.appending(path: "\(index)")
      try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
      try Data(entry.text.utf8).write(to: own.appending(path: entry.name))
      files.append(own.appending(path: entry.name).path)
    }
    let lists = try AnsibleCore.lists(files)
    var both = 0
    for ((file, list), entry) in zip(zip(files, lists), texts) {
      guard let ours = try? AnsibleInventory.load(path: file) else { continue }
      guard let list else {
        // Where Ansible goes on to another of its readers, ours may end earlier, but never sees hosts that are not there.
        if !ours.hosts.isEmpty { Issue.record("only ours accepts \(entry)") }
        continue
      }
      let theirs = try AnsibleInventory.parse(text: list, file: "list.json")
      if let difference = Seen(ours).difference(to: Seen(theirs)) { Issue.record("\(difference) in \(entry)") }
      both += 1
    }
    return (both, lists.count { $0 != nil })
  }

  @Test("files by hand are read as Ansible reads them, or refused")
  func byHand() throws {
    let texts =
      AnsibleCases.ini.map { ("hosts.ini", $0) } + AnsibleCases.yaml.map { ("hosts.yml", $0) }
      + AnsibleCases.ini.map { ("hosts", $0) } + AnsibleCases.yaml.map { ("hosts", $0) }
    let (both, theirs) = try compare(texts)
    print("ansible: \(texts.count) files by hand, Ansible accepts \(theirs), ours \(both) of these")
    #expect(both >= theirs * 6 / 10)
  }

  @Test("generated files are read as Ansible reads them, or refused")
  func generated() throws {
    var texts: [(String, String)] = []
    for seed in 0..<200 as Range<UInt64> {
      var writer = AnsibleFileWriter(seed: 20_261_130 + seed)
      texts.append(seed.isMultiple(of: 2) ? ("hosts.ini", writer.ini()) : ("hosts.yml", writer.yaml()))
    }
    let (both, theirs) = try compare(texts)
    print("ansible: \(texts.count) generated files, Ansible accepts \(theirs), ours \(both) of these")
    #expect(both >= theirs * 9 / 10)
  }

  @Test("a folder of variables beside the file is not a reason to see others than Ansible")
  func variablesInFiles() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "inventory-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder.appending(path: "host_vars"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(at: folder.appending(path: "group_vars"), withIntermediateDirectories: true)
    try Data("ansible_host: 10.9.0.1\nansible_port: 2222\n".utf8).write(to: folder.appending(path: "host_vars/m1.yml"))
    try Data("ansible_user: ops\nansible_become: true\nansible_ssh_private_key_file: /k/ops\nansible_port: 22\n".utf8)
      .write(to: folder.appending(path: "group_vars/all.yml"))
    let file = folder.appending(path: "hosts.ini").path
    try Data("[managers]\nm1\n".utf8).write(to: URL(filePath: file))
    let failure = #expect(throws: Failure.self) { try AnsibleInventory.load(path: file) }
    #expect(failure?.message.contains("group_vars/") == true && failure?.hint?.contains("ansible-inventory") == true)
    let list = try #require(try AnsibleCore.lists([file])[0])
    let draft = try AnsibleConversion(try AnsibleInventory.parse(text: list, file: file), file: file)
      .draft(managers: ["m1"])
    #expect(draft.hosts.map(\.address) == ["10.9.0.1"])
    let host = try #require(draft.hosts.first)
    #expect(host.ssh.user == "ops" && host.ssh.port == 2222 && host.ssh.identity == "/k/ops" && host.sudo)
  }

  @Test("address, user, port and key are those that Ansible connects with")
  func connection() throws {
    let folder = try #require(PinnedTool.ansible.folder)
    let home = FileManager.default.temporaryDirectory.appending(path: "inventory-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: home) }
    // In ssh's place is a script that records how it is called.
    let ssh = home.appending(path: "ssh").path
    try Data("#!/bin/sh\nfor word; do echo \"$word\" >>\"${0%/*}/words\"; done\nexit 1\n".utf8).write(
      to: URL(filePath: ssh))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: ssh)
    let text =
      "m1 ansible_host=m1.internal ansible_ssh_host=203.0.113.7 ansible_user=a ansible_ssh_user=b ansible_port=22 "
      + "ansible_ssh_port=2201 ansible_private_key_file=/k1 ansible_ssh_private_key_file=/k2\n"
    let file = home.appending(path: "hosts.ini").path
    try Data(text.utf8).write(to: URL(filePath: file))
    _ = try Tool.run(
      folder + "/ansible", ["all", "-i", file, "-m", "raw", "-a", "true", "-e", "ansible_ssh_executable=\(ssh)"],
      environment: ["PATH": "/usr/bin:/bin", "HOME": home.path, "ANSIBLE_HOME": home.path, "LC_ALL": "C.UTF-8"])
    let words = try String(contentsOf: home.appending(path: "words"), encoding: .utf8).split(separator: "\n").map(
      String.init)
    let host = try #require(
      try AnsibleConversion(try AnsibleInventory.load(path: file), file: file).draft(managers: ["m1"]).hosts.first)
    #expect(words.contains(try #require(host.address)))
    #expect(words.contains("User=\"\(try #require(host.ssh.user))\""))
    #expect(words.contains("Port=\(try #require(host.ssh.port))"))
    #expect(words.contains("IdentityFile=\"\(try #require(host.ssh.identity))\""))
  }
}
