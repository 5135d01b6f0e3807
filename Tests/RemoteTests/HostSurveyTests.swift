import Foundation
import HostModules
import Inventory
import Remote
import Survey
import TestSupport
import Testing
import Values

/// What `doctor` and `inventory check --hosts` say of hosts whose logins are not as they should be.
@Suite(.usualTimeLimit, .enabled(if: HostUser.isAvailable, HostUser.whySkipped), .serialized)
struct HostSurveyTests {
  private func look(at user: HostUser, sudo: Bool) async throws -> [String: CheckResult] {
    let text = """
      services: []
      ssh: { config: \(user.server.folder)/ssh_config, user: \(user.name), port: \(user.server.port) }
      sudo: \(sudo)
      hosts:
        box: { address: 127.0.0.1, role: manager }

      """
    let fleet = Fleet(inventory: try Inventory.parse(text: text, file: "inventory.yaml"))
    let seen = await HostSurvey(fleet).look()
    await fleet.close()
    return Dictionary(seen.map { ($0.check, $0) }) { first, _ in first }
  }

  @Test("a login shell that prints is reported, with what it prints")
  func loud() async throws {
    try await HostUser.with(shell: "/bin/bash", files: [".bashrc": "echo welcome\n"]) { user, _ async throws in
      let seen = try await look(at: user, sudo: false)
      #expect(seen["reached"]?.verdict == .ok)
      #expect(seen["shell"]?.verdict == .warn)
      #expect(seen["shell"]?.text.contains("\"welcome\"") == true)
      #expect(seen["clock"]?.verdict == .ok)
    }
  }

  @Test(
    "a quiet login shell is fine, whichever it is",
    arguments: ["/bin/sh", "/bin/bash", "/usr/bin/fish", "/usr/bin/tcsh"])
  func quiet(shell: String) async throws {
    if !FileManager.default.isExecutableFile(atPath: shell) { try Test.cancel("\(shell) is not installed") }
    try await HostUser.with(shell: shell) { user, _ async throws in
      #expect(try await look(at: user, sudo: false)["shell"]?.verdict == .ok)
    }
  }

  @Test("a user who runs no command is reported once")
  func nologin() async throws {
    try await HostUser.with(shell: "/usr/sbin/nologin") { user, _ async throws in
      let seen = try await look(at: user, sudo: true)
      #expect(seen["reached"]?.verdict == .ok)
      #expect(seen["shell"]?.verdict == .fail)
      #expect(seen["shell"]?.hint?.contains("chsh") == true)
      #expect(seen["sudo"] == nil && seen["engine"] == nil)
    }
  }

  @Test("a sudo that starts nothing does not count, in any language")
  func translated() async throws {
    try await HostUser.with(
      shell: "/bin/bash", files: [".bashrc": "export LC_ALL=C.UTF-8 LANGUAGE=de\n"], sudo: "ALL=(root) /bin/false"
    ) { user, _ async throws in
      let seen = try await look(at: user, sudo: true)
      #expect(seen["sudo"]?.verdict == .fail)
      #expect(seen["engine"]?.verdict == .fail)
      #expect(seen["engine"]?.hint?.contains("systemctl start docker") != true)
    }
  }

  @Test("a rule for docker alone is not enough, and what else is needed is named")
  func dockerOnly() async throws {
    let rule = "ALL=(root) NOPASSWD: /usr/bin/docker, /usr/local/bin/docker"
    try await HostUser.with(sudo: rule) { user, _ async throws in
      let sudo = try await look(at: user, sudo: true)["sudo"]
      #expect(sudo?.verdict == .fail)
      for word in ["sh (", "kill (", "rmdir ("] { #expect(sudo?.text.contains(word) == true) }
      #expect(sudo?.text.contains("docker (") == false)
      #expect(sudo?.hint?.contains("\(user.name) ALL=(root) NOPASSWD: ALL") == true)
    }
  }

  @Test("a program that sudo lists, but starts with a password only, is named")
  func listedOnly() async throws {
    let rule =
      "ALL=(root) /usr/bin/rmdir, /bin/rmdir, NOPASSWD: /usr/bin/docker, /usr/bin/sh, /bin/sh, /usr/bin/kill, /bin/kill"
    try await HostUser.with(sudo: rule) { user, _ async throws in
      let sudo = try await look(at: user, sudo: true)["sudo"]
      #expect(sudo?.text.contains("rmdir (") == true)
      #expect(sudo?.text.contains("kill (") == false)
    }
  }

  @Test("the rules that are shipped are enough")
  func shippedRules() async throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Packaging/sudoers")
    let text = try String(contentsOf: file, encoding: .utf8)
    let alias = try #require(text.firstRange(of: "Cmnd_Alias RUNBOOK = "))
    let list = text[alias.upperBound...].replacing("\\\n", with: "").prefix { $0 != "\n" }
    try await HostUser.with(sudo: "ALL=(root) NOPASSWD: \(list)") { user, ssh async throws in
      #expect(try await look(at: user, sudo: true)["sudo"]?.verdict == .ok)
      #expect(try await RemoteFiles(ssh, sudo: true).exists("/root"))
    }
    let copy = "/tmp/rb-sudoers.\(UInt32.random(in: .min ... .max))"
    defer { try? FileManager.default.removeItem(atPath: copy) }
    try text.write(toFile: copy, atomically: true, encoding: .utf8)
    _ = try await TestServer.command(["/usr/sbin/visudo", "--check", "--file=\(copy)"])
  }
}
