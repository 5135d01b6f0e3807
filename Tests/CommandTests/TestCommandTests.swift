import Foundation
import Subprocess
import TestSupport
import Testing

@Suite("Tests of runbooks", .usualTimeLimit)
struct TestCommandTests {
  private static let greet = """
    return runbook {
      summary = "Greet a host",
      inventory = { stack = false },
      params = { word = { default = "hello" } },
      function(run)
        step("greet", function() return ssh.run(run.inventory.manager, { "echo", run.params.word }).stdout end)
        if run.params.word == "never" then
          log.info("never said")
        end
      end,
    }
    """

  private static let world = """
    local expect = require "expect"
    local function world()
      simulation.world {
        inventory = { hosts = { h1 = { address = "192.0.2.1", role = "manager" } } },
        world = { start = "none", commands = { { match = { "echo" }, stdout = "said\\n" } } },
      }
    end

    """

  @Test("hold or fail, each with its line, what was expected, and what it printed; the exit code tells")
  func plain() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("greet.lua", Self.greet)
    try program.write(
      "greet_test.lua",
      Self.world + """
        test("greets", function()
          world()
          local result = simulation.run("greet.lua")
          expect.succeeded(result)
          expect.contains(simulation.calls("h1"), "echo hello")
          expect.equal(result.steps.greet.result, "said\\n")
        end)
        test("greets otherwise", function()
          world()
          print("on the way")
          local result = simulation.run("greet.lua", { params = { word = "bye" } })
          expect.equal(result.steps.greet.attempts, 2, "attempts")
        end)
        test("has no world of another test", function() simulation.run("greet.lua") end)
        test("has no steps", function() step("x", function() end) end)
        """)
    let all = try await program.run("test", "--coverage")
    #expect(all.code == 1)
    for part in [
      "greet_test.lua\n", "✓ greets ", "✗ greets otherwise", "attempts: expected 2\n      but got  1", "on the way",
      "at     greet_test.lua:19", "✗ has no world of another test", "there is no world yet", "✗ has no steps",
      "step belongs to a run, and this is a test", "1 test passed, 3 failed", "greet.lua", "not executed: 8",
    ] {
      #expect(all.output.contains(part), "«\(part)» in:\n\(all.output)\(all.errors)")
    }
    let one = try await program.run("test", "greet_test.lua", "--filter", "GREETS ")
    #expect(one.code == 1 && one.output.contains("0 tests passed, 1 failed"), "\(one.output)")
    #expect(try await program.run("test", "--filter", "nothing like it").code == 2)
    #expect(try await program.run("test", "missing.lua").code == 2)
  }

  @Test("a file that is no Lua, or registers nothing, is a failure of its own")
  func unfit() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("a_test.lua", "test(")
    try program.write("b_test.lua", "local x = 1")
    try program.write("c_test.lua", "test('same', function() end)\ntest('same', function() end)")
    let tap = try await program.run("test", "--format", "tap")
    #expect(tap.code == 1)
    for part in [
      "not ok 1 - a_test.lua", "not ok 2 - b_test.lua", "registers no test", "two tests with the name", "1..3",
    ] {
      #expect(tap.output.contains(part), "«\(part)» in:\n\(tap.output)")
    }
  }

  @Test("faults, deaths, answers, resume and rollback are at hand")
  func simulated() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(
      "two.lua",
      """
      return runbook {
        summary = "Two steps",
        inventory = { stack = false },
        function(run)
          approve("Begin?")
          local h = run.inventory.manager
          step("first", { undo = function() file.remove(h, "/tmp/first") end },
            function() file.write(h, "/tmp/first", "1") end)
          step("second", { timeout = "1m", retry = { attempts = 2 } }, function() file.write(h, "/tmp/second", "2") end)
        end,
      }
      """)
    try program.write(
      "two_test.lua",
      Self.world + """
        local each_crash_point = require "each_crash_point"
        test("a no", function()
          world()
          expect.equal(simulation.run("two.lua", { approve = false }).status, "failed")
        end)
        test("a fault is retried", function()
          world()
          local result = simulation.run("two.lua", {
            faults = { { step = "second", message = "away", retryable = true } },
          })
          expect.succeeded(result)
          expect.equal(result.steps.second.attempts, 2)
          expect.equal(file.read("h1", "/tmp/second"), "2")
        end)
        test("a death, a resume, a rollback", function()
          world()
          local died = simulation.run("two.lua", { die_at = "after file.write first" })
          expect.equal(died.status, "died")
          expect.equal(died.steps.second, nil)
          expect.succeeded(simulation.resume())
          expect.succeeded(simulation.rollback())
          expect.falsy(file.exists("h1", "/tmp/first"))
          expect.truthy(file.exists("h1", "/tmp/second"))
        end)
        test("time jumps by parts of a second, too", function()
          world()
          for _ = 1, 100 do simulation.jump("900ms") end
          expect.truthy(ssh.facts("h1").clock_offset > 80)
        end)
        test("each crash point", function()
          local count = each_crash_point({ world = world, runbook = "two.lua" }, function(result)
            expect.succeeded(result)
            expect.equal(file.read("h1", "/tmp/first") .. file.read("h1", "/tmp/second"), "12")
          end)
          expect.equal(count, 4)
        end)
        test("a check that fails names the crash point", function()
          expect.error(function()
            each_crash_point({ world = world, runbook = "two.lua" }, function() error("no") end)
          end, "after a death at \\"before file.write first\\"")
        end)
        """)
    let result = try await program.run("test")
    #expect(result.code == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains("6 tests passed"))
    let xml = try await program.run("test", "--format", "junit", "-o", "tests.xml")
    #expect(xml.code == 0 && xml.output.isEmpty)
    let read = try await Subprocess.run(
      .name("python3"),
      arguments: [
        "-c", "import sys, xml.etree.ElementTree as E; print(E.parse(sys.argv[1]).getroot().attrib['tests'])",
        program.folder.appending(path: "tests.xml").path,
      ], output: .string(limit: 100), error: .discarded)
    #expect(read.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines) == "6")
  }

  @Test("coverage counts what a rollback executes, and what a test calls of a module itself")
  func coverage() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(
      "sums.lua",
      """
      local sums = {}
      function sums.add(a, b)
        return a + b
      end
      function sums.never(a)
        return a
      end
      return sums
      """)
    try program.write(
      "undone.lua",
      """
      return runbook {
        summary = "Leave something",
        inventory = { stack = false },
        function(run)
          local host = run.inventory.manager
          step("leave it", {
            undo = function()
              file.remove(host, "/tmp/it")
            end,
          }, function() file.write(host, "/tmp/it", "1") end)
        end,
      }
      """)
    try program.write(
      "undone_test.lua",
      Self.world + """
        test("adds", function() expect.equal(require("sums").add(1, 2), 3) end)
        test("is undone", function()
          world()
          expect.succeeded(simulation.run("undone.lua"))
          expect.succeeded(simulation.rollback())
        end)
        """)
    let result = try await program.run("test", "--coverage")
    #expect(result.output.contains(/undone\.lua +100\.0 %\n/), "\(result.output)\(result.errors)")
    #expect(result.output.contains(/sums\.lua +\d\d\.\d %  not executed: 6/), "\(result.output)")
    #expect(!result.output.contains("_test.lua  "))
  }

  /// The files of tests beside the shipped runbooks and modules.
  private static let shippedFiles = ["runbooks", "stdlib"].flatMap { folder in
    let path = URL(filePath: #filePath).appending(path: "../../../\(folder)").standardized.path
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
    return names.filter { $0.hasSuffix("_test.lua") }.sorted().map { "\(path)/\($0)" }
  }

  @Test("those of the shipped runbooks and modules hold", arguments: shippedFiles)
  func shipped(_ file: String) async throws {
    let program = try Program()
    defer { program.remove() }
    let result = try await program.run("test", file)
    #expect(result.code == 0, "\(result.output)\(result.errors)")
  }

  @Test("every shipped runbook has tests, of its own or of those that it belongs with")
  func coversAll() throws {
    let folder = URL(filePath: #filePath).appending(path: "../../../runbooks").standardized
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".lua") }
    let tests = try names.filter { $0.hasSuffix("_test.lua") }.map {
      try String(contentsOf: folder.appending(path: $0), encoding: .utf8)
    }
    let untested = names.filter { name in
      !name.hasSuffix("_test.lua") && !tests.contains { $0.contains("\"\(name)\"") }
    }
    #expect(untested.sorted() == [])
  }

  @Test("a test has a folder of its own on this machine, which is gone when it has ended")
  func filesHere() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(
      "here_test.lua",
      Self.world + """
        test("has files here", function()
          world()
          local path = simulation.local_file("a.txt", "contents")
          expect.equal(file.read_local(path), "contents")
          expect.falsy(file.exists_local(simulation.local_file("b.txt")))
          expect.equal(simulation.local_file("b.txt"):match("^(.*)/"), path:match("^(.*)/"))
          print(path)
          expect.error(function() simulation.local_file("../a.txt") end, "is not a file name")
          error("to see where it was")
        end)
        """)
    let result = try await program.run("test")
    let path = try #require(result.output.firstMatch(of: /\/\S+\/a\.txt/)).output
    #expect(!FileManager.default.fileExists(atPath: String(path)))
    #expect(!FileManager.default.fileExists(atPath: URL(filePath: String(path)).deletingLastPathComponent().path))
  }
}
