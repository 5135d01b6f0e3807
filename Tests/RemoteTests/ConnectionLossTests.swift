import Foundation
import Remote
import TestSupport
import Testing
import Values

@Suite(.usualTimeLimit, .enabled(if: TestServer.isAvailable, TestServer.whySkipped))
struct ConnectionLossTests {
  @Test("a connection lost in the middle of a command is reported, is retryable, and comes back")
  func lostAndBack() async throws {
    try await TestServer.with { server async throws in
      try await server.connected { ssh async throws in
        let (started, continuation) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
          try await ssh.run(.shell("echo started; sleep 1000")) { _, _ in continuation.yield() }
        }
        for await _ in started { break }
        await server.kill()
        let failure = await #expect(throws: Failure.self) { try await task.value }
        #expect(failure?.code == .sshConnectionLost)
        #expect(failure?.isRetryable == true)
        #expect(failure?.leavesDoubt == true)
        #expect(failure?.cause?.isEmpty == false)

        let refused = await #expect(throws: Failure.self) { try await ssh.run(RemoteCommand(["true"])) }
        #expect(refused?.code == .sshUnreachable)
        try await server.start()
        #expect(try await ssh.run(RemoteCommand(["echo", "back"])).text == "back")
        #expect(try server.masters().count == 1)
      }
    }
  }

  @Test("a client that died between two commands is replaced without a word", arguments: ["-TERM", "-KILL"])
  func clientDied(signal: String) async throws {
    try await TestServer.with { server async throws in
      try await server.connected { ssh async throws in
        try await ssh.connect()
        for pid in try server.masters() { _ = try await TestServer.command(["kill", signal, "\(pid)"]) }
        #expect(try await ssh.run(RemoteCommand(["echo", "again"])).text == "again")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: server.controlFolder).isEmpty)
    }
  }

  @Test("a removed socket leads to a new connection, and the old one ends with the transport")
  func socketRemoved() async throws {
    try await TestServer.with { server async throws in
      try await server.connected { ssh async throws in
        try await ssh.connect()
        for name in try FileManager.default.contentsOfDirectory(atPath: server.controlFolder) {
          try FileManager.default.removeItem(atPath: "\(server.controlFolder)/\(name)")
        }
        #expect(try await ssh.run(RemoteCommand(["echo", "again"])).text == "again")
      }
      #expect(try server.masters().isEmpty)
    }
  }

  @Test("a session that ends without an exit code is a lost connection")
  func sessionKilled() async throws {
    try await TestServer.with { server async throws in
      try await server.connected { ssh async throws in
        // $PPID is the log-in shell that would report the exit code; its own parent is sshd.
        let failure = await #expect(throws: Failure.self) { try await ssh.run(.shell("kill -9 $PPID")) }
        #expect(failure?.code == .sshConnectionLost)
        #expect(try await ssh.run(RemoteCommand(["true"])).isSuccess)
      }
    }
  }

  @Test("a connection that ends when the exit code has come and not the last of the output is a lost one")
  func lostAfterStatus() async throws {
    try await TestServer.with { server async throws in
      // The session's client has seen exit code 0 by then: it is this that it ends with, not 255.
      let client = server.controlFolder + "-client"
      try Data("#!/bin/sh\nssh \"$@\"\nstatus=$?\n[ $status -ne 255 ] || exit 0\nexit $status\n".utf8).write(
        to: URL(filePath: client))
      defer { try? FileManager.default.removeItem(atPath: client) }
      _ = try await TestServer.command(["chmod", "755", client])
      try await server.connected(settings: SSHSettings(executable: client)) { ssh async throws in
        let (started, continuation) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
          try await ssh.run(.shell("echo started; sleep 1000")) { _, _ in continuation.yield() }
        }
        for await _ in started { break }
        for pid in try server.masters() { kill(pid_t(pid), SIGKILL) }
        let failure = await #expect(throws: Failure.self) { try await task.value }
        #expect(failure?.code == .sshConnectionLost, "\(failure as Any)")
        #expect(failure?.isRetryable == true && failure?.leavesDoubt == true)
      }
    }
  }

  @Test("a host that falls silent is noticed")
  func silence() async throws {
    try await TestServer.with { server async throws in
      try await server.connected(settings: SSHSettings(aliveInterval: .seconds(1), aliveCount: 1)) { ssh async throws in
        let (started, continuation) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
          try await ssh.run(.shell("echo started; sleep 1000")) { _, _ in continuation.yield() }
        }
        for await _ in started { break }
        // sshd's process for this connection no longer answers, as when the cable is cut.
        let pid = try #require(server.serverPID)
        for child in try await TestServer.command(["pgrep", "-P", "\(pid)"]).split(separator: "\n") {
          _ = try await TestServer.command(["kill", "-STOP", String(child)])
        }
        let failure = await #expect(throws: Failure.self) { try await task.value }
        #expect(failure?.code == .sshConnectionLost)
        #expect(failure?.cause?.contains("not responding") == true)
      }
    }
  }

  @Test("closing while a command runs ends it, and leaves nothing")
  func closeWhileRunning() async throws {
    try await TestServer.with { server async throws in
      let ssh = SSHTransport(host: server.host(), controlFolder: server.controlFolder)
      let (started, continuation) = AsyncStream.makeStream(of: Void.self)
      let task = Task {
        try await ssh.run(.shell("echo started; sleep 1000")) { _, _ in continuation.yield() }
      }
      for await _ in started { break }
      await ssh.close()
      await #expect(throws: Failure.self) { try await task.value }
      #expect(try server.masters().isEmpty)
      #expect(try server.clients("ControlMaster=no").isEmpty)
      #expect(try FileManager.default.contentsOfDirectory(atPath: server.controlFolder).isEmpty)
    }
  }

  @Test("commands that wait for a session when the transport is closed fail, and open nothing")
  func closeWhileWaiting() async throws {
    try await TestServer.with { server async throws in
      let settings = SSHSettings(sessions: 2)
      let ssh = SSHTransport(host: server.host(), controlFolder: server.controlFolder, settings: settings)
      let (started, continuation) = AsyncStream.makeStream(of: Void.self)
      let tasks = (0..<6).map { _ in
        Task { try await ssh.run(.shell("echo started; sleep 1000")) { _, _ in continuation.yield() } }
      }
      for await _ in started { break }
      await ssh.close()
      for task in tasks {
        let failure = await #expect(throws: Failure.self) { try await task.value }
        #expect([.sshClosed, .sshConnectionLost].contains(failure?.code))
      }
      #expect(try server.masters().isEmpty)
      // A call that begins later is a new beginning.
      #expect(try await ssh.run(RemoteCommand(["echo", "new"])).text == "new")
      await ssh.close()
      #expect(try server.masters().isEmpty)
    }
  }

  @Test("closing while the connection is being opened ends the attempt")
  func closeWhileOpening() async throws {
    try await TestServer.with { server async throws in
      let pid = try #require(server.serverPID)
      kill(pid_t(pid), SIGSTOP)
      defer { kill(pid_t(pid), SIGCONT) }
      let ssh = SSHTransport(host: server.host(), controlFolder: server.controlFolder)
      let attempt = Task { try await ssh.connect() }
      while try server.masters().isEmpty { await Task.yield() }
      await ssh.close()
      await #expect(throws: (any Error).self) { try await attempt.value }
      #expect(try server.masters().isEmpty)
    }
  }

  @Test("a killed program leaves no ssh process and no socket")
  func parentKilled() async throws {
    try await TestServer.with { server async throws in
      let (port, folder) = (server.port, server.folder)
      await #expect(processExitsWith: .signal(SIGKILL)) { [port = port as Int, folder = folder as String] in
        let host = HostSpec(name: "x", address: "127.0.0.1", port: port, sshConfig: "\(folder)/ssh_config")
        let ssh = SSHTransport(host: host, controlFolder: "\(folder)/c")
        let (started, continuation) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
          try await ssh.run(.shell("echo started; exec sleep 1000")) { _, _ in continuation.yield() }
        }
        for await _ in started { break }
        let stream = try await ssh.openStream(RemoteCommand(["cat"]))
        // Who is there to be found afterwards.
        _ = try await LocalTransport(host: host).run(
          .shell(#"pgrep -f "$1/[c]/" >"$1/pids""#, arguments: [folder]))
        kill(getpid(), SIGKILL)
        withExtendedLifetime((stream, task)) {}
      }
      let pids = try server.read("pids").split(separator: "\n").compactMap { Int($0) }
      // The supervising shell, the connection, a command and a stream.
      #expect(pids.count >= 4)
      try await TestServer.waitForEnd(of: pids)
      #expect(try FileManager.default.contentsOfDirectory(atPath: server.controlFolder).isEmpty)
    }
  }
}
