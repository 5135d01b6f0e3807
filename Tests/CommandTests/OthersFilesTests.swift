import Foundation
import TestSupport
import Testing

@Suite("What somebody else could change is not used", .usualTimeLimit)
struct OthersFilesTests {
  private static let runbook = """
    local words = require "words"
    return runbook { function(run) step("s", function() return words.word end) end }
    """

  private func project() throws -> Program {
    let program = try Program()
    try program.write("runbooks/a.lua", Self.runbook)
    try program.write("stdlib/words.lua", "return { word = \"w\" }")
    try program.write("inventory.yaml", Program.thisMachine)
    return program
  }

  @Test(
    "a runbook, a module and an inventory that everybody may write, or in such a folder",
    arguments: [
      ("runbooks/a.lua", 0o666), ("runbooks", 0o777), ("stdlib/words.lua", 0o646), ("stdlib", 0o757),
      ("inventory.yaml", 0o666), (".", 0o777),
    ])
  func everybody(_ name: String, _ mode: Int) async throws {
    let program = try project()
    defer { program.remove() }
    let fine = try await program.run("run", "a", "-i", "inventory.yaml")
    #expect(fine.code == 0, "\(fine.errors)")
    let path = name == "." ? program.folder.path : program.folder.path + "/" + name
    #expect(chmod(path, mode_t(mode)) == 0)
    for command in ["run", "plan"] {
      let refused = try await program.run(command, "a", "-i", "inventory.yaml")
      let text = refused.errors.replacing(/\s+/, with: " ")
      #expect(refused.code == 2, "\(command): \(refused.output)\(refused.errors)")
      #expect(
        text.contains("can be written by everybody: owner \(NSUserName()), mode 0\(String(mode, radix: 8))"), "\(text)")
      #expect(text.contains("chmod go-w"))
    }
    #expect(chmod(path, name.hasSuffix(".lua") || name.hasSuffix(".yaml") ? 0o644 : 0o755) == 0)
    #expect(try await program.run("run", "a", "-i", "inventory.yaml").code == 0)
  }

  @Test(
    "an inventory that everybody may write, or whose ssh configuration they may, by every command that takes one",
    arguments: [("inventory.yaml", 0o666), ("ssh-config", 0o666), ("ssh-config", 0o646)])
  func inventories(_ name: String, _ mode: Int) async throws {
    let program = try project()
    defer { program.remove() }
    try program.write("ssh-config", "Host *\n  ProxyCommand sh -c 'touch \(program.folder.path)/carried-out; exit 1'\n")
    try program.write(
      "inventory.yaml",
      "hosts: { da1: { address: 127.0.0.1, role: manager, ssh: { config: ssh-config } } }\n")
    try program.write("fine.yaml", Program.thisMachine)
    #expect(chmod(program.folder.path + "/" + name, mode_t(mode)) == 0)
    for command in [
      ["run", "a", "-i", "inventory.yaml"], ["plan", "a", "-i", "inventory.yaml"],
      ["inventory", "check", "inventory.yaml"],
      ["inventory", "check", "inventory.yaml", "--hosts"], ["console", "-i", "inventory.yaml"],
      ["doctor", "-i", "inventory.yaml"], ["snapshot", "-i", "inventory.yaml"],
      ["run", "a", "-i", "fine.yaml", "--simulate", "--snapshot-from", "inventory.yaml"],
    ] {
      let refused = try await program.run(command)
      let text = refused.errors.replacing(/\s+/, with: " ")
      #expect(refused.code == 2 && text.contains("others can change it"), "\(command): \(refused.output)\(text)")
      #expect(text.contains("chmod go-w"), "\(command): \(text)")
    }
    #expect(!FileManager.default.fileExists(atPath: program.folder.path + "/carried-out"))
  }

  @Test("a run that is gone on with as it was started looks at the ssh configuration too")
  func resumed() async throws {
    let program = try project()
    defer { program.remove() }
    try program.write("ssh-config", "Host *\n")
    try program.write(
      "inventory.yaml",
      "hosts: { da1: { address: 127.0.0.1, role: manager, connection: local, ssh: { config: ssh-config } } }\n")
    try program.write("a.lua", "return runbook { inventory = { stack = false }, function(run) approve('go on?') end }")
    #expect(try await program.run("run", "a.lua", "-i", "inventory.yaml").code == 3)
    #expect(chmod(program.folder.path + "/ssh-config", 0o666) == 0)
    let refused = try await program.run("resume", "--as-started", "--yes")
    #expect(refused.code == 2 && refused.errors.contains("others can change it"), "\(refused.errors)")
  }

  @Test("a file of tests that everybody may write is not executed")
  func tests() async throws {
    let program = try project()
    defer { program.remove() }
    try program.write("a_test.lua", "test(\"x\", function() end)")
    #expect(try await program.run("test", "a_test.lua").code == 0)
    #expect(chmod(program.folder.path + "/a_test.lua", 0o666) == 0)
    let refused = try await program.run("test", "a_test.lua")
    #expect(refused.code != 0 && refused.output.contains("is not executed"), "\(refused)")
  }

  @Test("a journal that everybody may write is neither written nor read", arguments: ["journal.db", "journal.db-wal"])
  func journal(_ name: String) async throws {
    let program = try project()
    defer { program.remove() }
    #expect(try await program.run("run", "a", "-i", "inventory.yaml").code == 0)
    let path = program.folder.path + "/state/" + name
    if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(filePath: path)) }
    #expect(chmod(path, 0o666) == 0)
    for command in [["run", "a", "-i", "inventory.yaml"], ["list"]] {
      let refused = try await program.run(command)
      #expect(refused.code == 2 && refused.errors.contains("chmod go-w"), "\(command): \(refused.errors)")
    }
  }

  @Test("a runbook of another user", .enabled(if: geteuid() == 0, "giving a file away needs root"))
  func owner() async throws {
    let program = try project()
    defer { program.remove() }
    #expect(chown(program.folder.path + "/runbooks/a.lua", 65_534, 65_534) == 0)
    let refused = try await program.run("run", "a", "-i", "inventory.yaml")
    #expect(refused.code == 2)
    #expect(refused.errors.replacing(/\s+/, with: " ").contains("belongs to another user: owner nobody"))
  }

  @Test("a state folder that everybody may write is neither written nor read")
  func state() async throws {
    let program = try project()
    defer { program.remove() }
    #expect(try await program.run("run", "a", "-i", "inventory.yaml").code == 0)
    #expect(chmod(program.folder.path + "/state", 0o777) == 0)
    for command in [["run", "a", "-i", "inventory.yaml"], ["list"], ["runs", "prune", "--older-than", "0d", "--yes"]] {
      let refused = try await program.run(command)
      let text = refused.errors.replacing(/\s+/, with: " ")
      #expect(refused.code == 2, "\(command): \(refused.errors)")
      #expect(text.contains("owner \(NSUserName()), mode 0777") && text.contains("--state"), "\(text)")
    }
    let seen = try await program.run("doctor", "--json")
    #expect(seen.code == 1 && seen.output.contains("can be changed by others"), "\(seen.output)")
  }

  @Test("an archive whose run ID leads out of the state folder is refused, as is such an ID on the command line")
  func strangeID() async throws {
    let program = try project()
    defer { program.remove() }
    #expect(try await program.run("run", "a", "-i", "inventory.yaml").code == 0)
    let id = try await program.shell(
      "\"$PROGRAM\" list --json | grep -o '\"run\" *: *\"[a-z0-9]*' | grep -o '[a-z0-9]*$'"
    )
    .output.trimmingCharacters(in: .whitespacesAndNewlines)
    try program.write("outside.jsonl", "mine")
    let made = try await program.shell(
      """
      "$PROGRAM" runs export \(id) -o a.jsonl >&2
      sed -e '$d' -e '2s|"id":"\(id)"|"id":"../../outside"|' a.jsonl > b.jsonl
      grep -q '"../../outside"' b.jsonl || exit 9
      printf '{"sha256":"%s"}\\n' "$(sha256sum < b.jsonl | cut -d' ' -f1)" >> b.jsonl
      "$PROGRAM" runs import b.jsonl
      """)
    #expect(made.code == 2, "\(made.errors)")
    #expect(made.errors.contains("is not a run's ID"), "\(made.errors)")
    for command in [["show", "../x"], ["resume", "a/b"], ["report", ".."], ["runs", "export", "../../outside"]] {
      let refused = try await program.run(command)
      #expect(refused.code == 2, "\(command)")
      #expect(refused.errors.contains("is not a run's ID"), "\(command): \(refused.errors)")
    }
  }
}
