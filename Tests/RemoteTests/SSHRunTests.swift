import Foundation
import Fuzzing
import Remote
import Synchronization
import TestSupport
import Testing
import Values

@Suite(.usualTimeLimit, .enabled(if: TestServer.isAvailable, TestServer.whySkipped))
struct SSHRunTests {
  @Test("a command's output and exit code come back")
  func outputAndExitCode() async throws {
    try await TestServer.with { server async throws in
      try await server.connected { ssh async throws in
        let result = try await ssh.run(.shell("echo out; echo err >&2; exit 7"))
        #expect(result == CommandResult(status: 7, stdout: Array("out\n".utf8), stderr: Array("err\n".utf8)))
        let missing = try await ssh.run(RemoteCommand(["no-such-program-here"]))
        #expect(missing.status == 127)
        let killed = try await ssh.run(.shell("kill -9 $$"))
        #expect(killed.status == 137)
      }
    }
  }

  @Test("an exit code of 255 is the command's own and no lost connection")
  func exitCode255() async throws {
    try await TestServer.with { server async throws in
      try await server.connected { ssh async throws in
        let lines = Mutex<[String]>([])
        let result = try await ssh.run(.shell("printf 'no line end' >&2; exit 255")) { _, chunk in
          lines.withLock { $0 += chunk.lines }
        }
        #expect(result == CommandResult(status: 255, stderr: Array("no line end".utf8)))
        #expect(lines.withLock { $0 } == ["no line end"])
      }
    }
  }

  @Test("a megabyte of binary data passes through standard input and output unharmed")
  func binaryData() async throws {
    try await TestServer.with { server async throws in
      try await server.connected { ssh async throws in
        let data = RandomInput.bytes(1_048_576)
        let result = try await ssh.run(RemoteCommand(["cat"], stdin: data))
        #expect(result.stdout == data)
        let counted = try await ssh.run(RemoteCommand(["wc", "-c"], stdin: data))
        #expect(counted.text == "1048576")
      }
    }
  }

  @Test("input that the command does not read is not an error")
  func unreadInput() async throws {
    try await TestServer.with { server async throws in
      try await server.connected { ssh async throws in
        let data = [UInt8](repeating: 65, count: 4_000_000)
        #expect(try await ssh.run(RemoteCommand(["true"], stdin: data)).status == 0)
        #expect(try await LocalTransport(host: ssh.host).run(RemoteCommand(["true"], stdin: data)).status == 0)
      }
    }
  }

  static let awkward = [
    "plain", "", " ", "two words", "a\nb\n", "it's", "\"double\"", "$(touch /tmp/pwned)", "`id`", "; rm -rf x", "$HOME",
    "\\", "\\n", "*", "~", "#", "!", "a=b", "--", "-n", "ünïcödé 漢字 🐳", "'\u{301}", "&&", "|", ">", "\u{1}\u{7f}",
    "%h", "\r\n", "{a,b}", "[a]", "tab\there",
  ]

