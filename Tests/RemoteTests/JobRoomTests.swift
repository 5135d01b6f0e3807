import Foundation
import Remote
import TestSupport
import Testing
import Values

/// Disks of hosts that are full, or fail.
@Suite(.usualTimeLimit, .enabled(if: JobSite.isAvailable, JobSite.whySkipped))
struct JobRoomTests {
  @Test(
    "output that found no room on the host fails the job, whatever its exit code",
    .enabled(if: SmallDisk.isAvailable, Comment(rawValue: SmallDisk.whySkipped)))
  func fullDisk() async throws {
    try await JobSite.with { site async throws in
      _ = try await TestServer.command(["mkdir", "-m", "700", site.traces])
      let options = "size=128k,mode=700,uid=\(site.user)"
      try await SmallDisk.with(options, on: site.traces) {
        let job = site.job(.shell("seq 1 40000 2>/dev/null; true"))
        let failure = await #expect(throws: Failure.self) { try await job.run() }
        #expect(failure?.code == .jobOutputCut)
        #expect(failure?.message.contains("exit code 0") == true)
        #expect(failure?.leavesDoubt == false)
        await #expect(throws: Failure.self) { try await job.look() }
        #expect(try await job.status() == .ended(0))
        try await job.remove()
        let small = site.job(.shell("seq 1 4000"), call: 2)
        #expect(try await small.run().lines.count == 4000)
        try await small.remove()
      }
    }
  }

  @Test("a job whose record can't be brought to the disk is not started")
  func failingSync() async throws {
    try await JobSite.with { site async throws in
      let folder = "\(site.scratch)/bin"
      _ = try await TestServer.command(["mkdir", folder])
      // A disk that fails is not to be had; this is what sync says of one, and how it ends.
      let words = "#!/bin/sh\necho \"sync: error syncing '$2': Input/output error\" >&2\nexit 1\n"
      try words.write(toFile: "\(folder)/sync", atomically: true, encoding: .utf8)
      _ = try await TestServer.command(["chmod", "755", "\(folder)/sync"])
      let transport = site.transport(path: "\(folder):/usr/bin:/bin")
      let job = site.job(site.waiting, over: transport)
      let failure = await #expect(throws: Failure.self) { try await job.run() }
      #expect(failure?.code == .jobNotStarted)
      #expect(failure?.cause?.contains("Input/output error") == true)
      #expect(!FileManager.default.fileExists(atPath: "\(site.scratch)/runs"))
      #expect(try site.processes().isEmpty)
      let mark = await #expect(throws: Failure.self) { try await RemoteJob.mark(run: site.run, over: transport) }
      #expect(mark?.cause?.contains("Input/output error") == true)
    }
  }
}
