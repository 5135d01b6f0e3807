import Foundation
import Remote
import TestSupport
import Testing
import Values

@Suite(.usualTimeLimit, .enabled(if: JobSite.isAvailable, JobSite.whySkipped))
struct JobStateTests {
  @Test("a job that was never started is unknown, and looking at it leaves nothing")
  func unknown() async throws {
    try await JobSite.with { site async throws in
      #expect(try await site.job(site.waiting).look() == .unknown)
      try await site.job(site.waiting).terminate()
      try await site.job(site.waiting).remove()
      #expect(!FileManager.default.fileExists(atPath: site.traces))
    }
  }

  @Test("who stops following leaves the job running; ending it is another thing")
  func cancelledAndEnded() async throws {
    try await JobSite.with { site async throws in
      let job = site.job("echo first; sleep 1000 & sleep 1000")
      try await site.started(job)
      #expect(try await job.look() == .running)
      try await job.terminate()
      #expect(try site.processes().isEmpty)
      let end = CommandResult(status: 143, stdout: Array("first\n".utf8))
      #expect(try await site.end(of: job) == end)
      #expect(try await job.run().status == 143)
      try await job.terminate()
      #expect(try await site.end(of: job) == end)
    }
  }

  @Test("a job that does not want to end is ended by force")
  func force() async throws {
    try await JobSite.with { site async throws in
      let job = site.job("trap '' TERM; echo first; for i in 1 2 3; do sleep 1000; done")
      try await site.started(job)
      try await job.terminate()
      #expect(try site.processes().isEmpty)
      #expect(try await site.end(of: job) == CommandResult(status: 137, stdout: Array("first\n".utf8)))
    }
  }

  @Test("a job that was stopped is ended too")
  func stopped() async throws {
    try await JobSite.with { site async throws in
      let job = site.job("echo first; sleep 1000")
      try await site.started(job)
      for pid in try site.processes() { kill(pid, SIGSTOP) }
      #expect(try await job.look() == .running)
      try await job.terminate()
      #expect(try site.processes().isEmpty)
      #expect(try await site.end(of: job) == CommandResult(status: 137, stdout: Array("first\n".utf8)))
    }
  }

  @Test("a job that was killed with all of its processes is lost, and is not run again")
  func killed() async throws {
    try await JobSite.with { site async throws in
      let job = site.job(site.waiting)
      try await site.started(job)
      for pid in try site.processes() { kill(pid, SIGKILL) }
      #expect(try await job.look() == .lost(.gone))
      let failure = await #expect(throws: Failure.self) { try await job.run() }
      #expect(failure?.code == .jobLost)
      #expect(failure?.leavesDoubt == true)
      #expect(try site.runs == 1)
    }
  }

  @Test("a command that continues without the process that would record its end is reported, and can be ended")
  func orphaned() async throws {
    try await JobSite.with { site async throws in
      let job = site.job(site.waiting)
      try await site.started(job)
      kill(try #require(Int32(try site.record()[0])), SIGKILL)
      #expect(try await job.look() == .lost(.orphaned))
      try await job.terminate()
      #expect(try site.processes().isEmpty)
      #expect(try await job.look() == .lost(.gone))
    }
  }

  @Test("a restart of the host in between is noticed")
  func reboot() async throws {
    try await JobSite.with { site async throws in
      let job = site.job(site.waiting)
      try await site.started(job)
      try site.changeRecord(3, to: UUID().uuidString)
      #expect(try await job.look() == .lost(.reboot))
      let failure = await #expect(throws: Failure.self) { try await job.run() }
      #expect(failure?.code == .jobLost)
      #expect(failure?.message.contains("was restarted") == true)
      // Whatever has the number after a restart is not the job.
      try await job.terminate()
      #expect(try !site.processes().isEmpty)
    }
  }

  @Test("a process that was given the job's number later is not taken for the job")
  func recycled() async throws {
    try await JobSite.with { site async throws in
      let job = site.job(site.waiting)
      try await site.started(job)
      try site.changeRecord(2, to: "1")
      #expect(try await job.look() == .lost(.gone))
      try await job.terminate()
      #expect(try !site.processes().isEmpty)
    }
  }

  @Test("a restart after the end does not change the result")
  func rebootAfterTheEnd() async throws {
    try await JobSite.with { site async throws in
      let job = site.job(site.waiting)
      try site.go()
      #expect(try await job.run() == JobSite.waitingResult)
      _ = try await TestServer.command(
        ["sh", "-c", "for f in \"$1\"/*/*/process; do echo 1 1 1 other 1 >\"$f\"; done", "sh", site.traces])
      #expect(try await job.look() == .finished(JobSite.waitingResult))
    }
  }
}