  @Test("awkward arguments arrive unharmed, with sudo, a directory and an environment too")
  func awkwardArguments() async throws {
    try await TestServer.with { server async throws in
      try await server.connected { ssh async throws in
        let expected: [UInt8] = Self.awkward.flatMap { Array($0.utf8) + [0] }
        let print = ["printf", "%s\\0"] + Self.awkward
        #expect(try await ssh.run(RemoteCommand(print)).stdout == expected)
        #expect(try await ssh.run(RemoteCommand(print, directory: "/", sudo: true)).stdout == expected)
        for value in Self.awkward {
          let command = RemoteCommand(["printenv", "VALUE"], directory: "/tmp", environment: ["VALUE": value])
          #expect(try await ssh.run(command).stdout == Array(value.utf8) + [10])
        }
        let script = RemoteCommand.shell(#"for x; do printf '%s\0' "$x"; done"#, arguments: Self.awkward)
        #expect(try await ssh.run(script).stdout == expected)
      }
    }
  }

  @Test("a command runs in its directory, and fails when there is no such directory")
  func directory() async throws {
    try await TestServer.with { server async throws in
      try await server.connected { ssh async throws in
        let folder = "\(server.folder)/a folder's name"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        #expect(try await ssh.run(RemoteCommand(["pwd"], directory: folder)).text == folder)
        #expect(try await ssh.run(RemoteCommand(["pwd"], directory: folder, sudo: true)).text == folder)
        let missing = try await ssh.run(RemoteCommand(["pwd"], directory: "\(folder)/none"))
        #expect(missing.status != 0)
        #expect(missing.errorText.contains("none"))
      }
    }
  }

  @Test("lines are reported in order and while the command runs")
  func liveLines() async throws {
    try await TestServer.with { server async throws in
      try await server.connected { ssh async throws in
        let fifo = "\(server.folder)/fifo"
        _ = try await TestServer.command(["mkfifo", fifo])
        let (seen, continuation) = AsyncStream.makeStream(of: String.self)
        async let result = ssh.run(
          .shell(#"echo first; read -r word <"$1"; echo "$word"; printf last"#, arguments: [fifo])
        ) { channel, chunk in
          for line in chunk.lines { continuation.yield("\(channel) \(line)") }
        }
        var iterator = seen.makeAsyncIterator()
        #expect(await iterator.next() == "stdout first")
        // The command can only go on after its first line was seen here.
        _ = try await TestServer.command(["timeout", "20", "sh", "-c", "echo second >\"$1\"", "sh", fifo])
        #expect(await iterator.next() == "stdout second")
        #expect(await iterator.next() == "stdout last")
        #expect(try await result.status == 0)
      }
    }
  }

  @Test("many commands at once share one connection")
  func oneConnection() async throws {
    try await TestServer.with { server async throws in
      try await server.connected { ssh async throws in
        let results = try await withThrowingTaskGroup(of: (Int, String).self) { group in
          for number in 0..<20 {
            group.addTask { (number, try await ssh.run(RemoteCommand(["echo", "\(number)"])).text) }
          }
          return try await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
        }
        #expect(results == Dictionary(uniqueKeysWithValues: (0..<20).map { ($0, "\($0)") }))
        #expect(try server.masters().count == 1)
        #expect(server.log.components(separatedBy: "Accepted publickey").count - 1 == 1)
      }
      #expect(try server.masters().isEmpty)
      #expect(try FileManager.default.contentsOfDirectory(atPath: server.controlFolder).isEmpty)
    }
  }

  @Test("fewer sessions than asked for are put up with")
  func fewSessions() async throws {
    try await TestServer.with(["MaxSessions 2"]) { server async throws in
      try await server.connected { ssh async throws in
        let sum = try await withThrowingTaskGroup(of: Int32.self) { group in
          for _ in 0..<10 { group.addTask { try await ssh.run(RemoteCommand(["sleep", "0.1"])).status } }
          return try await group.reduce(0, +)
        }
        #expect(sum == 0)
      }
    }
  }

  @Test("cancelling ends the local client at once and throws CancellationError")
  func cancellation() async throws {
    try await TestServer.with { server async throws in
      try await server.connected { ssh async throws in
        let (started, continuation) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
          try await ssh.run(.shell("echo started; exec sleep 1000")) { _, _ in continuation.yield() }
        }
        for await _ in started { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try server.clients("ControlMaster=no").isEmpty)
        #expect(try await ssh.run(RemoteCommand(["true"])).isSuccess)
      }
    }
  }

  @Test("a command that takes too long is ended, and its outcome is unknown")
  func timeout() async throws {
    try await TestServer.with { server async throws in
      try await server.connected { ssh async throws in
        let failure = await #expect(throws: Failure.self) {
          try await ssh.run(RemoteCommand(["sleep", "1000"], timeout: .milliseconds(300)))
        }
        #expect(failure?.code == .commandTimeout)
        #expect(failure?.leavesDoubt == true)
        #expect(try server.clients("ControlMaster=no").isEmpty)
      }
    }
  }

