import Foundation
import Fuzzing
import Remote
import Synchronization
import TestSupport
import Testing
import Values

/// What the user's log-in shell is, and what its start-up files say, must not matter; where it does, the answer is an
/// error and never a wrong one.
@Suite(
  .usualTimeLimit, .enabled(if: HostUser.isAvailable, HostUser.whySkipped),
  .enabled(if: HostUser.hasOtherShells, "fish and tcsh are not both installed"), .serialized)
struct LoginShellTests {
  enum Login: String, CaseIterable {
    case sh, bash, fish, tcsh, loudBash, loudFish, loudTcsh, forced

    var shell: String {
      switch self {
      case .sh, .forced: "/bin/sh"
      case .bash, .loudBash: "/bin/bash"
      case .fish, .loudFish: "/usr/bin/fish"
      case .tcsh, .loudTcsh: "/usr/bin/tcsh"
      }
    }
    var isLoud: Bool { rawValue.hasPrefix("loud") || self == .forced }

    /// Words that look like answers, without a line end at the last.
    private static let greeting = "echo no; echo yes; echo running >&2; printf welcome"
    var files: [String: String] {
      switch self {
      // bash reads it only when it takes itself for the first shell of the session.
      case .loudBash: [".bashrc": Self.greeting + "\n"]
      case .loudFish: [".config/fish/config.fish": Self.greeting + "\n"]
      case .loudTcsh: [".tcshrc": "echo no; echo yes; echo -n welcome\n"]
      default: [:]
      }
    }
    var serverOptions: [String] {
      switch self {
      case .forced: ["ForceCommand echo no; echo yes; printf welcome; eval \"$SSH_ORIGINAL_COMMAND\""]
      default: []
      }
    }
  }

  private func with(_ login: Login, body: (HostUser, SSHTransport) async throws -> Void) async throws {
    try await HostUser.with(
      shell: login.shell, files: login.files, sudo: "ALL=(root) NOPASSWD: ALL", serverOptions: login.serverOptions,
      body: body)
  }

  @Test("commands answer as they do with sh", arguments: Login.allCases)
  func commands(login: Login) async throws {
    try await with(login) { user, ssh async throws in
      #expect(try await ssh.run(RemoteCommand(["id", "-un"])).text == user.name)
      #expect(try await ssh.run(RemoteCommand(["true"])).status == 0)
      #expect(try await ssh.run(RemoteCommand(["false"])).status == 1)
      let result = try await ssh.run(.shell("echo out; printf err >&2; exit 255"))
      #expect(result.status == 255)
      #expect(result.stdout == Array("out\n".utf8))
      #expect(result.stderr == Array("err".utf8))
      #expect(result.greeting.isEmpty == !login.isLoud)
      let expected: [UInt8] = SSHRunTests.awkward.flatMap { Array($0.utf8) + [0] }
      #expect(try await ssh.run(RemoteCommand(["printf", "%s\\0"] + SSHRunTests.awkward)).stdout == expected)
      let data = RandomInput.bytes(300_000)
      #expect(try await ssh.run(RemoteCommand(["cat"], sudo: true, stdin: data)).stdout == data)
    }
  }

