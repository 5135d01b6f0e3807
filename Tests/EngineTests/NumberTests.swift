import Engine
import TestSupport
import Testing
import Values

/// Numbers that can't be meant are refused before anything is touched, with what is allowed; none is bent in silence, and
/// none ends the program.
@Suite(.usualTimeLimit) struct NumberTests {
  private static let inStep: [(call: String, allowed: String)] = [
    ("time.sleep(1e300)", "from 0 to 36500d (100 years)"),
    ("time.sleep(math.maxinteger)", "from 0 to 36500d (100 years)"),
    ("time.sleep(0/0)", "from 0 to 36500d (100 years)"),
    ("time.sleep(math.huge)", "from 0 to 36500d (100 years)"),
    ("time.sleep(-1)", "from 0 to 36500d (100 years)"),
    ("time.sleep('1e300s')", "from 0 to 36500d (100 years)"),
    ("time.text(1e300)", "a moment of the years 1 to 9999"),
    ("time.text(0/0)", "a moment of the years 1 to 9999"),
  ]

  private static let between: [(call: String, allowed: String)] = [
    ("parallel({ 'a' }, { limit = 0 }, function() end)", "option limit is 0; it must be 1 or more"),
    ("parallel({ 'a' }, { serial = -1 }, function() end)", "option serial is -1; it must be 1 or more"),
    ("parallel({ 'a' }, { max_failures = -2 }, function() end)", "option max_failures is -2; it must be 0 or more"),
    ("step('s', { retry = { attempts = 0 } }, function() end)", "option attempts is 0; it must be from 1 to 1000000"),
    ("step('s', { retry = { attempts = math.maxinteger } }, function() end)", "it must be from 1 to 1000000"),
    ("step('s', { retry = { attempts = 2, backoff = 0.5 } }, function() end)", "option backoff is 0.5; it must be"),
    (
      "step('s', { retry = { attempts = 2, jitter = 2 } }, function() end)",
      "option jitter is 2; it must be from 0 to 1"
    ),
    ("step('s', { retry = { attempts = 2, max = 1e300 } }, function() end)", "option max, in seconds, is 1e+300"),
    ("step('s', { timeout = math.huge }, function() end)", "option timeout, in seconds, is inf"),
  ]

  @Test(
    "they are refused with what is allowed",
    arguments: inStep.map { ("step('s', function() \($0.call) end)", $0.allowed) } + between)
  func refused(_ call: String, _ allowed: String) async throws {
    let rig = try Rig()
    try rig.body(call)
    let failure = await failure { try await rig.create() }
    #expect(failure?.code == .argument)
    #expect(failure?.message.contains(allowed) == true, "\(failure?.message ?? "nothing")")
    #expect(failure?.location?.line == 3)
    #expect(try await rig.store.runs().isEmpty)
  }

  @Test("the largest numbers that are allowed do what they say")
  func largest() async throws {
    let rig = try Rig()
    try rig.body(
      """
      parallel({ "a", "b" }, { limit = math.maxinteger, serial = math.maxinteger, max_failures = math.maxinteger },
        function(x) step("s", function() world.set("m", x) end) end)
      local low, high = random.integer(math.mininteger, math.maxinteger), time.text(253402300799)
      step("end", { timeout = "36500d", retry = { attempts = 1000000, initial = "36500d", backoff = 1000000 } },
        function() return { high, math.type(low) } end)
      """)
    rig.world.failNext("m:b", times: 100)
    let outcome = try await rig.run()
    #expect(outcome.failure != nil)
    #expect(try await rig.state().step(at: "end")?.result == ["9999-12-31T23:59:59Z", "integer"])
  }

  @Test("a value that is not known yet is no number that could be wrong")
  func unknown() async throws {
    let rig = try Rig()
    try rig.body(
      "local n = step('s', function() return world.has('m', 'x') and 2 or 3 end) step('t', { retry = { attempts = n } }, function() end)"
    )
    #expect(try await rig.run() == .succeeded)
  }
}
