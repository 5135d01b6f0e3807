import Foundation
import Remote
import TestSupport
import Testing
import Values

/// With a user of its own, made for each test and removed after it.
@Suite(.usualTimeLimit, .enabled(if: TestServer.canMakeUsers, "needs root, sshd, sudo and useradd"), .serialized)
struct SudoTests {
  private func withUser(
    rule: String?, serverOptions: [String] = [],
    body: (TestServer, SSHTransport, String) async throws -> Void
  ) async throws {
    let user = "rb\(UInt32.random(in: .min ... .max))"
    let rules = "/etc/sudoers.d/\(user)"
    // The password can't be used; but with "!" in its place the account would be locked.
    _ = try await TestServer.command(["/usr/sbin/useradd", "-M", "-N", "-s", "/bin/sh", "-p", "*", user])
    do {
      if let rule { try "\(user) \(rule)\n".write(toFile: rules, atomically: true, encoding: .utf8) }
      try await TestServer.with(serverOptions) { server async throws in
        _ = try await TestServer.command(["chmod", "755", server.folder])
        try await server.connected(server.host(sudo: true, user: user)) { try await body(server, $0, user) }
      }
      try await remove(user, rules)
    } catch {
      try await remove(user, rules)
      throw error
    }
  }

  private func remove(_ user: String, _ rules: String) async throws {
    try? FileManager.default.removeItem(atPath: rules)
    // Forced, because a process of the user may be about to end.
    _ = try await TestServer.command(["/usr/sbin/userdel", "-f", user])
  }

  private func failure(_ ssh: SSHTransport, _ command: RemoteCommand) async throws -> Failure {
    try #require(await #expect(throws: Failure.self) { try await ssh.run(command) })
  }

  @Test("a user who needs a password for sudo learns how to do without")
  func password() async throws {
    for rule in [nil, "ALL=(root) ALL"] {
      try await withUser(rule: rule) { _, ssh, user in
        let failure = try await failure(ssh, RemoteCommand(["id"], sudo: true))
        #expect(failure.code == .sudoPassword)
        #expect(failure.hint?.contains("\(user) ALL=(root) NOPASSWD: ALL") == true)
        #expect(!failure.isRetryable)
        #expect(try await ssh.run(RemoteCommand(["id", "-un"])).text == user)
      }
    }
  }

  @Test("a command that sudo's rules do not allow is refused, another is not")
  func refused() async throws {
    try await withUser(rule: "ALL=(root) NOPASSWD: /usr/bin/id") { server, ssh, _ in
      #expect(try await ssh.run(RemoteCommand(["id", "-u"], sudo: true)).text == "0")
      // The folder can be entered without root, so the rule for the command alone is enough.
      #expect(try await ssh.run(RemoteCommand(["id", "-u"], directory: server.folder, sudo: true)).text == "0")
      let failure = try await failure(ssh, RemoteCommand(["whoami"], sudo: true))
      #expect([.sudoPassword, .sudoRefused].contains(failure.code))
    }
  }

  @Test("with sudo, files and folders of root are reached; without it, the lack of permission is reported")
  func rootOnly() async throws {
    try await withUser(rule: "ALL=(root) NOPASSWD: ALL") { server, ssh, user in
      let folder = "\(server.folder)/private"
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
      #expect(try await ssh.run(RemoteCommand(["pwd"], directory: folder, sudo: true)).text == folder)
      let root = RemoteFiles(ssh, sudo: true)
      try await root.write(Array("x".utf8), to: "\(folder)/file", mode: 0o600)
      #expect(try await root.read("\(folder)/file") == Array("x".utf8))
      let files = RemoteFiles(ssh)
      let attempts: [@Sendable () async throws -> Void] = [
        { _ = try await files.read("\(folder)/file") }, { _ = try await files.exists("\(folder)/file") },
        { try await files.write([], to: "\(folder)/other", mode: 0o600) },
      ]
      for attempt in attempts {
        let failure = await #expect(throws: Failure.self) { try await attempt() }
        #expect(failure?.code == .filePermission)
      }
      #expect(try await HostFacts.read(over: ssh).userID != 0)
      let stream = try await ssh.openStream(RemoteCommand(["id", "-u"], sudo: true))
      #expect(await stream.termination.status == 0)
      _ = user
    }
  }

  @Test(
    "a host that says something in place of running the command has refused the log-in",
    arguments: [
      "echo 'Password change required but no TTY available.' >&2", "echo 'This account is currently not available.'",
    ])
  func noCommand(words: String) async throws {
    try await withUser(rule: nil, serverOptions: ["ForceCommand \(words); exit 1"]) { _, ssh, _ in
      let failure = try await failure(ssh, RemoteCommand(["true"]))
      #expect(failure.code == .sshAuth)
      #expect(failure.cause.map { words.contains($0) } == true)
      #expect(failure.hint != nil)
    }
  }

  @Test("a stream reports sudo's refusal")
  func stream() async throws {
    try await withUser(rule: nil) { _, ssh, _ in
      let stream = try await ssh.openStream(RemoteCommand(["cat"], sudo: true))
      #expect(await stream.termination.failure?.code == .sudoPassword)
    }
  }
}