  @Test(
    "files, ports, facts and the engine's service answer as they do with sh",
    arguments: Login.allCases)
  func scripts(login: Login) async throws {
    try await with(login) { user, ssh async throws in
      let files = RemoteFiles(ssh), path = "\(user.home)/a file"
      #expect(try await files.exists(path) == false)
      try await files.write(Array("kept\n".utf8), to: path, mode: 0o600)
      #expect(try await files.exists(path))
      #expect(try await files.read(path) == Array("kept\n".utf8))
      #expect(try await RemoteFiles(ssh, sudo: true).read(path) == Array("kept\n".utf8))
      #expect(try await PortProbe.tcp("127.0.0.1", try TestServer.freePort(), from: ssh) == .refused)
      #expect(try await PortProbe.tcp("127.0.0.1", user.server.port, from: ssh) == .open)
      #expect(try await HostFacts.read(over: ssh).hostName == TestServer.command(["uname", "-n"]))
      #expect(
        try await EngineService(ssh, sudo: false, job: JobID(run: "run", name: "engine")).isRunning()
          == EngineService(
            LocalTransport(host: user.server.host()), sudo: false, job: JobID(run: "run", name: "engine")
          ).isRunning())
      #expect(try await files.remove(path))
      #expect(try await files.remove(path) == false)
    }
  }

  @Test("a large file is copied both ways", arguments: Login.allCases)
  func transfer(login: Login) async throws {
    try await with(login) { user, ssh async throws in
      let data = Data(RandomInput.bytes(700_000))
      let here = "\(user.server.folder)/here", back = "\(user.server.folder)/back", there = "\(user.home)/there"
      try data.write(to: URL(filePath: here))
      #expect(try await FileTransfer(ssh).upload(here, to: there, mode: 0o600).isChanged)
      #expect(try await FileTransfer(ssh).upload(here, to: there, mode: 0o600).isChanged == false)
      #expect(try await FileTransfer(ssh).download(there, to: back).isChanged)
      #expect(FileManager.default.contents(atPath: back) == data)
    }
  }

  @Test("jobs and leases work", arguments: Login.allCases)
  func jobs(login: Login) async throws {
    try await with(login) { user, ssh async throws in
      let job = RemoteJob(
        id: JobID(run: UUID().uuidString, name: "job1"),
        command: .shell("echo out; cat; exit 7", stdin: Array("in!".utf8)), over: ssh)
      #expect(try await job.run() == CommandResult(status: 7, stdout: Array("out\nin!".utf8)))
      try await job.remove()
      let lock = HostLock(ssh, name: "lock", folder: user.home)
      let request = LockRequest.sample("abc1")
      #expect(try await lock.take(request) == .granted)
      try await lock.release(request)
    }
  }

  @Test("a stream carries the command's bytes alone", arguments: Login.allCases)
  func stream(login: Login) async throws {
    try await with(login) { _, ssh async throws in
      let stream = try await ssh.openStream(.shell("printf first; cat; echo done >&2; exit 3"))
      let socket = FileHandle(fileDescriptor: try #require(stream.take()), closeOnDealloc: true)
      try socket.write(contentsOf: Data("and more".utf8))
      shutdown(socket.fileDescriptor, Int32(SHUT_WR))
      #expect(try socket.readToEnd() == Data("firstand more".utf8))
      let end = await stream.termination
      #expect(end.status == 3)
      #expect(end.stderr == Array("done\n".utf8))
    }
  }

  enum Refusal: String, CaseIterable {
    case nologin, `false`, missing, silent, other

    var shell: String {
      switch self {
      case .nologin: "/usr/sbin/nologin"
      case .false: "/bin/false"
      case .missing, .silent, .other: "/bin/sh"
      }
    }
    var serverOptions: [String] {
      switch self {
      case .silent: ["ForceCommand true"]
      case .other: ["ForceCommand echo yes"]
      case .missing: ["ForceCommand no-such-program-here"]
      default: []
      }
    }
  }

  @Test(
    "what runs something else in place of the command is an error, whatever it says and however it ends",
    arguments: Refusal.allCases)
  func refused(refusal: Refusal) async throws {
    try await HostUser.with(shell: refusal.shell, serverOptions: refusal.serverOptions) { user, ssh async throws in
      let attempts: [@Sendable () async throws -> Void] = [
        { _ = try await ssh.run(RemoteCommand(["true"])) },
        { _ = try await RemoteFiles(ssh).exists("/etc/hostname") },
        { _ = try await RemoteFiles(ssh).read("/etc/hostname") },
        { _ = try await PortProbe.tcp("127.0.0.1", 9, from: ssh) },
        { _ = try await HostFacts.read(over: ssh) },
        { _ = try await EngineService(ssh, sudo: false, job: JobID(run: "run", name: "engine")).isRunning() },
        { _ = try await FileTransfer(ssh).download("/etc/hostname", to: "\(user.server.folder)/hostname") },
        { _ = try await RemoteJob.mark(run: "run", over: ssh) },
      ]
      for attempt in attempts {
        let failure = await #expect(throws: Failure.self) { try await attempt() }
        #expect([.sshNoShell, .sshAuth].contains(failure?.code), "\(String(describing: failure))")
        #expect(failure?.hint?.isEmpty == false)
        #expect(failure?.leavesDoubt == false)
      }
      let stream = try await ssh.openStream(RemoteCommand(["cat"]))
      let end = await stream.termination
      #expect([.sshNoShell, .sshAuth].contains(end.failure?.code))
    }
  }

  @Test(
    "a start-up file that reads the input is reported, and the command is not started",
    arguments: ["read -r x\n", "cat >/dev/null\n", "head -c 3 >/dev/null\n"])
  func inputTaken(_ profile: String) async throws {
    try await HostUser.with(
      shell: "/bin/bash", files: [".bashrc": profile], sudo: "ALL=(root) NOPASSWD: ALL",
      settings: SSHSettings(answerTimeout: .seconds(15))
    ) { user, ssh async throws in
      let here = "\(user.server.folder)/here", there = "\(user.home)/there"
      try Data("a\nb\n".utf8).write(to: URL(filePath: here))
      let attempts: [@Sendable () async throws -> Void] = [
        { _ = try await ssh.run(RemoteCommand(["cat"], stdin: Array("l1\nl2\n".utf8))) },
        { _ = try await ssh.run(RemoteCommand(["tee", there], sudo: true, stdin: Array("l1\nl2\n".utf8))) },
        { try await RemoteFiles(ssh).write(Array("kept\n".utf8), to: there, mode: 0o600) },
        { _ = try await FileTransfer(ssh).upload(here, to: there, mode: 0o600) },
      ]
      for attempt in attempts {
        let failure = await #expect(throws: Failure.self) { try await attempt() }
        #expect(failure?.code == .sshNoShell && failure?.cause?.contains("reads the standard input") == true)
        #expect(failure?.leavesDoubt == false)
      }
      #expect(!FileManager.default.fileExists(atPath: there))
      // A stream stays open, so a file that reads on waits.
      do {
        let end = try await ssh.openStream(RemoteCommand(["cat"])).termination
        #expect(end.failure?.code == .sshNoShell)
      } catch let failure as Failure {
        #expect(failure.code == .sshNoAnswer && failure.hint?.contains("for input") == true)
      }
      // What needs no input has its answer.
      #expect(try await ssh.run(RemoteCommand(["id", "-un"])).text == user.name)
      #expect(try await HostFacts.read(over: ssh).hostName == TestServer.command(["uname", "-n"]))
    }
  }

  @Test("an answer that was cut off before its end is not an answer")
  func cutOff() async throws {
    // The answer's first two lines only, with an exit code that says that all is well.
    try await HostUser.with(
      serverOptions: ["ForceCommand eval \"$SSH_ORIGINAL_COMMAND\" 2>/dev/null | head -n 3; exit 0"]
    ) { _, ssh async throws in
      let failure = await #expect(throws: Failure.self) {
        try await RemoteFiles(ssh).read("/etc/passwd")
      }
      #expect(failure?.code == .sshAnswerDamaged)
      #expect(failure?.leavesDoubt == true)
    }
  }

  @Test(
    "what a login shell prints after a command is not part of the answer",
    arguments: ["trap 'echo bye' EXIT\n", "(sleep 0.05; echo late) &\n"])
  func farewell(_ profile: String) async throws {
    try await HostUser.with(shell: "/bin/bash", files: [".bashrc": profile], sudo: "ALL=(root) NOPASSWD: ALL") {
      user, ssh async throws in
      for _ in 0..<5 {
        #expect(try await ssh.run(RemoteCommand(["id", "-un"])).stdout == Array("\(user.name)\n".utf8))
      }
      #expect(try await RemoteFiles(ssh).exists("/etc/hostname"))
    }
  }

  @Test(
    "an answer whose marks are lost on the way is an error that says why", arguments: ["exec 2>&1\n", "exec 1>&2\n"])
  func redirected(_ profile: String) async throws {
    try await HostUser.with(shell: "/bin/bash", files: [".bashrc": profile]) { _, ssh async throws in
      let failure = await #expect(throws: Failure.self) { try await ssh.run(RemoteCommand(["id", "-un"])) }
      #expect(failure?.code == .sshAnswerDamaged)
      #expect(failure?.isRetryable == false && failure?.leavesDoubt == true)
      #expect(failure?.hint?.contains("exec 2>&1") == true)
    }
  }

  @Test("a host that takes the connection and never answers is given up")
  func silence() async throws {
    try await HostUser.with(
      serverOptions: ["ForceCommand echo 'please wait'; sleep 1000"],
      settings: SSHSettings(answerTimeout: .seconds(7))
    ) { _, ssh async throws in
      let told = Told()
      let failure = await HostWait.$follower.withValue({ told.add("\($0): \($1)") }) {
        await #expect(throws: Failure.self) { try await ssh.run(RemoteCommand(["true"])) }
      }
      #expect(
        told.words == [
          "\(ssh.host.name): it has accepted the connection but not answered; waiting up to 7 s"
        ])
      #expect(failure?.code == .sshNoAnswer)
      #expect(failure?.cause?.contains("please wait") == true)
      #expect(failure?.isRetryable == true)
      let stream = await #expect(throws: Failure.self) { try await ssh.openStream(RemoteCommand(["cat"])) }
      #expect(stream?.code == .sshNoAnswer)
    }
  }

  @Test("a host that begins to answer and then says nothing is waited for, shown and given up")
  func silenceLater() async throws {
    try await HostUser.with { _, ssh async throws in
      var command = RemoteCommand.shell("echo begun; sleep 1000")
      command.silence = .seconds(7)
      let told = Told()
      let failure = await HostWait.$follower.withValue({ told.add($1) }) {
        await #expect(throws: Failure.self) { try await ssh.run(command) }
      }
      #expect(failure?.code == .sshNoAnswer)
      #expect(failure?.message.hasPrefix("the host began to answer") == true)
      #expect(told.words == ["it has stopped answering; waiting up to 7 s"])
    }
  }

  /// What whoever follows sees.
  private final class Told: Sendable {
    private let state = Mutex<[String]>([])
    var words: [String] { state.withLock { $0 } }
    func add(_ text: String) { state.withLock { $0.append(text) } }
  }

  @Test("an endless greeting is given up")
  func endless() async throws {
    try await HostUser.with(
      serverOptions: ["ForceCommand yes"], settings: SSHSettings(answerTimeout: .seconds(1))
    ) { _, ssh async throws in
      let failure = await #expect(throws: Failure.self) { try await ssh.run(RemoteCommand(["true"])) }
      #expect(failure?.code == .sshNoAnswer)
    }
  }

  @Test("a command that is too long for a host is reported before it is sent")
  func tooLong() async throws {
    try await TestServer.with { server async throws in
      try await server.connected { ssh async throws in
        let failure = await #expect(throws: Failure.self) {
          try await ssh.run(RemoteCommand(["true", String(repeating: "x", count: 140_000)]))
        }
        #expect(failure?.code == .commandInvalid)
      }
    }
  }
}
