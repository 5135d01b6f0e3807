import Foundation
import Fuzzing
import Remote
import Synchronization
import TestSupport
import Testing
import Values

@Suite(.usualTimeLimit) struct LocalTransportTests {
  private let local = LocalTransport(host: HostSpec(name: "here", isLocal: true))

  @Test("exit codes, signals and missing programs are results")
  func results() async throws {
    #expect(
      try await local.run(.shell("echo a; echo b >&2; exit 3"))
        == CommandResult(status: 3, stdout: Array("a\n".utf8), stderr: Array("b\n".utf8)))
    #expect(try await local.run(.shell("kill -9 $$")).status == 137)
    #expect(try await local.run(RemoteCommand(["no-such-program-here"])).status == 127)
    #expect(try await local.run(RemoteCommand(["sh", "-c", "exit 255"])).status == 255)
  }

  @Test("binary data, directory and environment arrive")
  func input() async throws {
    let data = RandomInput.bytes(300_000)
    #expect(try await local.run(RemoteCommand(["cat"], stdin: data)).stdout == data)
    let command = RemoteCommand.shell("pwd; echo \"$NAME\"", directory: "/usr", environment: ["NAME": "a b"])
    #expect(try await local.run(command).lines == ["/usr", "a b"])
  }

  @Test("a child that a command leaves behind does not hold up its result")
  func daemon() async throws {
    let result = try await local.run(.shell("sleep 1000 & echo $!"))
    #expect(result.isSuccess)
    let pid = try #require(Int32(result.text))
    #expect(kill(pid, SIGKILL) == 0)
  }

  @Test("the whole process group ends when the time is over, even if the command does not want to")
  func timeout() async throws {
    let (seen, continuation) = AsyncStream.makeStream(of: String.self)
    let script = "trap '' TERM; (trap '' TERM; sleep 1000 & echo $!; wait) & echo $!; wait"
    let failure = await #expect(throws: Failure.self) {
      try await local.run(.shell(script, timeout: .seconds(2))) { _, chunk in
        for line in chunk.lines { continuation.yield(line) }
      }
    }
    continuation.finish()
    #expect(failure?.code == .commandTimeout)
    let pids = await seen.reduce(into: [Int]()) { pids, line in if let pid = Int(line) { pids.append(pid) } }
    #expect(pids.count == 2)
    try await TestServer.waitForEnd(of: pids)
  }

  @Test("cancelling ends the command and throws CancellationError")
  func cancellation() async throws {
    let (started, continuation) = AsyncStream.makeStream(of: String.self)
    let task = Task {
      try await local.run(.shell("echo $$; sleep 1000")) { _, chunk in
        for line in chunk.lines { continuation.yield(line) }
      }
    }
    var iterator = started.makeAsyncIterator()
    let pid = try #require(await iterator.next().flatMap { Int($0) })
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    try await TestServer.waitForEnd(of: [pid])
    let late = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await local.run(RemoteCommand(["true"]))
    }
    await #expect(throws: CancellationError.self) { try await late.value }
  }

  @Test("output without end is cut off with an error")
  func endlessOutput() async throws {
    let failure = await #expect(throws: Failure.self) { try await local.run(RemoteCommand(["cat", "/dev/zero"])) }
    #expect(failure?.code == .commandOutputTooLarge)
  }

  @Test("long lines are reported in pieces, and line ends of both kinds are cut off")
  func lines() async throws {
    let (seen, continuation) = AsyncStream.makeStream(of: String.self)
    _ = try await local.run(.shell(#"printf 'a\r\nb\n\n'; head -c 100000 /dev/zero | tr '\0' x"#)) { _, chunk in
      for line in chunk.lines { continuation.yield(line) }
    }
    continuation.finish()
    let lines = await seen.reduce(into: [String]()) { $0.append($1) }
    #expect(lines.prefix(3) == ["a", "b", ""])
    #expect(lines.dropFirst(3).joined() == String(repeating: "x", count: 100_000))
  }

  @Test("short lines come many at a time, and what reads them slowly makes the command wait")
  func chunks() async throws {
    let sizes = Mutex<[Int]>([]), count = Mutex(0)
    let command = RemoteCommand(["sh", "-c", "yes '' | head -c 1000000; yes 1234567 | head -c 800000"])
    let result = try await local.run(command) { _, chunk in
      await Task.yield()
      sizes.withLock { $0.append(chunk.bytes.count) }
      count.withLock { $0 += chunk.lines.count }
    }
    #expect(result.stdout.count == 1_800_000)
    #expect(count.withLock { $0 } == 1_100_000)
    #expect(sizes.withLock { $0.count } < 20_000 && sizes.withLock { $0.max() ?? 0 } <= 64 * 1024)
  }

  @Test("of a command whose output is not kept the end is, and all of it is reported")
  func tail() async throws {
    var command = RemoteCommand(["sh", "-c", "yes 1234567 | head -c 80000000; echo end"])
    command.keepsOutput = false
    let told = Mutex(0)
    let result = try await local.run(command) { _, chunk in told.withLock { $0 += chunk.bytes.count + 1 } }
    #expect(told.withLock { $0 } == 80_000_004)
    #expect(result.stdout.count < 200_000 && result.lines.last == "end")
  }

  @Test("a long line is not cut within a character, and what is not text stays as it is")
  func pieces() {
    let long = Array(String(repeating: "€", count: 50_000).utf8)
    let chunks = OutputChunk.chunks(of: long + [10, 0xFF, 0xFE, 13, 10, 10])
    #expect(chunks.allSatisfy { $0.bytes.count <= 64 * 1024 })
    #expect(Array(chunks.map(\.bytes).joined()) == long + [10, 0xFF, 0xFE, 13, 10])
    #expect(chunks.dropLast().allSatisfy { !$0.text.contains("\u{FFFD}") })
    #expect(OutputChunk.chunks(of: Array("a\r\n\nb".utf8)).flatMap(\.lines) == ["a", "", "b"])
  }
}
