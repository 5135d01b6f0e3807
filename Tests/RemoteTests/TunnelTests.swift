import Foundation
import Remote
import TestSupport
import Testing
import Values

@Suite("Connections that a host opens", .usualTimeLimit, .enabled(if: TestServer.isAvailable, TestServer.whySkipped))
struct TunnelTests {
  @Test("bytes go both ways, and closing the socket ends the host's part")
  func bytes() async throws {
    try await TestServer.with { server async throws in
      try await server.connected { transport async throws in
        // The server speaks first and answers a wrong greeting.
        let stream = try await Tunnel.open("127.0.0.1", server.port, from: transport)
        let socket = FileHandle(fileDescriptor: try #require(stream.take()), closeOnDealloc: true)
        #expect(String(decoding: try socket.read(upToCount: 8) ?? Data(), as: UTF8.self) == "SSH-2.0-")
        try socket.write(contentsOf: Data("nonsense\r\n".utf8))
        let rest = try socket.readToEnd() ?? Data()
        #expect(String(decoding: rest, as: UTF8.self).contains("Invalid SSH identification string"))
        try socket.close()
        #expect(await stream.termination.status == 0)

        let idle = try await Tunnel.open("127.0.0.1", server.port, from: transport)
        let other = FileHandle(fileDescriptor: try #require(idle.take()), closeOnDealloc: true)
        #expect(try other.read(upToCount: 4) != nil)
        try other.close()
        #expect(await idle.termination.status == 0)
      }
    }
  }

  @Test("a closed port and what is not an address are reported")
  func refused() async throws {
    try await TestServer.with { server async throws in
      try await server.connected { transport async throws in
        let stream = try await Tunnel.open("127.0.0.1", 9, from: transport)
        let failure = Tunnel.failure(of: await stream.termination, to: "127.0.0.1", 9)
        #expect(
          failure?.code == .tunnelRefused && failure?.cause?.contains("refused") == true, "\(failure?.cause ?? "")")
        for (address, port) in [("", 1), ("-x", 1), ("a", 0), ("a", 65536)] {
          let failure = await #expect(throws: Failure.self) {
            _ = try await Tunnel.open(address, port, from: transport)
          }
          #expect(failure?.code == .tunnelInvalid)
        }
      }
    }
  }
}
