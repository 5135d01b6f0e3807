import Foundation
import Remote
import Synchronization
import TestSupport
import Testing
import Values

@Suite(.usualTimeLimit, .enabled(if: JobSite.isAvailable, JobSite.whySkipped))
struct JobRunTests {
  @Test("output, errors and the exit code are the command's own, and each line is reported once, in order")
  func result() async throws {
    try await JobSite.with { site async throws in
      let lines = Mutex<[String]>([])
      let result = try await site.job("echo a; echo b >&2; printf c; exit 3").run { channel, chunk in
        lines.withLock { $0 += chunk.lines.map { "\(channel) \($0)" } }
      }
      #expect(result == CommandResult(status: 3, stdout: Array("a\nc".utf8), stderr: Array("b\n".utf8)))
      #expect(lines.withLock { $0.filter { $0.hasPrefix("stdout") } } == ["stdout a", "stdout c"])
      #expect(lines.withLock { $0.filter { $0.hasPrefix("stderr") } } == ["stderr b"])
    }
  }

  @Test("a missing program, a signal and an exit code of 255 are results", arguments: [127, 137, 255])
  func statuses(status: Int32) async throws {
    try await JobSite.with { site async throws in
      let command: RemoteCommand =
        switch status {
        case 127: RemoteCommand(["no-such-program-here"])
        case 137: .shell("kill -9 $$")
        default: .shell("exit 255")
        }
      #expect(try await site.job(command).run().status == status)
    }
  }

  @Test("directory, environment and mode mask are as without a job")
  func environment() async throws {
    try await JobSite.with { site async throws in
      let command = RemoteCommand.shell(
        "pwd; echo \"$NAME\"; umask; echo $0", directory: "/usr", environment: ["NAME": "it's $HOME"])
      #expect(try await site.job(command).run() == site.transport().run(command))
    }
  }

  @Test("a command that was started is not started again, and its result can be had again")
  func once() async throws {
    try await JobSite.with { site async throws in
      let job = site.job(site.waiting)
      try await site.started(job)
      try site.go()
      for _ in 0..<3 { #expect(try await job.run() == JobSite.waitingResult) }
      #expect(try await job.look() == .finished(JobSite.waitingResult))
      #expect(try site.runs == 1)
    }
  }

  @Test("of many who start a job at once, one does, and all have the result")
  func atOnce() async throws {
    try await JobSite.with { site async throws in
      let job = site.job(site.waiting)
      try await withThrowingTaskGroup(of: CommandResult.self) { group in
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        for _ in 0..<6 {
          group.addTask { try await job.run { _, chunk in for line in chunk.lines { continuation.yield(line) } } }
        }
        var seen = 0
        for await line in lines where line == "first" {
          seen += 1
          if seen == 6 { break }
        }
        try site.go()
        for try await result in group { #expect(result == JobSite.waitingResult) }
      }
      #expect(try site.runs == 1)
    }
  }

  @Test("secret input reaches the command, and neither the traces nor the process list")
  func secretInput() async throws {
    try await JobSite.with { site async throws in
      let secret = "secret-\(UInt64.random(in: .min ... .max))"
      let script =
        #"cat >"$1/input"; echo first; n=0; while [ ! -e "$1/go" ] && [ $((n=n+1)) -lt 12000 ]; do sleep 0.05; done"#
      let job = site.job(script, arguments: [site.scratch], stdin: Array(secret.utf8))
      try await site.started(job)
      #expect(try String(contentsOfFile: "\(site.scratch)/input", encoding: .utf8) == secret)
      for path in try FileManager.default.subpathsOfDirectory(atPath: site.traces) {
        #expect(!path.contains("input"))
        let contents = FileManager.default.contents(atPath: "\(site.traces)/\(path)") ?? Data()
        #expect(contents.range(of: Data(secret.utf8)) == nil)
      }
      for pid in try site.processes() {
        let arguments = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
        #expect(arguments.range(of: Data(secret.utf8)) == nil)
      }
      try site.go()
      #expect(try await job.run().isSuccess)
    }
  }

  @Test("input that did not arrive whole starts nothing")
  func inputCutOff() async throws {
    try await JobSite.with { site async throws in
      var cut = site.transport()
      cut.inputLimit = 5
      let command = RemoteCommand(["cat"], stdin: Array("0123456789".utf8))
      let failure = await #expect(throws: Failure.self) { try await site.job(command, over: cut).run() }
      #expect(failure?.code == .jobNotStarted)
      #expect(failure?.leavesDoubt == false)
      #expect(try await site.job(command).look() == .unknown)
      #expect(try await site.job(command).run().text == "0123456789")
    }
  }

  @Test("a job that takes too long is ended, and that is known")
  func timeout() async throws {
    try await JobSite.with { site async throws in
      let job = site.job("echo first; sleep 1000 & sleep 1000", timeout: .milliseconds(300))
      for _ in 0..<2 {
        let failure = await #expect(throws: Failure.self) { try await job.run() }
        #expect(failure?.code == .commandTimeout)
        #expect(failure?.leavesDoubt == false)
      }
      #expect(try site.processes().isEmpty)
      #expect(try await site.end(of: job) == CommandResult(status: 143, stdout: Array("first\n".utf8)))
    }
  }

  @Test("time counts from the start of the job, also while no one follows it")
  func timeoutOfAnother() async throws {
    try await JobSite.with { site async throws in
      try await site.started(site.job("echo first; sleep 1000"))
      // The machine's clock was an hour less when the job began.
      try site.changeRecord(4, to: "\(try #require(Int(try site.record()[4])) - 360_000)")
      let failure = await #expect(throws: Failure.self) {
        try await site.job("echo first; sleep 1000", timeout: .seconds(3600)).run()
      }
      #expect(failure?.code == .commandTimeout)
      #expect(try site.processes().isEmpty)
    }
  }

  @Test("a job whose command writes without end is ended with an error")
  func endlessOutput() async throws {
    try await JobSite.with { site async throws in
      let failure = await #expect(throws: Failure.self) {
        try await site.job("head -c 70000000 /dev/zero; sleep 1000").run()
      }
      #expect(failure?.code == .commandOutputTooLarge)
      #expect(try site.processes().isEmpty)
    }
  }
}
