import Foundation
import TestSupport
import Testing

@Suite("Projects and inventories", .usualTimeLimit)
struct ProjectTests {
  @Test("a project that was begun has a valid inventory, runbooks that are found, and is not begun twice")
  func begins() async throws {
    let program = try Program()
    defer { program.remove() }
    let begun = try await program.run("init", "ops")
    #expect(begun.code == 0, "\(begun.errors)")
    func inside(_ script: String) async throws -> Program.Ending { try await program.shell("cd ops && " + script) }
    let checked = try await inside("\"$PROGRAM\" inventory check")
    #expect(checked.code == 0, "\(checked.errors)")
    #expect(checked.output.contains("1 manager, 2 workers, stack da"))
    // The copies are what runs: a plan gets past loading them, to the hosts that the example can't reach.
    try program.write(
      "ops/runbooks/own.lua", "local da = require \"digital_access\"\nreturn runbook { function() end }")
    let planned = try await inside("\"$PROGRAM\" plan own.lua -i inventory.yaml")
    #expect(planned.code == 0, "\(planned.errors)")
    try program.write("ops/stdlib/digital_access.lua", "return nil + 1")
    let broken = try await inside("\"$PROGRAM\" plan own.lua -i inventory.yaml")
    #expect(broken.code == 2)
    #expect(broken.errors.contains("stdlib/digital_access.lua:1"), "\(broken.errors)")
    let settings = try Data(contentsOf: program.folder.appending(path: "ops/.luarc.json"))
    #expect(try JSONSerialization.jsonObject(with: settings) is [String: Any])
    for name in ["stdlib/meta/swarm.lua", "runbooks/distribute.lua", ".gitignore", "README.md"] {
      #expect(FileManager.default.fileExists(atPath: program.folder.appending(path: "ops/\(name)").path), "\(name)")
    }
    let again = try await program.run("init", "ops")
    #expect(again.code == 2)
    #expect(again.errors.contains("inventory.yaml") && again.errors.contains("nothing was written"))
  }

  @Test("every problem of an inventory is told with its line")
  func check() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(
      "inventory.yaml",
      """
      hosts:
        a: { address: 10.0.0.1, role: worker }
        b: { adress: 10.0.0.2, role: chief }
      """)
    let wrong = try await program.run("inventory", "check")
    #expect(wrong.code == 2)
    for part in ["inventory.yaml:3", "adress", "chief"] {
      #expect(wrong.errors.contains(part), "«\(part)» in: \(wrong.errors)")
    }
    #expect(try await program.run("inventory", "check", "none.yaml").code == 2)
  }

  @Test("an Ansible inventory becomes one that is valid, and a file that is there is not replaced")
  func ansible() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("hosts.ini", "[managers]\nm1 ansible_host=10.0.0.1\n[policy]\nw1 ansible_host=10.0.0.2 foo=bar\n")
    let command = ["inventory", "from-ansible", "hosts.ini", "--own-reader"]
    let asks = try await program.run(command)
    #expect(asks.code == 2 && asks.output.isEmpty)
    #expect(asks.errors.contains("m1 (managers), w1 (policy)") && asks.errors.contains("--manager HOST"))
    let made = try await program.run(command + ["--manager", "m1", "-o", "inventory.yaml"])
    #expect(made.code == 0, "\(made.errors)")
    #expect(made.errors.contains("w1: not taken over: foo") && !made.errors.contains("bar"))
    #expect(try await program.run("inventory", "check").code == 0)
    #expect(try await program.run(command + ["--manager", "m1", "-o", "inventory.yaml"]).code == 2)
    #expect(try await program.run(command + ["--manager", "m1"]).output.contains("role: manager"))
  }

  @Test("where Ansible is installed it reads its inventory itself, and its own words tell what it can't read")
  func installedAnsible() async throws {
    let program = try Program()
    defer { program.remove() }
    // What the real program writes is compared in InventoryTests; here it is found, called and believed.
    try program.write("hosts.ini", "[managers]\nm1\n")
    try program.write(
      "bin/ansible-inventory",
      "#!/bin/sh\nif [ -e fails ]; then echo 'no such vault' >&2; exit 1; fi\necho \"$*\" >called\n"
        + "echo '{\"_meta\": {\"hostvars\": {\"m1\": {\"ansible_host\": \"10.9.0.1\"}}}, \"all\": {\"hosts\": [\"m1\"]}}'\n"
    )
    let bin = program.folder.appending(path: "bin").path
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: bin + "/ansible-inventory")
    let path = ["PATH": bin + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")]
    let command = ["inventory", "from-ansible", "hosts.ini", "--manager", "m1"]
    let made = try await program.run(command, variables: path)
    #expect(made.code == 0 && made.output.contains("address: 10.9.0.1"), "\(made.errors)")
    let called = try String(contentsOf: program.folder.appending(path: "called"), encoding: .utf8)
    #expect(called.hasPrefix("-i /") && called.hasSuffix("hosts.ini --list\n"))
    // A list that was made elsewhere is taken as it is, from a file or standard input; nothing is called for it.
    try FileManager.default.removeItem(at: program.folder.appending(path: "called"))
    let list =
      #"{"_meta": {"hostvars": {"m1": {"ansible_host": "10.9.0.7", "ansible_user": "ops"}}}, "all": {"hosts": ["m1"]}}"#
    try program.write("list.json", list)
    for words in ["list.json --manager m1", "- --manager m1 <list.json"] {
      let taken = try await program.shell("PATH=\(bin):$PATH; \"$PROGRAM\" inventory from-ansible \(words)")
      #expect(taken.code == 0 && taken.output.contains("address: 10.9.0.7"), "\(words): \(taken.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: program.folder.appending(path: "called").path))
    try program.write("fails", "")
    let failed = try await program.run(command, variables: path)
    #expect(failed.code == 2 && failed.output.isEmpty && failed.errors.contains("no such vault"))
  }

  @Test("doctor looks at this machine, and says what is wrong with hosts")
  func doctor() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("own.lua", "return runbook { function() step(\"s\", function() return 1 end) end }")
    _ = try await program.run("run", "own.lua")
    let here = try await program.run("doctor")
    for part in ["ssh client", "sound: 1 runs", "Lua modules", "state folder"] {
      #expect(here.output.contains(part), "«\(part)» in: \(here.output)")
    }
    // Port 1 of the loopback address: nobody listens there.
    try program.write(
      "inventory.yaml",
      "hosts:\n  a: { address: 127.0.0.1, role: manager, ssh: { port: 1 } }\n")
    let hosts = try await program.run("doctor", "-i", "inventory.yaml", "--json")
    #expect(hosts.code == 1)
    let document = try JSONSerialization.jsonObject(with: Data(hosts.output.utf8)) as? [String: Any]
    #expect(document?["ok"] as? Bool == false)
    let checks = document?["checks"] as? [[String: Any]] ?? []
    let host = checks.first { $0["subject"] as? String == "a" }
    #expect(host?["verdict"] as? String == "fail" && host?["check"] as? String == "reached", "\(hosts.output)")
    let checked = try await program.run("inventory", "check", "--hosts")
    #expect(checked.code == 1)
    #expect(checked.output.contains("is valid") && checked.output.contains("1 problem"))
    // A journal of which a byte was changed.
    _ = try await program.shell(
      "sqlite3 state/journal.db \"UPDATE events SET payload = '{}' WHERE sequence = 1; PRAGMA wal_checkpoint(TRUNCATE)\""
    )
    let damaged = try await program.run("doctor")
    #expect(damaged.code == 1)
    #expect(damaged.output.contains("damaged"), "\(damaged.output)")
  }
}
