import Engine
import Foundation
import Journal
import TestSupport
import Testing
import Values

/// A runbook that is edited between an execution and the next.
@Suite(.usualTimeLimit) struct EditTests {
  private static let first = """
    step("a", function() world.set("w1", "a") end)
    step("b", { retry = { attempts = 1 } }, function() world.set("w1", "b") end)
    step("c", function() world.set("w1", "c") end)
    """

  /// A run that failed at step b, and the runbook as it is now.
  private func failed(_ now: String) async throws -> Rig {
    let rig = try Rig()
    try rig.body(Self.first)
    rig.world.failNext("w1:b", times: 1)
    _ = try await rig.run()
    try rig.body(now)
    return rig
  }

  private func changes(_ rig: Rig) async throws -> RunDifferences? {
    let seen = Box<RunDifferences?>(nil)
    _ = try await rig.resume(
      changes: .ask { differences in
        seen.value = differences
        return nil
      })
    return seen.value
  }

  @Test("the same text asks nobody")
  func unchanged() async throws {
    let rig = try await failed(Self.first)
    #expect(try await rig.resume(changes: .refuse) == .succeeded)
  }

  @Test("what is new, gone, edited and moved is told, with what is done and both places")
  func differences() async throws {
    let rig = try await failed(
      """
      step("first of all", function() world.set("w1", "a") end)
      step("b", { retry = { attempts = 2 } }, function() world.set("w1", "b") end)
      step("d", function() world.set("w1", "d") end)
      """)
    let differences = try #require(try await changes(rig))
    #expect(differences.files.count == 1)
    let told = differences.steps.map { "\($0.path): \($0.change), \($0.isDone)" }
    #expect(
      told == [
        "first of all: moved(from: \"a\"), true", "b: edited, false", "d: new, false", "c: gone, false",
      ])
    #expect(differences.steps[1].before == SourceLocation(file: "test.lua", line: 4))
    #expect(differences.sentences.contains { $0.message.contains("will be carried out again") })
  }

  @Test("where nobody answers, the run waits and nothing is touched")
  func nobody() async throws {
    let rig = try await failed(Self.first.replacing("\"b\") end", with: "\"b2\") end"))
    let before = rig.world.calls
    guard case .waiting(let reason, _, let message) = try await rig.resume() else {
      Issue.record("it went on")
      return
    }
    #expect(reason == "changes")
    #expect(message.contains("edited: \"b\""))
    #expect(rig.world.calls == before)
  }

  @Test("accepted: what was done stays done, the rest is carried out as it is now, and the answer is recorded")
  func accepted() async throws {
    let rig = try await failed(
      """
      step("a", function() world.set("w1", "another a") end)
      step("b", function() world.set("w1", "b2") end)
      step("d", function() world.set("w1", "d") end)
      """)
    #expect(try await rig.resume(changes: .accept(by: "ann")) == .succeeded)
    #expect(rig.world.calls == ["set w1:a", "set w1:b", "set w1:b2", "set w1:d"])
    let event = try #require(try await rig.events(.changesAccepted).first)
    #expect(event.payload["by"] == "ann")
    #expect(event.payload["differences"]?.arrayValue?.count == 5)
  }

  @Test("refused: any difference ends it with all of them")
  func refused() async throws {
    let rig = try await failed(Self.first + "\n-- a comment")
    let failure = await failure { try await rig.resume(changes: .refuse) }
    #expect(failure?.code == .runChanged)
    #expect(failure?.related.isEmpty == false)
  }

  @Test("as started: the texts that were kept are used, the files on disk are not looked at")
  func asStarted() async throws {
    let rig = try await failed("error(\"this is not Lua any more\"")
    let record = try #require(try await rig.store.run("run1"))
    var source = rig.source
    source.kept = record.files
    #expect(try await rig.runner(pid: 2).execute(record, source) == .succeeded)
    #expect(rig.world.calls == ["set w1:a", "set w1:b", "set w1:b", "set w1:c"])
  }

  @Test(
    "what was agreed to is not asked about again, and --strict and --as-started still mean the files of the beginning")
  func agreedOnce() async throws {
    let rig = try await failed(Self.first + "\n-- a comment")
    rig.world.failNext("w1:b", times: 2)
    #expect(try await rig.resume(changes: .accept(by: "ann")).failure?.code == "world.trouble")
    #expect(try await changes(rig) == nil)
    let failure = await failure { try await rig.resume(changes: .refuse) }
    #expect(failure?.code == .runChanged)
    let record = try #require(try await rig.store.run("run1"))
    var source = rig.source
    source.kept = record.files
    #expect(try await rig.runner(pid: 2).execute(record, source) == .succeeded)
  }

  @Test("each step is undone by the files that carried it out")
  func rollbackOfEdited() async throws {
    func text(_ mark: String, _ first: String) -> String {
      """
      \(first)
      step("b", { retry = { attempts = 1 }, undo = function() world.set("w1", "\(mark) undone") end },
        function() world.set("w1", "\(mark)") end)
      """
    }
    let rig = try Rig()
    try rig.body(
      text(
        "old",
        "step(\"a\", { undo = function() world.set(\"w1\", \"a undone\") end }, function() world.set(\"w1\", \"a\") end)"
      ))
    rig.world.failNext("w1:old", times: 1)
    _ = try await rig.run()
    // The step that is done is edited and, in the end, gone.
    try rig.body(text("new", ""))
    #expect(try await rig.resume(changes: .accept(by: "ann")) == .succeeded)
    let record = try #require(try await rig.store.run("run1")),
      events = try await rig.store.events(of: "run1", after: 0)
    #expect(record.currentFiles(after: events).first?.text.contains("new undone") == true)
    #expect(try await rig.runner(pid: 3).rollback(record, rig.source) == .succeeded)
    #expect(rig.world.calls == ["set w1:a", "set w1:old", "set w1:new", "set w1:new undone", "set w1:a undone"])
  }

  @Test(
    "a run goes on with the modules that it was made of, also with one that only its execution came to",
    arguments: [
      "require(\"late\")",
      "(step(\"look\", function() return world.has(\"m\", \"go\") end) and require or require)(\"late\")",
    ])
  func lateModule(load: String) async throws {
    let rig = try Rig()
    try rig.write("late.lua", "return { mark = \"old\" }")
    try rig.body(
      """
      local first = step("first", function() return world.set("w1", "first") end)
      if first then
        local late = \(load)
        step("use it", { undo = function() world.set("w1", late.mark .. " undone") end },
          function() world.set("w1", late.mark) end)
        step("fails", { retry = { attempts = 1 } }, function() world.set("w1", "end") end)
      end
      """)
    let record = try await rig.create()
    rig.world.failNext("w1:end", times: 1)
    rig.world.onCall { call in
      // Edited while the run is under way, once it was loaded.
      if call == "set w1:old" { try rig.write("late.lua", "return { mark = \"new\" }") }
    }
    #expect(try await rig.runner().execute(record, rig.source).failure?.code == "world.trouble")
    let failure = await failure { try await rig.resume(changes: .refuse) }
    #expect(
      failure?.code == .runChanged && failure?.related.first?.message.contains("late") == true, "\(failure as Any)")
    #expect(try await changes(rig)?.files == ["late"])
    #expect(try await rig.runner(pid: 3).rollback(record, rig.source) == .succeeded)
    #expect(rig.world.calls.filter { $0.contains("undone") } == ["set w1:old undone"])
  }

  @Test(
    "the files of the beginning count again with --as-started and with --strict, and undo what they did",
    arguments: [true, false])
  func backToTheBeginning(isStrict: Bool) async throws {
    let rig = try Rig()
    func write(_ mark: String) throws {
      try rig.write("late.lua", "return { mark = \"\(mark)\" }")
      try rig.body(
        """
        local first = step("first", function() return world.set("w1", "first") end)
        local late = first and require("late")
        step("gate", { retry = { attempts = 1 } }, function() world.set("w1", "gate") end)
        step("use it", { undo = function() world.set("w1", late.mark .. " \(mark) undone") end },
          function() world.set("w1", late.mark .. " \(mark)") end)
        """)
    }
    try write("old")
    rig.world.failNext("w1:gate", times: 2)
    _ = try await rig.run()
    try write("new")
    #expect(try await rig.resume(changes: .accept(by: "ann")).failure?.code == "world.trouble")
    let record = try #require(try await rig.store.run("run1"))
    if isStrict {
      try write("old")
      #expect(try await rig.resume(changes: .refuse) == .succeeded)
    } else {
      var source = rig.source
      source.kept = record.files
      #expect(try await rig.runner(pid: 2).execute(record, source) == .succeeded)
    }
    #expect(try await rig.runner(pid: 3).rollback(record, rig.source) == .succeeded)
    #expect(rig.world.calls.suffix(2) == ["set w1:old old", "set w1:old old undone"])
  }

  @Test("a module that only a later execution comes to is kept by that one, and its edit is found")
  func moduleOfALaterExecution() async throws {
    let rig = try Rig()
    try rig.write("late.lua", "return { mark = \"old\" }")
    try rig.body(
      """
      local name = step("one", function() return world.set("w1", "one") and "late" end)
      step("gate", { retry = { attempts = 1 } }, function() world.set("w1", "gate") end)
      local late = name and require(name)
      step("two", function() world.set("w1", late.mark) end)
      step("three", { retry = { attempts = 1 } }, function() world.set("w1", "three") end)
      """)
    rig.world.failNext("w1:gate", times: 1)
    rig.world.failNext("w1:three", times: 1)
    _ = try await rig.run()
    #expect(try await rig.resume().failure?.code == "world.trouble")
    #expect(rig.world.marks.contains("w1:old"))
    try rig.write("late.lua", "return { mark = \"new\" }")
    #expect(await failure { try await rig.resume(changes: .refuse) }?.code == .runChanged)
  }

  @Test("an edited module is found, too")
  func module() async throws {
    let rig = try Rig()
    try rig.write("tools.lua", "return { mark = \"x\" }")
    let text =
      "local tools = require \"tools\"\nreturn runbook { function(run)\n"
      + "step(\"a\", { retry = { attempts = 1 } }, function() world.set(\"w1\", tools.mark) end) end }"
    try rig.write("test.lua", text)
    rig.world.failNext("w1:x", times: 1)
    _ = try await rig.run()
    try rig.write("tools.lua", "return { mark = \"y\" }")
    #expect(try await changes(rig)?.files == ["tools"])
  }
}
