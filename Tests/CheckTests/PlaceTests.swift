import Check
import TestSupport
import Testing

@Suite("What is called where it may not be", .usualTimeLimit)
struct PlaceTests {
  private static let begin = "local manager = run.inventory.manager log.info(manager)\n"

  @Test(
    "effects belong into steps",
    arguments: [
      ("swarm.leave(manager)", ["2: effect-outside-step"]),
      ("log.info(swarm.info(manager).state)", ["2: effect-outside-step"]),
      ("step('s', function() swarm.leave(manager) end)", []),
      ("local function leave() swarm.leave(manager) end\nleave()", ["3: effect-outside-step"]),
      ("local function leave() swarm.leave(manager) end\nstep('s', leave)", []),
      ("local function leave() swarm.leave(manager) end\nstep('s', function() leave() end)", []),
      ("local function go()\nstep('s', function() swarm.leave(manager) end) end\ngo()", []),
      ("parallel { a = function() swarm.leave(manager) end }", ["2: effect-outside-step"]),
      ("scope('x', function() swarm.leave(manager) end)", ["2: effect-outside-step"]),
      ("pcall(swarm.leave, manager)", ["2: effect-outside-step"]),
      ("step('s', function() pcall(swarm.leave, manager) end)", []),
      ("local leave = swarm.leave\nleave(manager)", ["3: effect-outside-step"]),
      ("step('s', { undo = function() swarm.init(manager) end }, function() swarm.leave(manager) end)", []),
      (
        "step('s', { check = function() swarm.leave(manager) end }, function() swarm.leave(manager) end)",
        ["2: change-in-check"]
      ),
      ("step('s', { check = function() return swarm.is_alone(manager) end }, function() swarm.leave(manager) end)", []),
      ("step('s', function() step('t', function() end) end)", ["2: nested-step"]),
      ("step('s', function() approve('really?') end)", ["2: nested-step"]),
      ("local function ask() approve('really?') end\nstep('s', function() ask() end)", ["3: nested-step"]),
      ("step('s', function() parallel { a = function() swarm.leave(manager) end } end)", []),
    ])
  func effects(_ body: String, _ expected: [String]) throws {
    #expect(try found(in: Self.begin + body) == expected)
  }

  @Test("a function of a module is looked into, and told with its place")
  func modules() throws {
    let module = "local it = {}\nfunction it.leave(host)\n  swarm.leave(host)\nend\nreturn it"
    let findings = try look(
      at: """
        local it = require "it"
        return runbook { function(run)
          step("s", function() it.leave(run.inventory.manager) end)
          it.leave(run.inventory.manager)
        end }
        """, modules: ["it": module])
    #expect(findings.map(\.line) == [4])
    #expect(findings.first?.message == "it.leave is called outside a step, and calls swarm.leave (stdlib/it.lua:3)")
  }

  @Test("what needs a run is not called while a file is loaded")
  func loading() throws {
    #expect(try look(at: "log.info('x')\nreturn runbook { function() end }").map(\.rule.id) == ["outside-run"])
    let findings = try look(at: "local list = swarm.info('x')\nreturn runbook { function() log.info(list.state) end }")
    #expect(findings.map(\.rule.id) == ["effect-outside-step"])
  }

  @Test(
    "an undo needs a change",
    arguments: [
      ("step('s', { undo = function() swarm.init(manager) end }, function() return swarm.info(manager) end)", 1),
      ("step('s', { undo = function() swarm.init(manager) end }, function() swarm.leave(manager) end)", 0),
      ("step('s', { undo = function() swarm.init(manager) end }, function() manager.services[1]() end)", 0),
      ("step('s', { undo = nil }, function() return swarm.info(manager) end)", 0),
      ("fail('no')\nstep('s', { undo = function() end }, function() swarm.leave(manager) end)", 1),
    ])
  func undo(_ body: String, _ count: Int) throws {
    #expect(try found(in: Self.begin + body).count { $0.hasSuffix("unreachable-undo") } == count)
  }
}
