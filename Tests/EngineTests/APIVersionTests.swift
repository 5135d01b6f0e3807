import Engine
import Journal
import TestSupport
import Testing
import Values

@Suite("Versions of the API", .usualTimeLimit) struct APIVersionTests {
  @Test("a program serves what is written for its major version and no later minor one")
  func serves() throws {
    let version = APIVersion(2, 3)
    #expect(version.serves(APIVersion(2, 0)) && version.serves(APIVersion(2, 3)))
    #expect(!version.serves(APIVersion(2, 4)) && !version.serves(APIVersion(1, 0)) && !version.serves(APIVersion(3, 0)))
    #expect(APIVersion("1.10") == APIVersion(1, 10) && APIVersion(1, 10) > APIVersion(1, 9))
    for text in ["1", "1.2.3", "1.x", "", "1.", "-1.2", "1. 2"] { #expect(APIVersion(text) == nil, "\(text)") }
  }

  @Test("a runbook that needs another version is refused with both versions and its line")
  func runbook() async throws {
    let rig = try Rig()
    try rig.write("test.lua", "\nreturn runbook { requires_api = \"9.4\", function(run) end }")
    let problem = await failure(of: { try await rig.create() })
    #expect(problem?.code == .apiUnserved)
    #expect(problem?.message.contains("9.4") == true && problem?.message.contains("\(APIVersion.current)") == true)
    #expect(problem?.location == SourceLocation(file: "test.lua", line: 2))
    try rig.write("test.lua", "return runbook { requires_api = \"\(APIVersion.current)\", function(run) end }")
    #expect(try await rig.run() == .succeeded)
  }

  @Test("so is a module, with the line of the module; what is no version is an error")
  func module() async throws {
    let rig = try Rig()
    try rig.body("local tools = require \"tools\"")
    try rig.write("tools.lua", "-- tools\nrequires_api \"9.0\"\nreturn {}")
    let problem = await failure(of: { try await rig.create() })
    #expect(problem?.message == "tools.lua needs version 9.0 of the API, and this program has \(APIVersion.current)")
    #expect(problem?.location == SourceLocation(file: "tools.lua", line: 2))
    try rig.write("tools.lua", "requires_api \"new\"\nreturn {}")
    #expect(await failure(of: { try await rig.create() })?.message.contains("\"new\" is not a version") == true)
    try rig.write("tools.lua", "requires_api \"\(APIVersion.current)\"\nreturn {}")
    #expect(try await rig.run() == .succeeded)
  }

  @Test("what is deprecated works, and warns once for each line that uses it, with the line and what to take instead")
  func deprecated() async throws {
    let rig = try Rig()
    try rig.body(
      """
      for _, host in ipairs { "w1", "w2" } do
        step("old way on " .. host, function() world.mark(host, "x") end)
      end
      step("with an old option", function() world.set("m", "y", { times = 2 }) world.set("m", "z", { count = 2 }) end)
      """)
    let lines = [
      "test.lua:4: world.mark is deprecated since version 1.0 of the API: use world.set",
      "test.lua:6: option times of world.set is deprecated since version 1.0 of the API: use count",
    ]
    #expect(try await rig.runner().plan(rig.source, parameters: [:]).warnings == lines)
    #expect(try await rig.run() == .succeeded)
    #expect(rig.world.calls == ["mark w1:x", "mark w2:x", "set m:y", "set m:z"])
    let warnings = rig.seen.withLock { $0.filter { $0.kind == .logMessage }.map(\.payload) }
    #expect(warnings.map { $0["text"]?.stringValue } == lines)
    #expect(warnings.allSatisfy { $0["level"] == "warning" })
    #expect(try await rig.events(.logMessage).isEmpty)
  }
}
