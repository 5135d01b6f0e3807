import Foundation
import Inventory
import TestSupport
import Testing
import Values

@Suite("Inventories of Ansible", .usualTimeLimit)
struct AnsibleTests {
  private func draft(
    _ text: String, file: String = "hosts.ini", managers: [String] = ["da1"]
  ) throws -> InventoryDraft {
    try AnsibleConversion(try AnsibleInventory.parse(text: text, file: file), file: file).draft(managers: managers)
  }

  private func refusal(_ text: String, file: String = "hosts.ini") throws -> Failure {
    try #require(throws: Failure.self) { try AnsibleInventory.parse(text: text, file: file) }
  }

  private static let ini = """
    # the appliances
    [swarm_managers]
    da1 ansible_host=10.77.0.1

    [da_accesspoint]
    da[2:3] ansible_port=2222   # a comment
    [policy]
    da3

    [workers:children]
    da_accesspoint
    policy

    [workers:vars]
    ansible_user = ops
    ntp_server=10.0.0.9

    [all:vars]
    ansible_user=root
    ansible_become=yes
    ansible_ssh_private_key_file="~/.ssh/id da"
    ansible_become_password=hunter2
    """

  private static let yaml = """
    all:
      vars:
        ansible_user: root
        ansible_become: yes
        ansible_ssh_private_key_file: ~/.ssh/id da
        ansible_become_password: hunter2
      children:
        swarm_managers:
          hosts:
            da1: { ansible_host: 10.77.0.1 }
        workers:
          vars: { ansible_user: ops, ntp_server: 10.0.0.9 }
          children:
            da_accesspoint:
              hosts:
                da[2:3]: { ansible_port: 2222 }
            policy:
              hosts:
                da3:
    """

  private static let list = """
    { "_meta": { "hostvars": {
        "da1": { "ansible_host": "10.77.0.1", "ansible_user": "root", "ansible_become": true,
          "ansible_ssh_private_key_file": "~/.ssh/id da", "ansible_become_password": { "__ansible_vault": "hunter2" } },
        "da2": { "ansible_port": 2222, "ansible_user": "ops", "ansible_become": true, "ntp_server": "10.0.0.9",
          "ansible_ssh_private_key_file": { "__ansible_unsafe": "~/.ssh/id da" }, "ansible_become_password": "hunter2" },
        "da3": { "ansible_port": 2222, "ansible_user": "ops", "ansible_become": true, "ntp_server": "10.0.0.9",
          "ansible_ssh_private_key_file": "~/.ssh/id da", "ansible_become_password": "hunter2" } } },
      "all": { "children": ["ungrouped", "swarm_managers", "workers"] },
      "swarm_managers": { "hosts": ["da1"] }, "workers": { "children": ["da_accesspoint", "policy"] },
      "da_accesspoint": { "hosts": ["da2", "da3"] }, "policy": { "hosts": ["da3"] } }
    """

  @Test(
    "hosts, addresses, users, ports, keys and services are taken over, and no secret",
    arguments: [
      (ini, "hosts.ini"), (ini.replacing("\n", with: "\r\n"), "hosts.ini"), (yaml, "hosts.yml"), (yaml, "hosts"),
      (yaml.replacing("\n", with: "\r\n"), "hosts.yml"), (list, "list.json"), (list, "standard input"),
    ])
  func takesOver(text: String, file: String) throws {
    let draft = try draft(text, file: file)
    #expect(draft.hosts.map(\.name) == ["da1", "da2", "da3"])
    #expect(draft.hosts.map(\.role) == [.manager, .worker, .worker])
    #expect(draft.hosts.map(\.address) == ["10.77.0.1", "da2", "da3"])
    #expect(draft.hosts.map(\.services) == [[], ["accesspoint"], ["accesspoint", "policy"]])
    #expect(draft.hosts.map(\.ssh.user) == ["root", "ops", "ops"])
    #expect(draft.hosts.map(\.ssh.port) == [nil, 2222, 2222])
    #expect(draft.hosts.allSatisfy { $0.sudo && $0.ssh.identity == "~/.ssh/id da" })
    #expect(!draft.text.contains("hunter2") && !draft.text.contains("10.0.0.9"))
    #expect(draft.text.contains("# not taken over: ansible_become_password, ntp_server"))
    let inventory = try Inventory.parse(text: draft.text, file: "inventory.yaml")
    #expect(inventory.hosts.map(\.name) == ["da1", "da2", "da3"])
    #expect(inventory.sudo && inventory.manager.ssh.user == "root" && inventory.workers[1].ssh.port == 2222)
    #expect(inventory.workers[1].services == ["accesspoint", "policy"])
  }

