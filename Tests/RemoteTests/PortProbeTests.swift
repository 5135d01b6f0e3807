import Foundation
import TestSupport
import Testing
import Values

@testable import Remote

@Suite(.usualTimeLimit) struct PortProbeTests {
  private let local = LocalTransport(host: HostSpec(name: "here", isLocal: true))

  @Test("an open port is open", .enabled(if: TestServer.isAvailable, TestServer.whySkipped))
  func open() async throws {
    try await TestServer.with { server async throws in
      #expect(try await PortProbe.tcp("127.0.0.1", server.port, from: local) == .open)
      let overSSH = try await server.connected { try await PortProbe.tcp("127.0.0.1", server.port, from: $0) }
      #expect(overSSH == .open)
    }
  }

  @Test("a port without a listener is refused")
  func refused() async throws {
    #expect(try await PortProbe.tcp("127.0.0.1", try TestServer.freePort(), from: local) == .refused)
  }

  @Test("an address that answers nothing is filtered")
  func filtered() async throws {
    let hole = try BlackHole()
    let outcome = try await PortProbe.tcp("127.0.0.1", hole.port, from: local, timeout: .seconds(1))
    #expect(outcome == .filtered(reason: "no answer within 1 s"))
    withExtendedLifetime(hole) {}
  }

  @Test("what can't be tried is unknown, with the reason")
  func unknown() async throws {
    for (address, port) in [("no-such-host.invalid", 2377), ("127.0.0.1", 0), ("127.0.0.1", 70000), ("-x", 1), ("", 1)]
    {
      let outcome = try await PortProbe.tcp(address, port, from: local)
      guard case .unknown(let reason) = outcome else {
        Issue.record("\(address):\(port): \(outcome)")
        continue
      }
      #expect(!reason.isEmpty)
    }
  }

  @Test("every program that may be there for it says the same", arguments: ["python3", "nc", "busybox", "nothing"])
  func otherPrograms(program: String) async throws {
    // A PATH with this one program, and what the script needs besides.
    let folder = try await TestServer.command(["mktemp", "-d", "/tmp/rb.XXXXXX"])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var isThere = program == "nothing"
    for name in ["sh", "timeout", program] {
      let found = try await local.run(.shell("PATH=/usr/bin:/bin command -v \"$1\"", arguments: [name]))
      guard found.isSuccess else { continue }
      if name == program { isThere = true }
      try FileManager.default.createSymbolicLink(atPath: "\(folder)/\(name)", withDestinationPath: found.text)
    }
    if !isThere { try Test.cancel("\(program) is not installed") }
    let only = OnlyPath(local: local, path: folder)
    let port = try TestServer.freePort()
    let outcome = try await PortProbe.tcp("127.0.0.1", port, from: only)
    if program == "nothing" {
      #expect(outcome == .unknown(reason: "the host has none of bash, python3, nc and busybox"))
    } else {
      #expect(outcome == .refused)
    }
  }

  /// Runs commands with another search path.
  private struct OnlyPath: Transport {
    let local: LocalTransport
    let path: String
    var host: HostSpec { local.host }
    func connect() async throws {}
    func run(_ command: RemoteCommand, onOutput: OutputHandler?) async throws -> CommandResult {
      var command = command
      command.environment["PATH"] = path
      command.argv[0] = "\(path)/sh"
      return try await local.run(command, onOutput: onOutput)
    }
    func openStream(_ command: RemoteCommand) async throws -> CommandStream { try await local.openStream(command) }
    func close() async {}
  }

  @Test("a refusal of the network is filtered and keeps its words")
  func words() {
    let result = CommandResult(status: 1, stderr: Array("bash: connect: No route to host\n".utf8))
    #expect(PortProbe.outcome(of: result, seconds: 3) == .filtered(reason: "bash: connect: No route to host"))
    #expect(PortProbe.outcome(of: CommandResult(status: 124), seconds: 3) == .filtered(reason: "no answer within 3 s"))
  }
}
