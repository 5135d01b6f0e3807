import Foundation
import Remote
import TestSupport
import Testing
import Values

@Suite(.usualTimeLimit, .enabled(if: JobSite.isAvailable, JobSite.whySkipped))
struct JobTracesTests {
  @Test("no one else can read the traces")
  func modes() async throws {
    try await JobSite.with { site async throws in
      _ = try await site.job("echo a").run()
      let modes = try await TestServer.command(["find", site.traces, "-printf", "%m %U\\n"]).split(separator: "\n")
      #expect(Set(modes.map(String.init)) == ["700 \(site.user)", "600 \(site.user)"])
    }
  }

  @Test("removing a job leaves the others; removing the last leaves nothing")
  func remove() async throws {
    try await JobSite.with { site async throws in
      let jobs = (1...2).map { site.job(RemoteCommand(["echo", "\($0)"]), call: $0) }
      for job in jobs { _ = try await job.run() }
      try await jobs[0].remove()
      #expect(try await jobs[0].look() == .unknown)
      #expect(try await jobs[1].look() == .finished(CommandResult(status: 0, stdout: Array("2\n".utf8))))
      try await jobs[1].remove()
      #expect(!FileManager.default.fileExists(atPath: site.traces))
    }
  }

  @Test("removing a run's jobs leaves those of another run, and those that run")
  func removeAll() async throws {
    try await JobSite.with { site async throws in
      let transport = site.transport()
      let other = RemoteJob(
        id: JobID(run: "other", name: "job1"), command: RemoteCommand(["echo", "x"]), over: transport)
      _ = try await other.run()
      _ = try await site.job(RemoteCommand(["echo", "1"]), call: 1).run()
      let running = site.job(site.waiting, call: 2)
      try await site.started(running)
      let failure = await #expect(throws: Failure.self) {
        try await RemoteJob.removeAll(run: site.run, over: transport)
      }
      #expect(failure?.code == .jobRunning)
      let refused = await #expect(throws: Failure.self) { try await running.remove() }
      #expect(refused?.code == .jobRunning)
      #expect(try await running.look() == .running)
      #expect(try await site.job(RemoteCommand(["echo", "1"]), call: 1).look() == .unknown)
      try site.go()
      _ = try await running.run()
      try await RemoteJob.removeAll(run: site.run, over: transport)
      try await RemoteJob.removeAll(run: site.run, over: transport)
      #expect(try FileManager.default.contentsOfDirectory(atPath: site.traces).count == 1)
      try await RemoteJob.removeAll(run: "other", over: transport)
      #expect(!FileManager.default.fileExists(atPath: site.traces))
    }
  }

  @Test("of a job whose traces are gone nothing says that it has ended, and its time limit leaves it in doubt")
  func gone() async throws {
    try await JobSite.with { site async throws in
      let transport = site.transport(), mark = try await RemoteJob.mark(run: site.run, over: transport)
      let job = site.job(site.waiting)
      try await site.started(job)
      try FileManager.default.removeItem(atPath: site.traces)
      #expect(try await job.terminate(earlier: (mark, true)) == .traces)
      // Whether it was started is not known either, when the folder is another one.
      #expect(try await job.terminate(earlier: (mark, false)) == .traces)
      let other = try await RemoteJob.mark(run: site.run, over: transport)
      #expect(other.mark != mark.mark)
      #expect(try await job.terminate(earlier: (mark, false)) == .traces)
      #expect(try !site.processes().isEmpty)
      // With the same mark there it certainly was not started, and can't be any more.
      #expect(try await site.job(site.waiting, call: 2).terminate(earlier: (other, false)) == nil)
      #expect(try await site.job(site.waiting, call: 2).run().status == 137)
      try site.go()
      #expect(try site.runs == 1)
    }
    try await JobSite.with { site async throws in
      var command = site.waiting
      command.timeout = .seconds(2)
      let job = site.job(command), traces = site.traces
      let failure = await #expect(throws: Failure.self) {
        try await job.run { _, _ in try? FileManager.default.removeItem(atPath: traces) }
      }
      #expect(failure?.code == .jobLost && failure?.leavesDoubt == true, "\(failure as Any)")
      #expect(try !site.processes().isEmpty)
    }
  }

  enum Trap: CaseIterable { case link, danglingLink, otherOwner, openFolder, groupFolder, file }

  @Test("a folder that another user has made, or may enter, is refused", arguments: Trap.allCases)
  func hostileFolder(trap: Trap) async throws {
    try await JobSite.with { site async throws in
      let target = "\(site.scratch)/target"
      func make(_ path: String, owner: Int, mode: String) async throws {
        _ = try await TestServer.command(["mkdir", "-m", mode, path])
        _ = try await TestServer.command(["chown", "\(owner)", path])
      }
      switch trap {
      case .link:
        try await make(target, owner: site.user, mode: "700")
        try FileManager.default.createSymbolicLink(atPath: site.traces, withDestinationPath: target)
      case .danglingLink: try FileManager.default.createSymbolicLink(atPath: site.traces, withDestinationPath: target)
      case .otherOwner: try await make(site.traces, owner: 12345, mode: "777")
      case .openFolder: try await make(site.traces, owner: site.user, mode: "755")
      case .groupFolder: try await make(site.traces, owner: site.user, mode: "770")
      case .file: try Data().write(to: URL(filePath: site.traces))
      }
      let job = site.job(site.waiting)
      let attempts: [@Sendable () async throws -> Void] = [
        { _ = try await job.run() }, { _ = try await job.look() }, { try await job.remove() },
        { try await job.terminate() },
      ]
      for attempt in attempts {
        let failure = await #expect(throws: Failure.self) { try await attempt() }
        #expect(failure?.code == .jobFolder)
        #expect(failure?.leavesDoubt == false)
      }
      #expect(!FileManager.default.fileExists(atPath: "\(site.scratch)/runs"))
      #expect((try? FileManager.default.contentsOfDirectory(atPath: target)) ?? [] == [])
    }
  }
}
