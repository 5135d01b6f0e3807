import Inventory
import Testing
import Values

@Suite("Inventories of Ansible")
struct AnsibleTests {
  private func draft(_ text: String, file: String = "hosts.ini") throws -> InventoryDraft {
    AnsibleConversion(try AnsibleInventory.parse(text: text, file: file), file: file).draft()
  }

  private static let ini = """
    # the appliances
    [swarm_managers]
    da1 ansible_host=10.77.0.1

    [da_accesspoint]
    da[2:3] ansible_port=2222   ; not a comment of Ansible's
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

  @Test(
    "hosts, addresses, users, ports, keys, roles and services are taken over",
    arguments: [(ini, "hosts.ini"), (yaml, "hosts.yml")])
  func takesOver(text: String, file: String) throws {
    let draft = try draft(text, file: file)
    #expect(draft.hosts.map(\.name) == ["da1", "da2", "da3"])
    #expect(draft.hosts.map(\.role) == [.manager, .worker, .worker])
    #expect(draft.hosts.map(\.address) == ["10.77.0.1", "da2", "da3"])
    #expect(draft.hosts.map(\.services) == [[], ["accesspoint"], ["accesspoint", "policy"]])
    #expect(draft.hosts.map(\.ssh.user) == ["root", "ops", "ops"])
    #expect(draft.hosts.map(\.ssh.port) == [nil, 2222, 2222])
    #expect(draft.hosts.allSatisfy { $0.sudo && $0.ssh.identity == "~/.ssh/id da" })
    #expect(!draft.text.contains("hunter2"))
    #expect(draft.text.contains("ansible_become_password (a secret)"))
    #expect(draft.text.contains("# not taken over: ntp_server=10.0.0.9"))
    let inventory = try Inventory.parse(text: draft.text, file: "inventory.yaml")
    #expect(inventory.hosts.map(\.name) == ["da1", "da2", "da3"])
    #expect(inventory.sudo && inventory.manager.ssh.user == "root" && inventory.workers[1].ssh.port == 2222)
    #expect(inventory.workers[1].services == ["accesspoint", "policy"])
  }

  @Test("what stands nearer to the host wins, along children and in circles of them")
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
      [inner:children]
      outer
      [all:vars]
      ansible_port=1
      """)
    #expect(draft.hosts.map(\.ssh.port) == [3, 4] || draft.hosts.map(\.ssh.port) == [2, 4])
    #expect(draft.hosts.map(\.ssh.user) == ["outer", "outer"])
  }

  @Test("ranges stand for all their hosts, with leading zeros and steps")
  func ranges() throws {
    #expect(
      try draft("web[08:10].example.com").hosts.map(\.name) == [
        "web08.example.com", "web09.example.com", "web10.example.com",
      ])
    #expect(try draft("n[1:5:2]-[a:b]").hosts.map(\.name) == ["n1-a", "n1-b", "n3-a", "n3-b", "n5-a", "n5-b"])
    #expect(try draft("x[1:]").hosts.count == 1)
    #expect(try draft("h:2200 ansible_user=u").hosts.map(\.ssh.port) == [2200])
  }

  @Test("without a group of managers the first host is one, and that is said")
  func noManagers() throws {
    let draft = try draft("one\ntwo\n")
    #expect(draft.hosts.map(\.role) == [.manager, .worker])
    #expect(draft.comments.contains { $0.contains("one is taken for the manager") })
  }

  @Test("templates, wrong values and odd names become comments and can't break the file")
  func odd() throws {
    let draft = try draft(
      """
      a ansible_host="{{ lookup('x') }}" ansible_port=lots ansible_user="x; rm" note="first\\nhosts: {}"
      "strange name!" ansible_host=10.0.0.2
      true ansible_host=10.0.0.3
      5 ansible_host=10.0.0.4
      """)
    let inventory = try Inventory.parse(text: draft.text, file: "i.yaml")
    #expect(inventory.hosts.map(\.name) == ["a", "strange-name-", "true", "5"])
    #expect(draft.text.contains("is a template, which only Ansible can fill in"))
    #expect(draft.text.contains("ansible_port is not taken over: lots"))
  }

  @Test("a script is refused and not executed")
  func dynamic() throws {
    let failure = #expect(throws: Failure.self) { try draft("#!/bin/sh\necho '{}'\n", file: "ec2.py") }
    #expect(failure?.code == "ansible.dynamic")
    #expect(failure?.hint?.contains("ansible-inventory") == true)
  }

  @Test("YAML that can't be read is told with its line")
  func broken() throws {
    let failure = #expect(throws: Failure.self) { try draft("all:\n  hosts: [\n", file: "h.yml") }
    #expect(failure?.code == "ansible.syntax")
    #expect(throws: Failure.self) { try draft("- a\n- b\n", file: "h.yml") }
    #expect(try draft("", file: "h.yml").hosts.isEmpty)
  }
}
