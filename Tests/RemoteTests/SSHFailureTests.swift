import Foundation
import Remote
import TestSupport
import Testing
import Values

@Suite(.usualTimeLimit, .enabled(if: TestServer.isAvailable, TestServer.whySkipped))
struct SSHFailureTests {
  private func failure(
    _ server: TestServer, _ host: HostSpec? = nil, settings: SSHSettings = SSHSettings()
  ) async throws -> Failure {
    try await server.connected(host, settings: settings) { ssh async throws in
      let failure = await #expect(throws: Failure.self) { try await ssh.run(RemoteCommand(["true"])) }
      return try #require(failure)
    }
  }

  @Test("an unknown host key is refused, with a hint to compare it")
  func unknownKey() async throws {
    try await TestServer.with { server async throws in
      try server.write("known_hosts", "")
      let failure = try await failure(server)
      #expect(failure.code == .sshHostKeyUnknown)
      #expect(!failure.isRetryable)
      #expect(failure.host == "da1")
      #expect(failure.hint?.contains("fingerprint") == true)
      #expect(failure.hint?.contains("keyscan") == false)
      #expect(failure.hint?.contains("-p \(server.port) 127.0.0.1") == true)
      #expect(try server.read("known_hosts") == "")
    }
  }

  @Test("where ssh is set to keep no host keys, connecting once is not advised")
  func keepsNoKeys() async throws {
    try await TestServer.with { server async throws in
      let config = try server.read("ssh_config").replacing(
        "UserKnownHostsFile \(server.folder)/known_hosts",
        with: "UserKnownHostsFile /dev/null\n  StrictHostKeyChecking no")
      try server.write("ssh_config", config)
      let failure = try await failure(server)
      #expect(failure.code == .sshHostKeyUnknown)
      #expect(failure.cause?.contains("UserKnownHostsFile /dev/null") == true)
      #expect(failure.hint?.hasPrefix("remove that line, or name a file there") == true)
    }
  }