  @Test("a jump host of the user's configuration is used, and reported when it can't be reached")
  func jumpHost() async throws {
    try await TestServer.with { server async throws in
      let hosts = { (port: Int) in
        """
        Host inner
          HostName 127.0.0.1
          Port \(server.port)
          ProxyJump outer
        Host outer
          HostName 127.0.0.1
          Port \(port)

        """
      }
      let base = try server.read("ssh_config")
      let host = HostSpec(name: "inner", sshConfig: "\(server.folder)/ssh_config")
      try server.write("ssh_config", hosts(server.port) + base)
      let result = try await server.connected(host) { try await $0.run(RemoteCommand(["echo", "through"])) }
      #expect(result.text == "through")
      // The outer connection and the inner one.
      #expect(server.log.components(separatedBy: "Accepted publickey").count - 1 == 2)

      try server.write("ssh_config", hosts(try TestServer.freePort()) + base)
      let failure = await #expect(throws: Failure.self) { try await server.connected(host) { try await $0.connect() } }
      #expect(failure?.code == .sshUnreachable)
      #expect(failure?.cause?.contains("Connection refused") == true)
    }
  }

  @Test("options of the user's configuration that would disturb do not")
  func disturbingConfiguration() async throws {
    try await TestServer.with { server async throws in
      let disturbing = """
        Host *
          ControlMaster auto
          ControlPersist yes
          ControlPath \(server.folder)/user-%C
          RequestTTY force
          RemoteCommand echo disturbed
          LogLevel QUIET
          LocalCommand echo disturbed
          ForkAfterAuthentication yes
          LocalForward 127.0.0.1:\(server.port) 127.0.0.1:1
          ExitOnForwardFailure yes
          StrictHostKeyChecking no
          ForwardX11 yes

        """
      try server.write("ssh_config", disturbing + (try server.read("ssh_config")))
      let result = try await server.connected { try await $0.run(RemoteCommand(["echo", "fine"])) }
      #expect(result == CommandResult(status: 0, stdout: Array("fine\n".utf8)))
      try server.write("known_hosts", "")
      let failure = await #expect(throws: Failure.self) { try await server.connected { try await $0.connect() } }
      #expect(failure?.code == .sshHostKeyUnknown)
    }
  }

  @Test("a service's user without a shell of its own can connect too")
  func noLoginShell() async throws {
    try await TestServer.with { server async throws in
      let (port, folder) = (server.port, server.folder)
      await #expect(processExitsWith: .success) { [port = port as Int, folder = folder as String] in
        setenv("SHELL", "/usr/sbin/nologin", 1)
        let host = HostSpec(name: "x", address: "127.0.0.1", port: port, sshConfig: "\(folder)/ssh_config")
        let ssh = SSHTransport(
          host: host, controlFolder: "\(folder)/c", settings: SSHSettings(openTimeout: .seconds(20)))
        let result = try await ssh.run(RemoteCommand(["true"]))
        await ssh.close()
        exit(result.status)
      }
    }
  }

  @Test("printing a command never shows its input")
  func printing() {
    let command = RemoteCommand(["docker", "secret", "create", "a b"], sudo: true, stdin: Array("hunter2".utf8))
    #expect("\(command)" == "sudo docker secret create 'a b'")
    var dumped = ""
    dump(command, to: &dumped)
    #expect(!dumped.contains("104"))
  }

  @Test("a command that can't be passed on is refused before anything is contacted")
  func invalidCommands() async throws {
    let ssh = SSHTransport(host: HostSpec(name: "x"), controlFolder: "/nonexistent/folder")
    for command in [
      RemoteCommand([]), RemoteCommand([""]), RemoteCommand(["a\0b"]), RemoteCommand(["env"], environment: ["A=B": ""]),
    ] {
      let failure = await #expect(throws: Failure.self) { try await ssh.run(command) }
      #expect(failure?.code == .commandInvalid)
    }
  }
}
