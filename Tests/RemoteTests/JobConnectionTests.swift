import Foundation
import Fuzzing
import Remote
import Synchronization
import TestSupport
import Testing
import Values

/// Jobs over a real sshd.
@Suite(.usualTimeLimit, .enabled(if: TestServer.isAvailable, TestServer.whySkipped))
struct JobConnectionTests {
  /// Runs a test with the ID of a run of its own, and removes that run's traces and processes.
  private func withRun(_ body: (TestServer, SSHTransport, JobID) async throws -> Void) async throws {
    try await TestServer.with { server async throws in
      try await server.connected { ssh async throws in
        let id = JobID(run: UUID().uuidString, name: "job1")
        let job = RemoteJob(id: id, command: RemoteCommand(["true"]), over: ssh)
        do {
          try await body(server, ssh, id)
        } catch {
          _ = try? await job.terminate()
          try? await RemoteJob.removeAll(run: id.run, over: ssh)
          throw error
        }
        try await job.terminate()
        try await RemoteJob.removeAll(run: id.run, over: ssh)
        #expect(try await job.look() == .unknown)
      }
    }
  }

  /// It can be seen to begin, and goes on until ``go(_:)``.
  private static let script =
    #"echo run >>"$1/runs"; echo first; n=0; while [ ! -e "$1/go" ] && [ $((n=n+1)) -lt 12000 ]; do sleep 0.05; done; echo last; exit 7"#
  private static let result = CommandResult(status: 7, stdout: Array("first\nlast\n".utf8))
  private func waiting(_ server: TestServer) -> RemoteCommand { .shell(Self.script, arguments: [server.folder]) }
  private func go(_ server: TestServer) throws { try server.write("go", "") }

  @Test("input, output, errors and the exit code pass through a job over ssh")
  func result() async throws {
    try await withRun { server, ssh, id async throws in
      let data = RandomInput.bytes(1_048_576)
      let job = RemoteJob(id: id, command: .shell("cat; echo e >&2; exit 3", stdin: data), over: ssh)
      let result = CommandResult(status: 3, stdout: data, stderr: Array("e\n".utf8))
      #expect(try await job.run() == result)
      #expect(try await job.look() == .finished(result))
    }
  }

  enum Cut: CaseIterable { case client, session, server }

  @Test("a connection that is lost is taken up again, and the command has run once", arguments: Cut.allCases)
  func lost(cut: Cut) async throws {
    try await withRun { server, ssh, id async throws in
      let lines = Mutex<[String]>([])
      let (started, continuation) = AsyncStream.makeStream(of: Void.self)
      let job = RemoteJob(id: id, command: waiting(server), over: ssh)
      let task = Task {
        try await job.run { _, chunk in
          lines.withLock { $0 += chunk.lines }
          continuation.yield()
        }
      }
      for await _ in started { break }
      switch cut {
      case .client: for pid in try server.masters() { kill(pid_t(pid), SIGKILL) }
      case .session: for pid in try await sessions(of: server) { kill(pid, SIGKILL) }
      case .server:
        await server.kill()
        try await server.start()
      }
      try go(server)
      #expect(try await task.value == Self.result)
      #expect(lines.withLock { $0 } == ["first", "last"])
      #expect(try server.read("runs") == "run\n")
    }
  }

  private func sessions(of server: TestServer) async throws -> [Int32] {
    let pid = try #require(server.serverPID)
    return try await TestServer.command(["pgrep", "-P", "\(pid)"]).split(separator: "\n").compactMap { Int32($0) }
  }

