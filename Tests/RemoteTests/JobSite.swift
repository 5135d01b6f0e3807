import Foundation
import Remote
import Testing
import Values

/// A user number of its own on this machine, so that the traces of a test's jobs are apart from all others.
final class JobSite: Sendable {
  static var isAvailable: Bool {
    geteuid() == 0 && ["/usr/bin/setpriv", "/bin/busybox"].allSatisfy(FileManager.default.isExecutableFile)
  }
  static let whySkipped: Comment = "needs root, setpriv and busybox"

  let user: Int
  /// A folder that the user may write to.
  let scratch: String
  /// Where jobs leave their traces.
  var traces: String { "/var/tmp/runbook-\(user)" }
  let run = UUID().uuidString

  static func with<Result>(body: (JobSite) async throws -> Result) async throws -> Result {
    let site = try await JobSite()
    do {
      let result = try await body(site)
      await site.takeDown()
      return result
    } catch {
      await site.takeDown()
      throw error
    }
  }

  private init() async throws {
    user = Int.random(in: 1_000_000...2_000_000_000)
    scratch = try await TestServer.command(["mktemp", "-d", "/tmp/rbj.XXXXXX"])
    _ = try await TestServer.command(["chown", "\(user)", scratch])
    _ = try await TestServer.command(["chmod", "755", scratch])
  }

  private func takeDown() async {
    for pid in (try? processes()) ?? [] { kill(pid, SIGKILL) }
    for path in [traces, scratch] { try? FileManager.default.removeItem(atPath: path) }
  }

  /// The processes of the user that still run; whether anyone has asked for an exit code does not matter.
  func processes() throws -> [Int32] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap(Int32.init).filter { pid in
      let status = FileManager.default.contents(atPath: "/proc/\(pid)/status") ?? Data()
      let text = String(decoding: status, as: UTF8.self)
      return text.contains("\nUid:\t\(user)\t") && !text.contains("\nState:\tZ")
    }
  }

  /// Commands as that user.
  ///
  /// - Parameter path: Where programs are searched; `nil` means the usual places.
  func transport(path: String? = nil) -> Prefixed {
    let user = ["/usr/bin/setpriv", "--reuid=\(user)", "--regid=\(user)", "--clear-groups"]
    return Prefixed(prefix: user + (path.map { ["/usr/bin/env", "PATH=\($0)"] } ?? []))
  }

  func job(_ script: String, arguments: [String] = [], stdin: [UInt8] = [], timeout: Duration? = nil) -> RemoteJob {
    job(.shell(script, arguments: arguments, stdin: stdin, timeout: timeout))
  }

  func job(_ command: RemoteCommand, call: Int = 1, over transport: (any Transport)? = nil) -> RemoteJob {
    RemoteJob(
      id: JobID(run: run, name: "job\(call)"), command: command,
      over: transport ?? self.transport())
  }

  /// The one file of that name among the traces.
  func trace(_ name: String) throws -> String {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: traces).filter { $0.hasSuffix("/\(name)") }
    try #require(paths.count == 1, "\(paths)")
    return "\(traces)/\(paths[0])"
  }

  /// The words of the job's record: process, group, start time, boot, clock.
  func record() throws -> [String] {
    try String(contentsOfFile: trace("process"), encoding: .utf8).split(whereSeparator: \.isWhitespace).map(String.init)
  }

  func changeRecord(_ index: Int, to word: String) throws {
    var words = try record()
    words[index] = word
    try (words.joined(separator: " ") + "\n").write(toFile: trace("process"), atomically: false, encoding: .utf8)
  }

  /// Runs the job until it has written its first line, and leaves it then.
  func started(_ job: RemoteJob) async throws {
    let (lines, continuation) = AsyncStream.makeStream(of: String.self)
    let task = Task {
      defer { continuation.finish() }
      return try await job.run { _, chunk in for line in chunk.lines { continuation.yield(line) } }
    }
    for await _ in lines { break }
    task.cancel()
    await #expect(throws: CancellationError.self) { _ = try await task.value }
  }

  /// A command that can be seen to begin, and goes on until ``go()``. It notes each time that it is run.
  var waiting: RemoteCommand {
    .shell(
      #"echo run >>"$1/runs"; echo first; n=0; while [ ! -e "$1/go" ] && [ $((n=n+1)) -lt 12000 ]; do sleep 0.05; done; echo last; exit 7"#,
      arguments: [scratch])
  }
  func go() throws { try Data().write(to: URL(filePath: "\(scratch)/go")) }
  var runs: Int { get throws { try String(contentsOfFile: "\(scratch)/runs", encoding: .utf8).count { $0 == "\n" } } }
  /// How the job has ended, without what the shells have to say about it.
  func end(of job: RemoteJob) async throws -> CommandResult? {
    guard case .finished(var result) = try await job.look() else { return nil }
    result.stderr = []
    return result
  }
  static let waitingResult = CommandResult(status: 7, stdout: Array("first\nlast\n".utf8))
}

/// This machine's commands, each put behind some arguments.
struct Prefixed: Transport {
  let host = HostSpec(name: "here", isLocal: true)
  var prefix: [String] = []
  /// How much of each command's input arrives.
  var inputLimit = Int.max
  /// Whether commands see no `/proc`.
  var hidesProc = false
  private var local: LocalTransport { LocalTransport(host: host) }

  init(prefix: [String]) { self.prefix = prefix }

  func connect() async throws {}
  func run(_ command: RemoteCommand, onOutput: OutputHandler?) async throws -> CommandResult {
    var command = command
    let argv = hidesProc ? command.argv.map { $0.replacing("/proc/", with: "/no-proc/") } : command.argv
    command.argv = prefix + argv
    command.directory = command.directory ?? "/"
    command.stdin = Array(command.stdin.prefix(inputLimit))
    return try await local.run(command, onOutput: onOutput)
  }
  func openStream(_ command: RemoteCommand) async throws -> CommandStream { try await local.openStream(command) }
  func close() async {}
}