  @Test(
    "a list that has a host twice is refused: it has two addresses, and readers of JSON differ in which they take"
  )
  func twiceInList() throws {
    let list = """
      {
        "_meta": { "hostvars": {
          "m1": { "ansible_host": "10.9.0.1" },
          "m1": { "ansible_host": "10.9.0.2" } } },
        "all": { "hosts": ["m1"] }
      }
      """
    let failure = try refusal(list, file: "list.json")
    #expect(failure.code == "ansible.duplicate_key" && failure.location?.line == 4)
    let emoji =
      #"{"_meta": {"hostvars": {"m1": {"motd": "\ud83d\ude00", "ansible_host": "10.9.0.1"}}}, "all": {"hosts": ["m1"]}}"#
    #expect(try draft(emoji, file: "list.json", managers: ["m1"]).hosts.map(\.address) == ["10.9.0.1"])
  }

  @Test(
    "files of variables beside the inventory are not left aside: ansible-inventory reads them",
    arguments: [
      "group_vars/all.yml", "group_vars/managers/main.yml", "host_vars/m1.yml", "host_vars/m1",
    ])
  func variablesBeside(file: String) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "inventory-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let variables = folder.appending(path: file)
    try FileManager.default.createDirectory(
      at: variables.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data("ansible_user: ops\n".utf8).write(to: variables)
    let hosts = folder.appending(path: "hosts.ini").path
    try Data("[managers]\nm1 ansible_host=10.9.0.1\n".utf8).write(to: URL(filePath: hosts))
    let failure = #expect(throws: Failure.self) { try AnsibleInventory.load(path: hosts) }
    #expect(failure?.message.contains(file.prefix(while: { $0 != "/" }) + "/") == true, "\(failure as Any)")
    #expect(failure?.hint?.contains("ansible-inventory") == true, "\(failure as Any)")
  }

  @Test("a value that ansible-vault has encrypted is left out, and its host is there")
  func vault() throws {
    let draft = try draft(
      """
      all:
        vars:
          ansible_become_password: !vault |
            $ANSIBLE_VAULT;1.1;AES256
            33363431616564336534
        hosts:
          m1: { ansible_host: 10.9.0.1, ansible_user: !vault "$ANSIBLE_VAULT;1.1;AES256" }
      """, file: "vault.yml", managers: ["m1"])
    #expect(draft.hosts.map(\.address) == ["10.9.0.1"])
    #expect(!draft.text.contains("3336") && !draft.text.contains("$ANSIBLE"))
    #expect(draft.warnings.contains { $0.contains("ansible_user is not taken over: it is encrypted") })
  }

  @Test("no value of a variable that is not understood is written, whatever its name")
  func secrets() throws {
    let draft = try draft(
      """
      m1 ansible_host=10.9.0.1 db_pwd=hunter2 admin_pw=hunter3 ansible_port=hunter5 ansible_become=hunter6 \
      ansible_ssh_common_args='-o ProxyCommand="sshpass -p hunter4 ssh -W %h:%p jump"' ansible_user="{{ 'hunter7' }}"
      """, managers: ["m1"])
    #expect(!draft.text.contains("hunter"))
    for word in ["hunter8", "x=\"hunter8 y", "[hunter8"] {
      let failure = try refusal("m1 \(word)\n")
      #expect(!"\(failure) \(failure.hint ?? "") \(failure.related)".contains("hunter8"))
    }
    let failure = try refusal("all:\n  vars: { password: hunter8\n", file: "h.yml")
    #expect(!"\(failure) \(failure.related)".contains("hunter8"))
  }

