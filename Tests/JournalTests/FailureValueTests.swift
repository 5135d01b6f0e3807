import Journal
import TestSupport
import Testing
import Values

@Suite("A failure as data", .usualTimeLimit)
struct FailureValueTests {
  @Test("comes back with everything it tells")
  func roundTrip() {
    let inner = Failure("ssh.refused", "the key was refused", host: "da2", isRetryable: true)
    let failure = Failure(
      "swarm.join", "the node did not join", host: "da3", step: "workers/da3/join",
      location: SourceLocation(file: "run:books/distribute.lua", line: 42), cause: "context deadline exceeded",
      hint: "Open port 2377.", isRetryable: true, leavesDoubt: true, traceback: "stack traceback:\n\t…",
      related: [inner, Failure("x", "y")])
    #expect(Failure(value: failure.value) == failure)
    #expect(Failure(value: inner.value) == inner)
  }

  @Test("a plain failure is a small object")
  func small() {
    #expect(Failure("a.b", "it failed").value == ["code": "a.b", "message": "it failed"])
  }

  @Test("data that is no failure still says what it can")
  func lenient() {
    #expect(Failure(value: "just words").message == "just words")
    #expect(Failure(value: .null).code == "unknown")
    #expect(Failure(value: ["code": "a.b", "location": "nowhere"]).location == nil)
  }
}
