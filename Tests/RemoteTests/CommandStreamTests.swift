import Foundation
import Remote
import TestSupport
import Testing
import Values

@Suite(.usualTimeLimit, .enabled(if: TestServer.isAvailable, TestServer.whySkipped))
struct CommandStreamTests {
  /// Writes bytes to a socket, ends that direction, and reads all that comes back, on a thread of its own.
  private func echo(_ bytes: [UInt8], over descriptor: Int32) async -> [UInt8] {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        let writer = Thread {
          var rest = bytes[...]
          while !rest.isEmpty {
            let written = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if written <= 0 { break }
            rest = rest.dropFirst(written)
          }
          shutdown(descriptor, Int32(SHUT_WR))
        }
        writer.start()
        var back: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
          let count = Foundation.read(descriptor, &buffer, buffer.count)
          if count <= 0 { break }
          back += buffer[..<count]
        }
        close(descriptor)
        continuation.resume(returning: back)
      }
    }
  }

  @Test("five streams at once carry data both ways")
  func fiveStreams() async throws {
    try await TestServer.with { server async throws in
      try await server.connected { ssh async throws in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for number in 0..<5 {
            group.addTask {
              let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* (number + 7) &+ $0 >> 8) }
              let stream = try await ssh.openStream(RemoteCommand(["cat"]))
              let descriptor = try #require(stream.take())
              #expect(stream.take() == nil)
              #expect(await echo(bytes, over: descriptor) == bytes)
              let end = await stream.termination
              #expect(end.status == 0)
              #expect(end.failure == nil)
            }
          }
          try await group.waitForAll()
        }
        #expect(try server.masters().count == 1)
      }
    }
  }

  @Test("a stream's command that fails says why", arguments: [3, 255] as [Int32])
  func failingCommand(status: Int32) async throws {
    try await TestServer.with { server async throws in
      try await server.connected { ssh async throws in
        let stream = try await ssh.openStream(.shell("echo why >&2; exit \"$1\"", arguments: ["\(status)"]))
        let end = await stream.termination
        #expect(end.status == status)
        #expect(end.errorText == "why")
        #expect(end.failure == nil)
      }
    }
  }

  @Test("terminating a stream ends it, and frees its session")
  func terminate() async throws {
    try await TestServer.with { server async throws in
      try await server.connected(settings: SSHSettings(sessions: 2)) { ssh async throws in
        for _ in 0..<4 {
          let stream = try await ssh.openStream(RemoteCommand(["sleep", "1000"]))
          await stream.terminate()
          _ = await stream.termination
        }
        #expect(try server.clients("ControlMaster=no").isEmpty)
        #expect(try await ssh.run(RemoteCommand(["true"])).isSuccess)
      }
    }
  }

  @Test("streams never take the last session, and that is reported at once")
  func exhausted() async throws {
    try await TestServer.with { server async throws in
      try await server.connected(settings: SSHSettings(sessions: 2)) { ssh async throws in
        let stream = try await ssh.openStream(RemoteCommand(["cat"]))
        let failure = await #expect(throws: Failure.self) { try await ssh.openStream(RemoteCommand(["cat"])) }
        #expect(failure?.code == .sshSessionsExhausted)
        #expect(failure?.isRetryable == true)
        #expect(try await ssh.run(RemoteCommand(["true"])).isSuccess)
        await stream.terminate()
      }
    }
  }

  @Test("a stream whose connection is lost says so, and its socket ends")
  func lost() async throws {
    try await TestServer.with { server async throws in
      try await server.connected { ssh async throws in
        let stream = try await ssh.openStream(RemoteCommand(["cat"]))
        let descriptor = try #require(stream.take())
        var buffer: [UInt8] = [0]
        #expect(send(descriptor, "x", 1, 0) == 1)
        // The echo shows that the command runs.
        #expect(recv(descriptor, &buffer, 1, 0) == 1)
        await server.kill()
        #expect(await echo([], over: descriptor) == [])
        let end = await stream.termination
        #expect(end.failure?.code == .sshConnectionLost)
      }
    }
  }

  @Test("a local stream works in the same way")
  func local() async throws {
    let local = LocalTransport(host: HostSpec(name: "here", isLocal: true))
    let stream = try await local.openStream(.shell("cat; echo done >&2; exit 4"))
    let descriptor = try #require(stream.take())
    #expect(await echo(Array("hello".utf8), over: descriptor) == Array("hello".utf8))
    let end = await stream.termination
    #expect(end.status == 4)
    #expect(end.errorText == "done")
  }
}
