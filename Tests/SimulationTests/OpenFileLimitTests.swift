import Testing
import Values

@testable import Simulation

@Suite("Open files of a large simulated world")
struct OpenFileLimitTests {
  @Test("a world with more hosts than it can have connections is refused with the limit that it needs")
  func refused() throws {
    let failure = #expect(throws: Failure.self) { try OpenFileLimit.check(hosts: 10_000, limit: 20_000) }
    #expect(failure?.message.contains("10000 hosts needs 20128 open files") == true)
    #expect(failure?.hint?.contains("ulimit -n 20128") == true)
  }

  @Test("one that has enough is not, nor where the limit can't be told", arguments: [20_128, 200_000, nil])
  func admitted(limit: Int?) throws { try OpenFileLimit.check(hosts: 10_000, limit: limit) }
}