  @Test("managers are named, not guessed: without a name the hosts are shown to choose from")
  func roles() throws {
    let text = "[docker_master]\ns1\n[docker_managers]\ns2\n[hypervisor_manager_clients]\ns4\n"
    let failure = try #require(throws: Failure.self) { try draft(text, managers: []) }
    #expect(failure.code == "ansible.no_manager" && failure.hint?.contains("--manager HOST") == true)
    #expect(failure.cause?.contains("s1 (docker_master), s2 (docker_managers)") == true)
    let chosen = try draft(text, managers: ["s1", "s2"])
    #expect(chosen.hosts.map(\.name) == ["s1", "s2", "s4"])
    #expect(chosen.hosts.map(\.role) == [.manager, .manager, .worker])
    let unknown = try #require(throws: Failure.self) { try draft(text, managers: ["s1", "s22"]) }
    #expect(unknown.code == "ansible.unknown_host" && unknown.hint == "did you mean s2?")
    let other = try #require(throws: Failure.self) { try draft(text, managers: ["manager"]) }
    #expect(
      other.hint == "the hosts are s1 (docker_master), s2 (docker_managers), s4 (hypervisor_manager_clients)")
    #expect(try #require(throws: Failure.self) { try draft("", managers: ["a"]) }.code == "ansible.no_hosts")
  }

  @Test("what is nearer to the host wins, then the priority, then the name")
  func precedence() throws {
    let draft = try draft(
      """
      [inner]
      a
      b ansible_port=4
      [inner:vars]
      ansible_port=3
      [outer:children]
      inner
      [outer:vars]
      ansible_port=2
      ansible_user=outer
      [early]
      a
      [early:vars]
      ansible_user=early
      ansible_group_priority=1
      [all:vars]
      ansible_port=1
      """, managers: ["a"])
    #expect(draft.hosts.map(\.ssh.port) == [3, 4])
    #expect(draft.hosts.map(\.ssh.user) == ["outer", "outer"])
  }

  @Test("the older names of variables win, as in Ansible, and its truth values are all known")
  func names() throws {
    let draft = try draft(
      """
      m1 ansible_host=a ansible_ssh_host=203.0.113.7 ansible_user=a ansible_ssh_user=b ansible_port=22 \
      ansible_ssh_port=2201 ansible_become=y
      m2 ansible_become=t
      m3 ansible_become=off
      """, managers: ["m1"])
    #expect(draft.hosts[0].address == "203.0.113.7")
    #expect(draft.hosts[0].ssh.user == "b" && draft.hosts[0].ssh.port == 2201)
    #expect(draft.hosts.map(\.sudo) == [true, true, false])
  }

  @Test("an empty value is one for Ansible, and is reported; nothing at all is none")
  func empty() throws {
    let draft = try draft(
      """
      [web]
      m1 ansible_host=""
      m2 ansible_host=10.0.0.2 ansible_ssh_host=
      m3 ansible_host=10.0.0.3 ansible_user="" ansible_port='' ansible_private_key_file=
      m4 ansible_host=None ansible_user=None ansible_port=None ansible_become=None
      m5 ansible_ssh_host=None ansible_host=10.0.0.5
      [web:vars]
      ansible_user=ops
      """, managers: ["m1"])
    #expect(draft.hosts.map(\.address) == [nil, nil, "10.0.0.3", "m4", "10.0.0.5"])
    #expect(draft.hosts.map(\.ssh.user) == ["ops", "ops", nil, nil, "ops"])
    let reason = "is not taken over: it is empty, and Ansible uses nothing else instead"
    for (host, name) in [
      (0, "ansible_host"), (1, "ansible_ssh_host"), (2, "ansible_user"), (2, "ansible_port"),
      (2, "ansible_private_key_file"),
    ] { #expect(draft.hosts[host].comments.contains("\(name) \(reason)"), "\(draft.hosts[host])") }
    #expect(draft.hosts[3].comments == ["its groups: web"])
  }

  @Test("ranges and ports mean what they mean in Ansible")
  func ranges() throws {
    func names(_ text: String) throws -> [String] {
      try AnsibleInventory.parse(text: text, file: "hosts.ini").hostNames
    }
    #expect(try names("web[08:10].example.com") == ["web08.example.com", "web09.example.com", "web10.example.com"])
    #expect(try names("n[1:5:2]-[a:b]") == ["n1-a", "n1-b", "n3-a", "n3-b", "n5-a", "n5-b"])
    let ports = try draft("w[1:2]:2200\n[2001:db8::1]:2222\nfe80::1\n", managers: ["w1"])
    #expect(ports.hosts.map(\.ssh.port) == [2200, 2200, 2222, nil])
    #expect(ports.hosts.map(\.address) == ["w1", "w2", "2001:db8::1", "fe80::1"])
  }

  @Test(
    "what could make Ansible see other hosts is an error, with its line and the way to ask Ansible",
    arguments: [
      ("a\nx[1:]\n", 2), ("a\nx[3:1]", 2), ("x[01:100]", 1), ("a\nb:\n", 2), ("a x", 1), ("[a\nb]\n", 1), ("a 'b", 1),
      ("[a b]\nx", 1), ("[a:other]\nx", 1), ("[a:vars]\nx=1\n", 1), ("[a:children]\nb\n", 2),
      ("[a]\nb\n[a:vars]\nx\n", 4),
      ("x[1:99999]", 1), ("\u{FEFF}[a]\nx\n", 1), ("[a]\nb\n[a:vars]\nansible_group_priority=x\n", nil),
      ("[a:children]\nb\n[b:children]\na\n", nil), ("a\n[a]\nb\n", nil), ("[a]\nx\n[b:children]\nall\n", 4),
    ] as [(String, Int?)])
  func refused(text: String, line: Int?) throws {
    let failure = try refusal(text)
    #expect(failure.code == "ansible.not_understood")
    if let line { #expect(failure.location?.line == line) }
    #expect(failure.hint?.contains("ansible-inventory -i hosts.ini --list") == true)
  }

  @Test(
    "YAML that is not an inventory is refused",
    arguments: [
      "all:\n  hosts: [a]\n", "all: text\n", "all:\n  hosts:\n    5:\n", "all:\n  hosts:\n    a: text\n",
      "all:\n  other: { a: }\n", "plugin: x\n", "all:\n  hosts: { a: { b: !odd 1 } }\n", "- a\n- b\n",
      "all:\n  hosts: [\n",
      "a: { children: { a: } }\n", "all: { vars: text, hosts: { a: } }\n", "a:\n  hosts: { x: }\n---\nb:\n",
      "{ \"all\": { \"hosts\": [5] } }\n", "{ \"_meta\": { \"hostvars\": { \"a\": {} } } }\n",
    ])
  func refusedYAML(text: String) throws {
    let failure = try refusal(text, file: "h.yml")
    #expect(["ansible.not_understood", "ansible.syntax"].contains(failure.code))
  }

  @Test("hosts may be written as text, and a name that is not an address asks for one")
  func hostsAsText() throws {
    let draft = try draft(
      "all:\n  children:\n    managers:\n      hosts: m1\n    workers:\n      hosts:\n        w1:\n        'odd name':\n",
      file: "hosts.yml", managers: ["m1"])
    #expect(draft.hosts.map(\.name) == ["m1", "w1", "odd-name"])
    #expect(draft.warnings.contains { $0.contains("its name is not an address: add 'address'") })
  }

  @Test("templates, wrong values and odd names become comments and can't break the file")
  func odd() throws {
    let draft = try draft(
      """
      a ansible_host="{{ lookup('x') }}" ansible_port=lots ansible_user="x; rm" note="first\\nhosts: {}"
      "strange name!" ansible_host=10.0.0.2
      "strange name?" ansible_host=10.0.0.5
      true ansible_host=10.0.0.3
      5 ansible_host=10.0.0.4
      """, managers: ["a"])
    #expect(draft.hosts.map(\.name) == ["a", "strange-name-", "strange-name--2", "true", "5"])
    #expect(draft.text.contains("ansible_host is not taken over: it is a template, which only Ansible can fill in"))
    #expect(draft.text.contains("ansible_port is not taken over: it is not a port"))
    // The address that only Ansible knows is asked for, not made up.
    #expect(draft.hosts[0].address == nil)
    #expect(throws: Failure.self) { try Inventory.parse(text: draft.text, file: "i.yaml") }
  }

  @Test("a script is refused and not executed")
  func dynamic() throws {
    let failure = try refusal("#!/bin/sh\necho '{}'\n", file: "ec2.py")
    #expect(failure.code == "ansible.dynamic")
    #expect(failure.hint?.contains("ansible-inventory") == true)
  }
}
