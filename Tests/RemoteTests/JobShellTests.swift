import Foundation
import Fuzzing
import Remote
import TestSupport
import Testing
import Values

/// What the host's shell and programs are must not matter.
@Suite(.usualTimeLimit, .enabled(if: JobSite.isAvailable, JobSite.whySkipped))
struct JobShellTests {
  enum Host: String, CaseIterable {
    case dash, bash
    /// Nothing but busybox.
    case busybox
    /// No `setsid`, as on a host without Linux.
    case bashWithoutSetsid, dashWithoutSetsid
    /// No `/proc`, as on a host without Linux.
    case dashWithoutProc

    fileprivate var isAvailable: Bool {
      self == .busybox || FileManager.default.isExecutableFile(atPath: "/bin/\(shell)")
    }
    fileprivate var shell: String { rawValue.hasPrefix("bash") ? "bash" : "dash" }

    /// The `PATH` of such a host.
    fileprivate func path(_ site: JobSite) async throws -> String {
      let folder = "\(site.scratch)/bin"
      _ = try await TestServer.command(["mkdir", folder])
      switch self {
      case .dash, .bash, .dashWithoutProc:
        _ = try await TestServer.command(["ln", "-s", "/bin/\(shell)", "\(folder)/sh"])
        return "\(folder):/usr/bin:/bin"
      case .busybox:
        _ = try await TestServer.command(["/bin/busybox", "--install", "-s", folder])
        return folder
      case .bashWithoutSetsid, .dashWithoutSetsid:
        let programs = [
          "cat", "cut", "env", "false", "head", "id", "kill", "ln", "ls", "mkdir", "mv", "nohup", "od", "printf", "rm",
          "rmdir", "seq", "sleep", "sync", "true", "wc",
        ]
        for program in programs {
          _ = try await TestServer.command(["ln", "-s", "/usr/bin/\(program)", "\(folder)/\(program)"])
        }
        _ = try await TestServer.command(["ln", "-s", "/bin/\(shell)", "\(folder)/sh"])
        return folder
      }
    }
  }

  private func on(_ host: Host, body: (JobSite, Prefixed) async throws -> Void) async throws {
    try await JobSite.with { site async throws in
      var transport = site.transport(path: try await host.path(site))
      transport.hidesProc = host == .dashWithoutProc
      try await body(site, transport)
    }
  }

  @Test("a megabyte of binary data passes through a job unharmed", arguments: Host.allCases.filter(\.isAvailable))
  func binary(host: Host) async throws {
    try await on(host) { site, transport in
      let data = RandomInput.bytes(1_048_576)
      let job = site.job(.shell("cat; echo e >&2", stdin: data), over: transport)
      #expect(try await job.run() == CommandResult(status: 0, stdout: data, stderr: Array("e\n".utf8)))
      #expect(try await job.look() == .finished(CommandResult(status: 0, stdout: data, stderr: Array("e\n".utf8))))
      try await job.remove()
      #expect(!FileManager.default.fileExists(atPath: site.traces))
    }
  }

  @Test("awkward arguments arrive unharmed", arguments: Host.allCases.filter(\.isAvailable))
  func arguments(host: Host) async throws {
    try await on(host) { site, transport in
      let job = site.job(RemoteCommand(["printf", "%s\\0"] + SSHRunTests.awkward), over: transport)
      #expect(try await job.run().stdout == SSHRunTests.awkward.flatMap { Array($0.utf8) + [0] })
      try await job.remove()
      #expect(!FileManager.default.fileExists(atPath: site.traces))
    }
  }

  @Test("a job is left, seen, followed by another, and has one end", arguments: Host.allCases.filter(\.isAvailable))
  func followed(host: Host) async throws {
    try await on(host) { site, transport in
      let job = site.job(site.waiting, over: transport)
      try await site.started(job)
      #expect(try await job.look() == .running)
      try site.go()
      #expect(try await job.run() == JobSite.waitingResult)
      #expect(try site.runs == 1)
    }
  }

  @Test("a job is ended with all that it started", arguments: Host.allCases.filter(\.isAvailable))
  func ended(host: Host) async throws {
    try await on(host) { site, transport in
      let job = site.job(.shell("echo first; sleep 1000 & sleep 1000"), over: transport)
      try await site.started(job)
      try await job.terminate()
      #expect(try site.processes().isEmpty)
      #expect(try await site.end(of: job) == CommandResult(status: 143, stdout: Array("first\n".utf8)))
    }
  }

  @Test("a job that was killed is lost", arguments: Host.allCases.filter(\.isAvailable))
  func killed(host: Host) async throws {
    try await on(host) { site, transport in
      let job = site.job(site.waiting, over: transport)
      try await site.started(job)
      for pid in try site.processes() { kill(pid, SIGKILL) }
      #expect(try await job.look() == .lost(.gone))
    }
  }
}
