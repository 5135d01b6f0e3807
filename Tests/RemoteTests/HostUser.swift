import Foundation
import Remote
import Testing
import Values

/// A user of this machine with a log-in shell, start-up files and sudo rules of choice, made for one test and removed
/// after it.
struct HostUser {
  static var isAvailable: Bool { TestServer.canMakeUsers }
  static let whySkipped: Comment = "needs root, sshd, sudo and useradd"
  /// Whether there are login shells that are not POSIX.
  static let hasOtherShells = ["fish", "tcsh"].allSatisfy {
    FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)")
  }

  let name: String
  let home: String
  /// Where its jobs leave their traces.
  let traces: String
  let server: TestServer

  /// Runs a test with a user and a connection as that user.
  ///
  /// - Parameters:
  ///   - files: what is in the home folder: name and text; what is in `bin` can be started.
  ///   - sudo: the rule, without the user's name.
  static func with(
    shell: String = "/bin/sh", files: [String: String] = [:], sudo: String? = nil, serverOptions: [String] = [],
    settings: SSHSettings = SSHSettings(), body: (HostUser, SSHTransport) async throws -> Void
  ) async throws {
    let name = "rb\(UInt32.random(in: .min ... .max))"
    let rules = "/etc/sudoers.d/\(name)"
    // The password can't be used; but with "!" in its place the account would be locked.
    _ = try await TestServer.command([
      "/usr/sbin/useradd", "-M", "-N", "-d", "/tmp/\(name)", "-s", shell, "-p", "*", name,
    ])
    let traces = "/var/tmp/runbook-" + (try await TestServer.command(["id", "-u", name]))
    func remove() async throws {
      for path in [rules, traces, "/tmp/\(name)"] { try? FileManager.default.removeItem(atPath: path) }
      // Forced, because a process of the user may be about to end.
      _ = try await TestServer.command(["/usr/sbin/userdel", "-f", name])
    }
    do {
      let home = "/tmp/\(name)"
      try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: false)
      for (file, text) in files {
        let path = URL(filePath: "\(home)/\(file)")
        try FileManager.default.createDirectory(
          at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: path, atomically: true, encoding: .utf8)
        if file.hasPrefix("bin/") { _ = try await TestServer.command(["chmod", "755", path.path()]) }
      }
      _ = try await TestServer.command(["chown", "-R", name, home])
      if let sudo { try "\(name) \(sudo)\n".write(toFile: rules, atomically: true, encoding: .utf8) }
      try await TestServer.with(serverOptions, readsStartUpFiles: true) { server async throws in
        _ = try await TestServer.command(["chmod", "755", server.folder])
        let user = HostUser(name: name, home: home, traces: traces, server: server)
        try await server.connected(server.host(sudo: sudo != nil, user: name), settings: settings) {
          try await body(user, $0)
        }
      }
      try await remove()
    } catch {
      try await remove()
      throw error
    }
  }
}
