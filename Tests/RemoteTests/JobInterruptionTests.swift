import Foundation
import Remote
import Synchronization
import TestSupport
import Testing
import Values

/// Connections that are lost at chosen moments.
@Suite(.usualTimeLimit, .enabled(if: JobSite.isAvailable, JobSite.whySkipped))
struct JobInterruptionTests {
  /// Runs commands, but loses some before they are sent, and of others all that comes after that many lines of output.
  private struct Faulty: Transport {
    let base: Prefixed
    var host: HostSpec { base.host }
    let calls = Calls()
    final class Calls: Sendable { let count = Mutex(0) }

    func connect() async throws {}
    func close() async {}
    func openStream(_ command: RemoteCommand) async throws -> CommandStream { try await base.openStream(command) }

    func run(_ command: RemoteCommand, onOutput: OutputHandler?) async throws -> CommandResult {
      let call = calls.count.withLock { count in
        count += 1
        return count
      }
      let lost = Failure(.sshConnectionLost, "lost", host: host.name, isRetryable: true, leavesDoubt: true)
      if call % 3 == 1 { throw Failure(.sshUnreachable, "not there", host: host.name, isRetryable: true) }
      let lines = Mutex(0)
      let result = try await base.run(command) { channel, chunk in
        for line in chunk.lines {
          let number = lines.withLock { lines in
            lines += 1
            return lines
          }
          // The last line that comes is cut in the middle.
          if call % 3 == 0 || number < 3 * call {
            await onOutput?(channel, OutputChunk(line.utf8))
          } else if number == 3 * call {
            await onOutput?(channel, OutputChunk(line.utf8.prefix(line.utf8.count / 2)))
          }
        }
      }
      if call % 3 == 2 { throw lost }
      return result
    }
  }

  @Test("whatever is lost on the way, the command runs once, and its output is whole and reported once")
  func lostAnswers() async throws {
    try await JobSite.with { site async throws in
      let lines = Mutex<[String]>([])
      let command = RemoteCommand.shell(
        #"echo run >>"$1/runs"; cat; seq 1 200; echo end >&2"#, arguments: [site.scratch], stdin: Array("in\n".utf8))
      let expected = ["in"] + (1...200).map(String.init)
      let faulty = Faulty(base: site.transport())
      let result = try await site.job(command, over: faulty).run { channel, chunk in
        if channel == .stdout { lines.withLock { $0 += chunk.lines } }
      }
      #expect(result.lines == expected)
      #expect(result.errorText == "end")
      #expect(lines.withLock { $0 } == expected)
      #expect(try site.runs == 1)
      #expect(faulty.calls.count.withLock { $0 } >= 6)
    }
  }

  @Test("a start that is cut off at any moment has begun the command once or not at all")
  func startCutOff() async throws {
    try await JobSite.with { site async throws in
      var begun = 0
      for call in 1...25 {
        let runs = "\(site.scratch)/runs\(call)"
        let command = RemoteCommand.shell(#"cat >>"$1""#, arguments: [runs], stdin: Array("run\n".utf8))
        let job = site.job(command, call: call)
        let task = Task { try await job.run() }
        // Any moment is right; different ones are wanted.
        try await Task.sleep(for: .milliseconds(2 * call))
        task.cancel()
        _ = await task.result
        let state = try await job.look()
        #expect([.unknown, .running, .finished(CommandResult(status: 0))].contains(state))
        if state != .unknown { begun += 1 }
        #expect(try await job.run().isSuccess)
        #expect(try String(contentsOfFile: runs, encoding: .utf8) == "run\n")
      }
      print("starts cut off: 25, of which the command had begun: \(begun)")
    }
  }
}
