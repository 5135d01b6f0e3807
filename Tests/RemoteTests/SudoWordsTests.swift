import Foundation
import Remote
import TestSupport
import Testing
import Values

/// What sudo says depends on its version and the user's language; whether it started the command must not.
@Suite(.usualTimeLimit, .enabled(if: HostUser.isAvailable, HostUser.whySkipped), .serialized)
struct SudoWordsTests {
  /// A `sudo` that starts nothing, in place of one that Debian does not have for every release.
  private static func standIn(_ words: String) -> [String: String] {
    [".bashrc": "PATH=$HOME/bin:$PATH\n", "bin/sudo": "#!/bin/sh\necho \"\(words)\" >&2\nexit 1\n"]
  }

  private static let german = [".bashrc": "export LC_ALL=C.UTF-8 LANGUAGE=de\n"]

  private static let refusals: [(files: [String: String], rule: String)] = [
    (german, "ALL=(root) /bin/false"),
    (german, "ALL=(root) NOPASSWD: /usr/bin/whoami"),
    // sudo-rs 0.2.5, 0.2.15.
    (standIn("sudo-rs: interactive authentication is required"), "ALL=(root) NOPASSWD: ALL"),
    (standIn("sudo: interactive authentication is required"), "ALL=(root) NOPASSWD: ALL"),
    (standIn("sudo: I'm sorry agadmin. I'm afraid I can't do that"), "ALL=(root) NOPASSWD: ALL"),
    // Unknown words.
    (standIn("sudo: ei saa"), "ALL=(root) NOPASSWD: ALL"), (standIn(""), "ALL=(root) NOPASSWD: ALL"),
  ]

  @Test("sudo's refusal is recognized as such in any language", arguments: refusals.indices)
  func refused(index: Int) async throws {
    let (files, rule) = Self.refusals[index]
    try await HostUser.with(shell: "/bin/bash", files: files, sudo: rule) { user, ssh async throws in
      let attempts: [@Sendable () async throws -> Void] = [
        { _ = try await ssh.run(RemoteCommand(["id", "-u"], sudo: true)) },
        { _ = try await RemoteFiles(ssh, sudo: true).exists("/etc/hostname") },
        { _ = try await ssh.run(RemoteCommand(["false"], directory: "/", sudo: true)) },
        {
          let job = RemoteJob(
            id: JobID(run: UUID().uuidString, name: "job1"), command: RemoteCommand(["id"], sudo: true), over: ssh)
          _ = try await job.run()
        },
      ]
      for attempt in attempts {
        let failure = await #expect(throws: Failure.self) { try await attempt() }
        #expect([.sudoPassword, .sudoRefused].contains(failure?.code), "\(String(describing: failure))")
      }
      let stream = try await ssh.openStream(RemoteCommand(["cat"], sudo: true))
      let end = await stream.termination.failure?.code
      #expect([.sudoPassword, .sudoRefused].contains(end))
    }
  }

  @Test("a command that fails with sudo's words and exit code was started all the same")
  func ownWords() async throws {
    try await HostUser.with(sudo: "ALL=(root) NOPASSWD: ALL") { user, ssh async throws in
      let words = "sudo: a password is required"
      let result = try await ssh.run(.shell("echo \"$1\" >&2; exit 1", arguments: [words], sudo: true))
      #expect(result.status == 1)
      #expect(result.errorText == words)
      #expect(try await ssh.run(RemoteCommand(["ls", "/none"], sudo: true)).status == 2)
      #expect(try await ssh.run(RemoteCommand(["false"], sudo: true)).status == 1)
    }
  }

  @Test("the user's language stays the command's for all but messages")
  func language() async throws {
    try await HostUser.with(shell: "/bin/bash", files: Self.german) { user, ssh async throws in
      let script = #"printf '%s|%s|%s|%s' "$LANG" "$LC_ALL" "$LC_MESSAGES" "$LANGUAGE""#
      #expect(try await ssh.run(.shell(script)).text == "C.UTF-8||C|")
    }
  }
}