  @Test("output that was cut in the middle again and again is complete")
  func cutOften() async throws {
    try await withRun { server, ssh, id async throws in
      let script = #"i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo "line $i of the output"; done; sleep 0.1"#
      let job = RemoteJob(
        id: id, command: .shell("for n in 1 2 3 4 5 6 7 8 9 10; do \(script); done; echo end"), over: ssh)
      let lines = Mutex<[String]>([])
      let (seen, continuation) = AsyncStream.makeStream(of: Void.self)
      let task = Task {
        defer { continuation.finish() }
        return try await job.run { _, chunk in
          let counts = lines.withLock { lines in
            let before = lines.count
            lines += chunk.lines
            return (before, lines.count)
          }
          if (counts.0 + 6999) / 7000 != (counts.1 + 6999) / 7000 { continuation.yield() }
        }
      }
      for await _ in seen { for pid in try server.masters() { kill(pid_t(pid), SIGKILL) } }
      let once = (1...3000).map { "line \($0) of the output" }
      let expected = Array(repeating: once, count: 10).flatMap { $0 } + ["end"]
      #expect(try await task.value.lines == expected)
      #expect(lines.withLock { $0 } == expected)
    }
  }

  @Test("a connection that does not come back is told, with the doubt; the job goes on")
  func reconnectTimeout() async throws {
    try await withRun { server, ssh, id async throws in
      let (started, continuation) = AsyncStream.makeStream(of: Void.self)
      let job = RemoteJob(id: id, command: waiting(server), over: ssh)
      let task = Task {
        try await job.run(onOutput: { _, _ in continuation.yield() }, reconnectTimeout: .milliseconds(300))
      }
      for await _ in started { break }
      await server.kill()
      let failure = await #expect(throws: Failure.self) { try await task.value }
      #expect(failure?.isRetryable == true)
      #expect(failure?.leavesDoubt == true)
      #expect(failure?.hint?.contains("it continues on") == true)
      try await server.start()
      #expect(try await job.look() == .running)
      try go(server)
      #expect(try await job.run() == Self.result)
      #expect(try server.read("runs") == "run\n")
    }
  }

  @Test("a host that can't be reached at the start leaves no doubt")
  func neverReached() async throws {
    try await withRun { server, ssh, id async throws in
      await server.kill()
      let job = RemoteJob(id: id, command: waiting(server), over: ssh)
      let failure = await #expect(throws: Failure.self) { try await job.run(reconnectTimeout: .milliseconds(300)) }
      #expect(failure?.code == .sshUnreachable)
      #expect(failure?.leavesDoubt == false)
      try await server.start()
      #expect(try await job.look() == .unknown)
    }
  }

  @Test("the next program follows what a killed one has started")
  func killedProgram() async throws {
    try await withRun { server, ssh, id async throws in
      let (port, folder, run) = (server.port, server.folder, id.run)
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [port = port as Int, folder = folder as String, run = run as String] in
        let host = HostSpec(name: "da1", address: "127.0.0.1", port: port, sshConfig: "\(folder)/ssh_config")
        let job = RemoteJob(
          id: JobID(run: run, name: "job1"),
          command: .shell(JobConnectionTests.script, arguments: [folder]),
          over: SSHTransport(host: host, controlFolder: "\(folder)/c"))
        _ = try await job.run { _, _ in kill(getpid(), SIGKILL) }
      }
      let job = RemoteJob(id: id, command: waiting(server), over: ssh)
      #expect(try await job.look() == .running)
      try go(server)
      #expect(try await job.run() == Self.result)
      #expect(try server.read("runs") == "run\n")
    }
  }

  @Test("nothing of a session stays on the host when no one follows any more")
  func nothingStays() async throws {
    try await withRun { server, ssh, id async throws in
      let (started, continuation) = AsyncStream.makeStream(of: Void.self)
      let job = RemoteJob(id: id, command: waiting(server), over: ssh)
      let task = Task { try await job.run { _, _ in continuation.yield() } }
      for await _ in started { break }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      // Its arguments hold the mark of a session.
      let followers = try await TestServer.command(
        ["sh", "-c", "pgrep -f 'runbook-job-[0-9a-f]{16}.*[0-9]+ [0-9]+ [01]$' || true"])
      try await TestServer.waitForEnd(of: followers.split(separator: "\n").compactMap { Int($0) })
      #expect(try await job.look() == .running)
    }
  }
}