  @Test(
    "a certificate of the host that is not valid is reported as such, and no one is asked to say yes",
    arguments: [true, false])
  func certificate(isExpired: Bool) async throws {
    try await TestServer.with { server async throws in
      let folder = server.folder
      _ = try await TestServer.command(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "\(folder)/ca"])
      let validity = isExpired ? ["-n", "127.0.0.1", "-V", "-2d:-1d"] : ["-n", "other.example"]
      _ = try await TestServer.command(
        ["ssh-keygen", "-q", "-s", "\(folder)/ca", "-h", "-I", "x"] + validity + ["\(folder)/host_key.pub"])
      try server.write("sshd_config", try server.read("sshd_config") + "HostCertificate \(folder)/host_key-cert.pub\n")
      try server.write("known_hosts", "@cert-authority * \(try server.read("ca.pub"))")
      await server.kill()
      try await server.start()
      let failure = try await failure(server)
      #expect(failure.code == .sshHostKeyUnknown)
      #expect(failure.cause?.contains(isExpired ? "Certificate invalid: expired" : "not a listed principal") == true)
      #expect(failure.hint?.contains("answer yes") == false)
      #expect(failure.hint?.contains("ssh-keygen -Lf") == true)
    }
  }

  @Test("what a ProxyCommand says is the cause")
  func proxyCommand() async throws {
    try await TestServer.with { server async throws in
      try server.write(
        "ssh_config",
        "Host *\n  ProxyCommand sh -c 'echo the ticket has expired >&2; exit 1'\n" + (try server.read("ssh_config")))
      let failure = try await failure(server)
      #expect(failure.code == .sshUnreachable)
      #expect(failure.cause?.contains("the ticket has expired") == true)
      #expect(failure.hint?.contains("ProxyCommand") == true)
      #expect(failure.hint?.contains("VPN") == false)
    }
  }

  @Test("an unknown host key is accepted and recorded when that was asked for")
  func acceptNew() async throws {
    try await TestServer.with { server async throws in
      try server.write("known_hosts", "")
      var host = server.host()
      host.acceptNewHostKeys = true
      let result = try await server.connected(host) { try await $0.run(RemoteCommand(["true"])) }
      #expect(result.isSuccess)
      #expect(try server.read("known_hosts").contains("ssh-ed25519"))
    }
  }

  @Test("a changed host key is refused, with the place of the recorded one", arguments: [false, true])
  func changedKey(acceptNew: Bool) async throws {
    try await TestServer.with { server async throws in
      let record = "[127.0.0.1]:\(server.port) \(try server.read("other_key.pub"))"
      try server.write("known_hosts", record)
      var host = server.host()
      host.acceptNewHostKeys = acceptNew
      let failure = try await failure(server, host)
      #expect(failure.code == .sshHostKeyChanged)
      #expect(failure.cause?.contains("\(server.folder)/known_hosts:1") == true)
      #expect(failure.cause?.contains("SHA256:") == true)
      // ssh's own words: it knows by which name the host is in the file.
      #expect(
        failure.hint?.contains("ssh-keygen -f \"\(server.folder)/known_hosts\" -R \"[127.0.0.1]:\(server.port)\"")
          == true,
        "\(failure.hint ?? "")")
      #expect(try server.read("known_hosts") == record)
    }
  }

  @Test("the hint's command removes the recorded key")
  func removalWorks() async throws {
    try await TestServer.with { server async throws in
      try server.write("known_hosts", "[127.0.0.1]:\(server.port) \(try server.read("other_key.pub"))")
      let hint = try #require(try await failure(server).hint)
      let command = try #require(hint.split(separator: "`").map(String.init).first { $0.hasPrefix("ssh-keygen -f") })
      _ = try await TestServer.command(["sh", "-c", command])
      #expect(try await failure(server).code == .sshHostKeyUnknown)
    }
  }

  @Test("a refused key is a failed log-in and not retryable")
  func refusedKey() async throws {
    try await TestServer.with { server async throws in
      try server.write("authorized_keys", "")
      let failure = try await failure(server)
      #expect(failure.code == .sshAuth)
      #expect(!failure.isRetryable)
      #expect(failure.cause?.contains("Permission denied (publickey)") == true)
    }
  }

  @Test("the key that the inventory names is used, and named when it is missing")
  func identityFile() async throws {
    try await TestServer.with { server async throws in
      try server.write("ssh_config", "Host *\n UserKnownHostsFile \(server.folder)/known_hosts\n IdentityAgent none\n")
      let result = try await server.connected(server.host(identityFile: "\(server.folder)/user_key")) { ssh in
        try await ssh.run(RemoteCommand(["true"]))
      }
      #expect(result.isSuccess)
      let failure = try await failure(server, server.host(identityFile: "\(server.folder)/no_such_key"))
      #expect(failure.code == .sshAuth)
      #expect(failure.cause?.contains("no_such_key") == true)
    }
  }

  @Test("a refused connection is retryable")
  func refusedConnection() async throws {
    try await TestServer.with { server async throws in
      let failure = try await failure(server, server.host(port: try TestServer.freePort()))
      #expect(failure.code == .sshUnreachable)
      #expect(failure.isRetryable)
      #expect(failure.cause?.contains("Connection refused") == true)
    }
  }

  @Test("a host that does not answer is retryable")
  func unroutable() async throws {
    try await TestServer.with { server async throws in
      let hole = try BlackHole()
      let failure = try await failure(
        server, server.host(port: hole.port), settings: SSHSettings(connectTimeout: .seconds(1)))
      #expect(failure.code == .sshUnreachable)
      #expect(failure.isRetryable)
      #expect(failure.cause?.contains("timed out") == true)
      withExtendedLifetime(hole) {}
    }
  }

  @Test("a host that accepts the connection and then says nothing is retryable")
  func silentHost() async throws {
    try await TestServer.with { server async throws in
      // The listener is there, but nothing accepts: a stopped sshd.
      let pid = try #require(server.serverPID)
      kill(pid_t(pid), SIGSTOP)
      let failure = try await failure(server, settings: SSHSettings(connectTimeout: .seconds(1)))
      kill(pid_t(pid), SIGCONT)
      #expect(failure.code == .sshUnreachable)
      #expect(failure.isRetryable)
    }
  }

  @Test("a name without an address is reported as such")
  func unknownName() async throws {
    try await TestServer.with { server async throws in
      var host = server.host()
      host.address = "no-such-host.invalid"
      #expect(try await failure(server, host).code == .sshNameNotResolved)
    }
  }

  @Test("a missing client and a broken configuration are reported as such")
  func clientTrouble() async throws {
    try await TestServer.with { server async throws in
      #expect(try await failure(server, settings: SSHSettings(executable: "no-such-ssh")).code == .sshMissing)
      try server.write("ssh_config", "NoSuchOption yes\n")
      let failure = try await failure(server)
      #expect(failure.code == .sshConfiguration)
      #expect(failure.cause?.contains("nosuchoption") == true)
    }
  }

  @Test(
    "names that could be taken for options or commands are refused",
    arguments: ["-oProxyCommand=id", "a;id", "a b", ""])
  func dangerousNames(name: String) async throws {
    let folder = try await TestServer.command(["mktemp", "-d", "/tmp/rb.XXXXXX"])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for host in [HostSpec(name: "x", address: name), HostSpec(name: "x", address: "127.0.0.1", user: name)] {
      let ssh = SSHTransport(host: host, controlFolder: folder)
      let failure = await #expect(throws: Failure.self) { try await ssh.run(RemoteCommand(["true"])) }
      #expect(failure?.code == .sshConfiguration)
      await ssh.close()
    }
  }

  @Test("a socket folder that others can enter, or with a long name, is refused")
  func controlFolder() async throws {
    try await TestServer.with { server async throws in
      let open = "\(server.folder)/open"
      try FileManager.default.createDirectory(
        atPath: open, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
      let long = server.folder + "/" + String(repeating: "x", count: 90)
      for folder in [open, long, "relative", server.folder + "/none/none"] {
        let ssh = SSHTransport(host: server.host(), controlFolder: folder)
        let failure = await #expect(throws: Failure.self) { try await ssh.connect() }
        #expect(failure?.code == .sshControlFolder)
      }
    }
  }
}
