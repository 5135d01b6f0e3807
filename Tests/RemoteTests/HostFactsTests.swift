import Foundation
import TestSupport
import Testing
import Values

@testable import Remote

@Suite(.usualTimeLimit) struct HostFactsTests {
  private let local = LocalTransport(host: HostSpec(name: "here", isLocal: true))

  @Test("the facts are those that the host's own tools tell")
  func ownTools() async throws {
    let facts = try await HostFacts.read(over: local)
    #expect(facts.hostName == (try await TestServer.command(["uname", "-n"])))
    #expect(facts.userID == Int(getuid()))
    let release = try String(contentsOfFile: "/etc/os-release", encoding: .utf8)
    #expect(release.contains("PRETTY_NAME=\"\(try #require(facts.operatingSystem))\""))
    // The same clock, so the skew lies within what is stated.
    #expect(abs(facts.clockSkew) <= facts.clockUncertainty)
    let blocks = try await TestServer.command(["df", "-k", "--output=size", "/"]).split(separator: "\n").last
    let free = try #require(facts.freeBytesOfRoot)
    #expect(free >= 0 && free / 1024 <= Int64(blocks ?? "")!)
  }

  private func parse(_ text: String, start: Double = 100, arrival: Double = 102) throws -> HostFacts {
    try HostFactsReader(host: "da1").parse(
      CommandResult(status: 0, stdout: Array(text.utf8)), start: start, arrival: arrival)
  }

  @Test("addresses are kept by interface, and a skewed clock is measured against the middle of the question")
  func parsing() throws {
    let facts = try parse(
      """
      clock 171.5
      os Debian GNU/Linux 12 (bookworm)
      name da1
      user 1000
      address inet 10.0.0.1 eth0
      address inet 10.0.0.2 eth0
      address inet6 2001:db8::1 eth0
      address inet 172.17.0.1 docker0
      free root 1000
      free docker 5
      """)
    #expect(facts.clockSkew == 70.5)
    #expect(facts.clockUncertainty == 1)
    #expect(facts.operatingSystem == "Debian GNU/Linux 12 (bookworm)")
    #expect(
      facts.interfaces == [
        .init(name: "eth0", ipv4: ["10.0.0.1", "10.0.0.2"], ipv6: ["2001:db8::1"]),
        .init(name: "docker0", ipv4: ["172.17.0.1"]),
      ])
    #expect(facts.addresses.count == 4)
    #expect(facts.freeBytesOfRoot == 1_024_000)
    #expect(facts.freeBytesOfDocker == 5120)
    #expect(facts.userID == 1000)
  }

  @Test("a clock of whole seconds is half a second less sure")
  func wholeSeconds() throws {
    let facts = try parse("clock 101\nname x\nuser 0\n")
    #expect(facts.clockSkew == 0.5)
    #expect(facts.clockUncertainty == 1.5)
    #expect(facts.freeBytesOfDocker == nil)
    #expect(facts.operatingSystem == nil)
  }

  @Test("an answer that makes no sense is an error", arguments: ["", "clock now\nname x\nuser 0", "Welcome!"])
  func nonsense(text: String) throws {
    let failure = #expect(throws: Failure.self) { try parse(text) }
    #expect(failure?.code == .hostFactsUnreadable)
  }

  @Test("they are read over ssh too, with real addresses", .enabled(if: TestServer.isAvailable, TestServer.whySkipped))
  func overSSH() async throws {
    try await TestServer.with { server async throws in
      let facts = try await server.connected { ssh async throws in try await HostFacts.read(over: ssh) }
      #expect(facts.hostName == (try await TestServer.command(["uname", "-n"])))
      #expect(abs(facts.clockSkew) <= facts.clockUncertainty)
      let known = try await TestServer.command(["hostname", "-I"]).split(separator: " ").map(String.init)
      #expect(Set(facts.addresses) == Set(known))
    }
  }
}
