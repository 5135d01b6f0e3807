import Foundation
import Remote
import Testing
import Values

@Suite(.enabled(if: TestServer.isAvailable, TestServer.whySkipped))
struct SSHRunTests {
  @Test("a command's output and exit code come back")
  func outputAndExitCode() async throws {
    try await TestServer.with { server in
      try await server.connected { ssh in
        let result = try await ssh.run(.shell("echo out; echo err >&2; exit 7"))
        #expect(result == CommandResult(status: 7, stdout: Array("out\n".utf8), stderr: Array("err\n".utf8)))
      }
    }
  }
}
