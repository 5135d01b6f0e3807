import Foundation
import TestSupport
import Testing
import Values

@Suite("Failures", .usualTimeLimit)
struct FailureTests {
  private let full = Failure(
    "ssh.refused", "The host refuses the key.", host: "da2", step: "workers/da2/join",
    location: SourceLocation(file: "a:b.lua", line: 12), cause: "Permission denied", hint: "Check the key.",
    isRetryable: true,
    leavesDoubt: true, traceback: "stack traceback:", related: [Failure("a.b", "Another."), Failure("c.d", "Third.")])

  @Test("the line names place, host, message and cause, and leaves out what is not there")
  func description() {
    #expect("\(full)" == "a:b.lua:12: da2: The host refuses the key. (Permission denied)")
    #expect("\(Failure("a.b", "It failed."))" == "It failed.")
    #expect("\(Failure("a.b", "It failed.", cause: ""))" == "It failed.")
    #expect("\(Failure("a.b", "It failed.", host: "x"))" == "x: It failed.")
  }

  @Test("what was encoded is decoded again, and the code is a plain string")
  func codable() throws {
    let data = try ValueEncoder().encode(full)
    #expect(try ValueDecoder().decode(Failure.self, from: data) == full)
    #expect(data["code"] == "ssh.refused")
  }

  @Test("as data and back it is the same")
  func value() {
    #expect(Failure(value: full.value) == full)
    let small = Failure("a.b", "It failed.")
    #expect(Failure(value: small.value) == small)
    #expect(small.value == ["code": "a.b", "message": "It failed."])
  }

  @Test("data of another shape gives a failure all the same")
  func foreignValue() {
    #expect(Failure(value: "just text").message == "just text")
    #expect(Failure(value: nil).code == "unknown")
    #expect(Failure(value: ["message": 3, "location": "nowhere", "related": "x"]).location == nil)
  }

  @Test("a place is its file and line, colons in the file included")
  func location() {
    #expect(SourceLocation(value: "a:b.lua:12") == SourceLocation(file: "a:b.lua", line: 12))
    #expect(SourceLocation(value: "a.lua") == nil)
    #expect(SourceLocation(value: "a.lua:x") == nil)
    #expect(SourceLocation(value: 3) == nil)
  }
}
