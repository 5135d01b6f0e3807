import DockerEngine
import Inventory
import Remote
import TestSupport
import Testing
import Values

@testable import HostModules

@Suite("The engine behind docker system dial-stdio", .usualTimeLimit)
struct DialStdioTests {
  private func explained(_ words: String, status: Int32 = 1, sudo: Bool = false) throws -> Failure? {
    let text = Samples.inventory.replacing("sudo: true", with: "sudo: \(sudo)")
    let host = try Inventory.parse(text: text, file: "inventory.yaml").manager
    let transport = LocalTransport(host: HostSpec(name: host.name, isLocal: true))
    return DialStdio(host: host, socket: "/var/run/docker.sock", transport: transport)
      .explain(CommandTermination(status: status, stderr: Array(words.utf8)))
  }

  private static let denied =
    "failed to open the raw stream connection: dial unix /var/run/docker.sock: connect: permission denied"

  @Test("a user who may not use the socket gets the hint to set sudo in the inventory, unless it is set")
  func permission() throws {
    let without = try #require(try explained(Self.denied))
    #expect(without.code == .enginePermissionDenied && without.host == "da1" && without.cause == Self.denied)
    #expect(without.hint?.contains("`sudo: true`") == true)
    let with = try #require(try explained(Self.denied, sudo: true))
    #expect(with.hint?.contains("`sudo: true`") == false)
  }

  @Test("a host without docker and a host whose engine is stopped are distinguished")
  func absent() throws {
    let missing = try #require(try explained("sh: 1: docker: not found", status: 127))
    #expect(missing.message == "there is no docker command on this host" && !missing.isRetryable)
    let stopped = try #require(
      try explained("dial unix /var/run/docker.sock: connect: no such file or directory"))
    #expect(stopped.code == .engineAbsent && stopped.isRetryable)
  }

  @Test("what is not known is reported in the host's own words, and a plain end needs no words")
  func other() throws {
    #expect(try explained("something new", status: 3)?.cause == "something new")
    #expect(try explained("", status: 0) == nil)
  }
}
