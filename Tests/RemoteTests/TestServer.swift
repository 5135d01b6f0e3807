import Foundation
import Remote
import Synchronization
import Testing
import Values

/// A real sshd on 127.0.0.1 with keys, configuration and client configuration of its own, all in one temporary folder.
final class TestServer: Sendable {
  static let sshd = "/usr/sbin/sshd"
  static var isAvailable: Bool {
    FileManager.default.isExecutableFile(atPath: sshd) && geteuid() == 0
  }
  static var canMakeUsers: Bool {
    isAvailable
      && ["/usr/bin/sudo", "/usr/sbin/useradd", "/usr/sbin/userdel"].allSatisfy(FileManager.default.isExecutableFile)
  }
  static let whySkipped: Comment = "needs root and \(sshd)"

  let folder: String
  let port: Int
  private struct State {
    var task: Task<Void, any Error>?
    var pid: Int?
    var log: [String] = []
  }
  private let state = Mutex(State())
  private let local = LocalTransport(host: HostSpec(name: "test", isLocal: true))

  /// Runs a test against a server, and takes everything down afterwards.
  static func with<Result>(
    _ serverOptions: [String] = [], readsStartUpFiles: Bool = false, body: (TestServer) async throws -> Result
  ) async throws -> Result {
    let server = try await TestServer(serverOptions, readsStartUpFiles)
    do {
      let result = try await body(server)
      await server.takeDown()
      return result
    } catch {
      await server.takeDown()
      throw error
    }
  }

  private init(_ serverOptions: [String], _ readsStartUpFiles: Bool) async throws {
    folder = try await Self.command(["mktemp", "-d", "/tmp/rb.XXXXXX"])
    port = try Self.freePort()
    for key in ["host_key", "user_key", "other_key"] {
      _ = try await Self.command(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", key, "-f", "\(folder)/\(key)"])
    }
    let publicKey = try read("host_key.pub")
    try write("authorized_keys", try read("user_key.pub"))
    try write("known_hosts", "[127.0.0.1]:\(port) \(publicKey)")
    // With SHLVL set, bash does not read ~/.bashrc, whose contents do not concern these tests.
    try write(
      "sshd_config",
      """
      ListenAddress 127.0.0.1:\(port)
      HostKey \(folder)/host_key
      PidFile none
      AuthorizedKeysFile \(folder)/authorized_keys
      StrictModes no
      UsePAM no
      PermitRootLogin yes
      PasswordAuthentication no
      KbdInteractiveAuthentication no
      MaxStartups 100
      SetEnv \(readsStartUpFiles ? "" : "SHLVL=5 ")RUNBOOK_TEST=\(folder)
      \(serverOptions.joined(separator: "\n"))

      """)
    try write(
      "ssh_config",
      """
      Host *
        UserKnownHostsFile \(folder)/known_hosts
        GlobalKnownHostsFile /dev/null
        IdentityFile \(folder)/user_key
        IdentitiesOnly yes
        IdentityAgent none
        UpdateHostKeys no

      """)
    try FileManager.default.createDirectory(
      atPath: "/run/sshd", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    try await start()
  }

  /// Starts sshd, and waits until it listens.
  func start() async throws {
    let (lines, continuation) = AsyncStream.makeStream(of: String.self)
    let command = RemoteCommand.shell(
      #"echo $$; exec "$@""#, arguments: [Self.sshd, "-D", "-e", "-f", "\(folder)/sshd_config"])
    let task = Task {
      defer { continuation.finish() }
      _ = try await self.local.run(command) { _, chunk in
        for line in chunk.lines {
          self.state.withLock { state in
            if let pid = Int(line) { state.pid = pid } else { state.log.append(line) }
          }
          continuation.yield(line)
        }
      }
    }
    state.withLock { $0.task = task }
    for await line in lines where line.hasPrefix("Server listening") { return }
    Issue.record("sshd did not start: \(log)")
  }

  /// Ends sshd and all its sessions at once, as a power cut would.
  func kill() async {
    let script = """
      tree() { echo "$1"; for child in $(cat "/proc/$1/task/$1/children"); do tree "$child"; done; }
      kill -9 $(tree "$1")
      """
    let (task, pid) = state.withLock { state in
      defer { (state.task, state.pid) = (nil, nil) }
      return (state.task, state.pid)
    }
    if let pid { _ = try? await local.run(.shell(script, arguments: ["\(pid)"])) }
    _ = await task?.result
  }

  private func takeDown() async {
    await kill()
    // What a command had started continues when its connection is gone, without a parent.
    let mark = Data("RUNBOOK_TEST=\(folder)\0".utf8)
    for pid in (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap(Int32.init) ?? [] {
      guard let environment = FileManager.default.contents(atPath: "/proc/\(pid)/environ") else { continue }
      if environment.range(of: mark) != nil { Foundation.kill(pid, SIGKILL) }
    }
    try? FileManager.default.removeItem(atPath: folder)
  }

  var serverPID: Int? { state.withLock { $0.pid } }
  var controlFolder: String { "\(folder)/c" }
  /// What sshd has said so far.
  var log: String { state.withLock { $0.log.joined(separator: "\n") } }

  func host(
    _ name: String = "da1", port: Int? = nil, sudo: Bool = false, user: String? = nil, identityFile: String? = nil
  ) -> HostSpec {
    HostSpec(
      name: name, address: "127.0.0.1", user: user, port: port ?? self.port, sshConfig: "\(folder)/ssh_config",
      sudo: sudo, identityFile: identityFile)
  }

  /// Runs a test with a connection, and closes it afterwards.
  func connected<Result>(
    _ host: HostSpec? = nil, settings: SSHSettings = SSHSettings(), body: (SSHTransport) async throws -> Result
  ) async throws -> Result {
    let transport = SSHTransport(host: host ?? self.host(), controlFolder: controlFolder, settings: settings)
    do {
      let result = try await body(transport)
      await transport.close()
      return result
    } catch {
      await transport.close()
      throw error
    }
  }

  func read(_ name: String) throws -> String { try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8) }

  func write(_ name: String, _ text: String) throws {
    try text.write(toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8)
  }

  /// The processes of this machine whose arguments name this server's folder and hold that word.
  func clients(_ word: String) throws -> [Int] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap(Int.init).filter { pid in
      guard let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return false }
      let arguments = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      return arguments.first?.hasSuffix("ssh") == true && arguments.contains(word)
        && arguments.contains { $0.hasPrefix(controlFolder) }
    }
  }
  func masters() throws -> [Int] { try clients("ControlMaster=yes") }

  /// Waits until none of these processes runs any more; whether anyone has asked for its exit code does not matter.
  static func waitForEnd(of pids: [Int]) async throws {
    let script = #"""
      for pid; do
        while state=$(ps -o stat= -p "$pid") && [ "${state#Z}" = "$state" ]; do sleep 0.02; done
      done
      """#
    _ = try await command(["timeout", "20", "sh", "-c", script, "sh"] + pids.map(String.init))
  }

  static func command(_ argv: [String]) async throws -> String {
    let result = try await LocalTransport(host: HostSpec(name: "test", isLocal: true)).run(RemoteCommand(argv))
    try #require(result.isSuccess, "\(argv): \(result.errorText)")
    return result.text
  }

  /// A port where nothing listens now.
  static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    try withUnsafeMutablePointer(to: &address) { pointer in
      try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        try #require(bind(descriptor, $0, length) == 0)
        try #require(getsockname(descriptor, $0, &length) == 0)
      }
    }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
