import Engine
import Journal
import TestSupport
import Testing
import Values

@Suite(.usualTimeLimit) struct RetryTests {
  @Test("a passing trouble of a repeatable step is tried again by itself, with the reason recorded")
  func standard() async throws {
    let rig = try Rig()
    try rig.body(
      "step(\"a\", { retry = { attempts = 3, initial = \"1ms\" } }, function() world.set(\"w1\", \"x\") end)")
    rig.world.failNext("w1:x", times: 2)
    #expect(try await rig.run() == .succeeded)
    #expect(rig.world.calls.count == 3)
    let failed = try await rig.events(.attemptFailed)
    #expect(failed.map(\.attempt) == [1, 2])
    #expect(failed[0].payload["failure"]?["message"] == "w1:x did not work")
    #expect(try await rig.state().steps[0].attempt == 3)
  }

  @Test("attempts end, and the last failure is the step's")
  func exhausted() async throws {
    let rig = try Rig()
    try rig.body("step(\"a\", { retry = { attempts = 2, initial = 0 } }, function() world.set(\"w1\", \"x\") end)")
    rig.world.failNext("w1:x", times: 5)
    #expect(try await rig.run().failure?.code == "world.trouble")
    #expect(rig.world.calls.count == 2)
    #expect(try await rig.state().steps[0].status == .failed)
  }

  @Test("what must not be repeated is not, unless the author says so")
  func notRepeatable() async throws {
    let rig = try Rig()
    try rig.body("step(\"a\", function() world.once(\"w1\", \"x\") end)")
    rig.world.failNext("w1:x", times: 1)
    #expect(try await rig.run().failure != nil)
    #expect(rig.world.calls.count == 1)
  }

  @Test("a mistake of the runbook is not tried again")
  func mistake() async throws {
    let rig = try Rig()
    try rig.body(
      """
      local x = step("look", function() return world.has("w1", "x") end)
      step("a", { retry = { attempts = 5, initial = 0 } }, function() world.set("nobody", tostring(x)) end)
      """)
    let failure = await failure { try await rig.run() }
    #expect(failure?.code == .argument)
    #expect(failure?.message.contains("nobody") == true)
  }

  @Test("retry_on and not_on choose by code or area")
  func chosen() async throws {
    for (option, calls) in [
      ("retry_on = { \"ssh\" }", 1), ("retry_on = { \"world\" }", 2), ("not_on = { \"world.trouble\" }", 1),
    ] {
      let rig = try Rig()
      try rig.body(
        "step(\"a\", { retry = { attempts = 2, initial = 0, \(option) } }, function() world.set(\"w1\", \"x\") end)")
      rig.world.failNext("w1:x", times: 9)
      _ = try await rig.run()
      #expect(rig.world.calls.count == calls, "\(option)")
    }
  }

  @Test("no attempt begins that the total time does not allow")
  func total() async throws {
    let rig = try Rig()
    try rig.body(
      "step(\"a\", { retry = { attempts = 9, initial = \"1h\", jitter = 0, total = \"30m\" } }, "
        + "function() world.set(\"w1\", \"x\") end)")
    rig.world.failNext("w1:x", times: 9)
    #expect(try await rig.run().failure?.code == "world.trouble")
    #expect(rig.world.calls.count == 1)
  }

  @Test("pauses grow by the backoff up to the maximum")
  func pauses() {
    let policy = RetryPolicy(attempts: 9, initial: 1, backoff: 2, maximum: 5, jitter: 0)
    #expect((1...5).map { policy.pause(after: $0, random: 0.5) } == [1, 2, 4, 5, 5])
    let jittered = RetryPolicy(attempts: 9, initial: 10, backoff: 2, maximum: 60, jitter: 0.5)
    #expect(jittered.pause(after: 1, random: 0) == 5)
    #expect(jittered.pause(after: 1, random: 1) == 10)
  }

  @Test("an attempt that takes longer than its timeout is ended")
  func timeout() async throws {
    let rig = try Rig()
    rig.world.onCall { _ in try await Task.sleep(for: .seconds(600)) }
    try rig.body(
      "step(\"a\", { timeout = \"20ms\", idempotent = true, retry = { attempts = 1 } }, function() world.set(\"w1\", \"x\") end)"
    )
    #expect(try await rig.run().failure?.code == .stepTimeout)
  }
}
