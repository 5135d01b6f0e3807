import Engine
import Journal
import TestSupport
import Testing
import Values

@Suite(.usualTimeLimit) struct PlanTests {
  @Test("a plan changes nothing and shows each step with its command")
  func plan() async throws {
    let rig = try Rig()
    try rig.body(
      """
      local before = step("look", function() return world.has("w1", "x") end)
      if not before then log.info("not yet") end
      step("set", function() world.set("w1", "x") end)
      local after = step("look again", function() return world.has("w1", "x") end)
      step("elsewhere", function() return world.has("w2", "x") end)
      step("so", { check = function() return not before end }, function() world.set("w2", "y") end)
      if after then step("then", function() world.set("m", "z" .. tostring(after)) end) end
      """)
    let steps = try await rig.runner().plan(rig.source, parameters: [:]).steps
    #expect(rig.world.calls == ["has w1:x", "has w2:x"])
    #expect(steps.map(\.path) == ["look", "set", "look again", "elsewhere", "so", "then"])
    #expect(
      steps.map(\.verdict) == [.reads, .change, .unknown(after: "set"), .reads, .alreadySo, .change])
    #expect(steps[1].commands == [ProcedureCommand(on: "w1", "mark x")])
    #expect(steps[1].host == "w1")
  }

  @Test("what a planned change makes unknown does not depend on the order of the branches")
  func branches() async throws {
    let rig = try Rig()
    try rig.body(
      """
      parallel("all", run.inventory.hosts, function(host)
        step("look", function() return world.has(host, "x") end)
        step("look at the manager", function() return world.has("m", "x") end)
        step("set", function() world.set("m", "x" .. host.name) end)
        step("look later", function() return world.has("m", "x") end)
      end)
      step("after", function() return world.has("m", "x") end)
      """)
    for _ in 0..<5 {
      let steps = try await rig.runner().plan(rig.source, parameters: [:]).steps
      #expect(
        steps.map(\.path)
          == ["m", "w1", "w2"].flatMap { host in
            ["look", "look at the manager", "set", "look later"].map { "all/\(host)/\($0)" }
          } + ["after"])
      let verdicts = Dictionary(uniqueKeysWithValues: steps.map { ($0.path, $0.verdict) })
      for host in ["m", "w1", "w2"] {
        #expect(verdicts["all/\(host)/look at the manager"] == .reads)
        #expect(verdicts["all/\(host)/look later"] == .unknown(after: "all/\(host)/set"))
      }
      guard case .unknown = verdicts["after"] else {
        Issue.record("the state after the branches was taken for known")
        return
      }
    }
  }

  @Test("a plan stops at a refusal, with every finding")
  func refusal() async throws {
    let rig = try Rig()
    try rig.body(
      """
      local bad = step("look", function() return world.has("w1", "x") end)
      if not bad then refuse { { message = "no x", host = "w1" }, { message = "no y", hint = "make it" } } end
      step("set", function() world.set("w1", "x") end)
      """)
    let failure = await failure { try await rig.runner().plan(rig.source, parameters: [:]) }
    #expect(failure?.code == .refused)
    #expect(failure?.related.map(\.message) == ["no x", "no y"])
    #expect(try await rig.run().failure?.related.map(\.host) == ["w1", nil])
    #expect(try await rig.state().status == .refused)
  }

  @Test(
    "a plan tells where the runbook decides by what only a run knows, in each way to decide",
    arguments: [
      "if after == \"b\" then return end", "if after then return end", "if not after then return end",
      "local one = after and 1 or 2", "local one = after or 2", "local one = 5 > after", "local one = after ~= nil",
      "while after < 5 do break end", "repeat local x = after until x", "for _, x in ipairs(after) do log.info(x) end",
      "for _, x in pairs(after) do log.info(x) end", "if tostring(after):find(\"b\") then return end",
      "if string.match(\"said \" .. tostring(after), \"b\") then return end",
      "local one = tostring(after):rep(2):match(\"b\")",
      "if \"b\" .. after == \"bb\" then return end", "local one = { [after == 1] = 2 }",
      "local f = function() return after == 1 end f()", "local one = type(after)", "local one = ({ b = 1 })[after]",
      "for i = 1, after do log.info(i) end", "parallel(after, function(x) end)",
      "local one = tostring(after):upper() == \"B\"",
      "local one = (\"v\" .. tostring(after)):sub(1, 2)", "pcall(math.max, 1) local one = select(\"#\", after)",
      "pcall(function() assert(after) end)", "local one = #after",
      "local one = next(after)",
      "local one = rawequal(1, after)", "if (tonumber(after) or 0) > 3 then return end",
      "if false then elseif 1 + after == 2 then return end",
    ])
  func decisions(line: String) async throws {
    let rig = try Rig()
    try rig.body(
      """
      local known = step("look", function() return world.has("w1", "x") end)
      if known == 1 or not known and #"x" < 2 then log.info("known") end
      step("set", function() world.set("w1", "x") end)
      local after = step("look again", function() return world.has("w1", "x") end)
      \(line)
      """)
    let uncertainties = try await rig.runner().plan(rig.source, parameters: [:]).uncertainties
    let text = try String(contentsOfFile: rig.source.runbookPath, encoding: .utf8)
    let wanted = try #require(text.split(separator: "\n").firstIndex { $0.hasSuffix(line) }) + 1
    var lines: Set<Int> = []
    for case .decision(let location, let after) in uncertainties {
      lines.insert(location.line)
      #expect(after == "set")
    }
    #expect(lines == [wanted], "\(uncertainties)")
  }

  @Test("findings that rest on such a decision are told, and no end of the plan; others are its end")
  func openFindings() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("set", function() world.set("w1", "x") end)
      local after = step("look again", function() return world.has("w1", "x") end)
      if after == true then return end
      step("go back", function() world.set("w1", "y") end)
      conclude("it was bad", { { message = "said " .. after } })
      """)
    let plan = try await rig.runner().plan(rig.source, parameters: [:])
    #expect(plan.steps.map(\.path) == ["set", "look again", "go back"])
    guard case .findings(let failure)? = plan.uncertainties.last, plan.uncertainties.count == 2 else {
      Issue.record("\(plan.uncertainties)")
      return
    }
    #expect(failure.message == "it was bad")
    try rig.body(
      """
      step("set", function() world.set("w1", "x") end)
      if world then conclude("it was bad", { { message = "known" } }) end
      """)
    await #expect(throws: Failure.self) { try await rig.runner().plan(rig.source, parameters: [:]) }
  }

  @Test("a file that is too large to see its decisions is planned all the same, and an error has its own line")
  func unwatched() async throws {
    let rig = try Rig()
    let names = (1...255).map { "a\($0)" }
    let locals = stride(from: 0, to: 255, by: 100).map {
      "local " + names[$0..<min($0 + 100, 255)].joined(separator: ", ")
    }
    // A function that uses as many variables of those around it as one may.
    func nested(_ depth: Int) -> String {
      depth == locals.count
        ? "local function f() if a1 == 1 then \(names.map { "\($0) = 1" }.joined(separator: " ")) end end"
        : "local function f\(depth)()\n\(locals[depth])\n\(nested(depth + 1))\nend"
    }
    try rig.body(nested(0) + "\nstep(\"a\", function() world.set(\"m\", \"x\") end)")
    let plan = try await rig.runner().plan(rig.source, parameters: [:])
    #expect(plan.steps.map(\.path) == ["a"])
    guard case .unwatched? = plan.uncertainties.first else {
      Issue.record("\(plan.uncertainties)")
      return
    }
    try rig.body("local t = {}\nif t.x.y\n  == 3 then end")
    let failure = await failure { try await rig.runner().plan(rig.source, parameters: [:]) }
    #expect(failure?.message.contains("field 'x'") == true, "\(String(describing: failure))")
  }
}
