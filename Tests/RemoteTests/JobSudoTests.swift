import Foundation
import Remote
import TestSupport
import Testing
import Values

/// With a user of its own, made for each test and removed after it.
@Suite(
  .usualTimeLimit, .enabled(if: TestServer.canMakeUsers && JobSite.isAvailable, "needs root, sshd, sudo, useradd"),
  .serialized)
struct JobSudoTests {
  private func withUser(
    shell: String = "/bin/sh", rule: String = "ALL=(root) NOPASSWD: ALL",
    body: (TestServer, SSHTransport, _ traces: String) async throws -> Void
  ) async throws {
    let user = "rb\(UInt32.random(in: .min ... .max))"
    let rules = "/etc/sudoers.d/\(user)"
    try await TestServer.with { server async throws in
      // The name decides which shell busybox is, and the log-in shell of a user is called by its file's name.
      let link = "\(server.folder)/sh"
      _ = try await TestServer.command(["chmod", "755", server.folder])
      _ = try await TestServer.command(["ln", "-s", shell, link])
      _ = try await TestServer.command(["/usr/sbin/useradd", "-M", "-N", "-s", link, "-p", "*", user])
      let traces = "/var/tmp/runbook-" + (try await TestServer.command(["id", "-u", user]))
      do {
        try "\(user) \(rule)\n".write(toFile: rules, atomically: true, encoding: .utf8)
        try await server.connected(server.host(sudo: true, user: user)) { try await body(server, $0, traces) }
        try await remove(user, [rules, traces])
      } catch {
        try await remove(user, [rules, traces])
        throw error
      }
    }
  }

  private func remove(_ user: String, _ paths: [String]) async throws {
    for path in paths { try? FileManager.default.removeItem(atPath: path) }
    // Forced, because a process of the user may be about to end.
    _ = try await TestServer.command(["/usr/sbin/userdel", "-f", user])
  }

  private func job(_ command: RemoteCommand, over ssh: SSHTransport) -> RemoteJob {
    RemoteJob(id: JobID(run: "r", name: "job1"), command: command, over: ssh)
  }

  @Test("whatever the user's log-in shell is, a job runs", arguments: ["/bin/dash", "/bin/bash", "/bin/busybox"])
  func loginShell(shell: String) async throws {
    try await withUser(shell: shell) { server, ssh, traces async throws in
      let job = job(RemoteCommand(["printf", "%s\\0"] + SSHRunTests.awkward), over: ssh)
      #expect(try await job.run().stdout == SSHRunTests.awkward.flatMap { Array($0.utf8) + [0] })
      try await job.remove()
      #expect(!FileManager.default.fileExists(atPath: traces))
    }
  }

  @Test("with sudo the command is root's, the traces are the user's, and the input is whole")
  func sudo() async throws {
    try await withUser { server, ssh, traces async throws in
      let job = job(.shell("id -u; cat; exit 4", sudo: true, stdin: Array("secret".utf8)), over: ssh)
      #expect(try await job.run() == CommandResult(status: 4, stdout: Array("0\nsecret".utf8)))
      let owners = try await TestServer.command(["find", traces, "-printf", "%U\\n"]).split(separator: "\n")
      #expect(Set(owners).count == 1)
      #expect(owners.first != "0")
      try await job.remove()
      #expect(!FileManager.default.fileExists(atPath: traces))
    }
  }

  @Test("a job of root is ended with all that it started")
  func ended() async throws {
    try await withUser { server, ssh, traces async throws in
      let script = #"echo $$; sleep 1000 & echo $!; echo end; wait"#
      let job = job(.shell(script, sudo: true), over: ssh)
      let (lines, continuation) = AsyncStream.makeStream(of: String.self)
      let task = Task { try await job.run { _, chunk in for line in chunk.lines { continuation.yield(line) } } }
      var pids: [Int] = []
      for await line in lines {
        if let pid = Int(line) { pids.append(pid) } else { break }
      }
      #expect(pids.count == 2)
      try await job.terminate()
      #expect(try await task.value.isSuccess == false)
      try await TestServer.waitForEnd(of: pids)
      guard case .finished = try await job.look() else {
        Issue.record("\(try await job.look())")
        return
      }
    }
  }

  @Test("sudo's refusal is reported as it is without a job")
  func refused() async throws {
    try await withUser(rule: "ALL=(root) NOPASSWD: /usr/bin/id") { server, ssh, traces async throws in
      let failure = await #expect(throws: Failure.self) {
        try await job(RemoteCommand(["whoami"], sudo: true), over: ssh).run()
      }
      #expect([.sudoPassword, .sudoRefused].contains(failure?.code))
      #expect(failure?.leavesDoubt == false)
    }
  }

  @Test("a job of root that may not be ended is reported")
  func notEnded() async throws {
    try await withUser(rule: "ALL=(root) NOPASSWD: /bin/sleep, /usr/bin/sleep") { server, ssh, traces async throws in
      let job = job(RemoteCommand(["sleep", "1000"], sudo: true), over: ssh)
      let task = Task { try await job.run() }
      while try await job.look() != .running {}
      let failure = await #expect(throws: Failure.self) { try await job.terminate() }
      #expect([.sudoPassword, .sudoRefused].contains(failure?.code))
      #expect(try await job.look() == .running)
      _ = try await TestServer.command(["sh", "-c", #"kill $(pgrep -P "$1")"#, "sh", try runner(traces)])
      #expect(try await task.value.isSuccess == false)
    }
  }

  private func runner(_ traces: String) throws -> String {
    let path = try #require(
      FileManager.default.subpathsOfDirectory(atPath: traces).first { $0.hasSuffix("/process") })
    let record = try String(contentsOfFile: "\(traces)/\(path)", encoding: .utf8)
    return String(try #require(record.split(separator: " ").first))
  }
}
