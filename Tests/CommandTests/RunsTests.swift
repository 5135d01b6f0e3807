import Foundation
import TestSupport
import Testing

@Suite("Runs that travel and runs that go", .usualTimeLimit)
struct RunsTests {
  private static let asks = """
    return runbook {
      params = { token = { type = "secret" } },
      function(run)
        step("look", function() return { seen = "it" } end)
        approve("now?")
      end,
    }
    """

  @Test("an exported run is read elsewhere, and can't be gone on with there")
  func travels() async throws {
    let home = try Program(), other = try Program()
    defer {
      home.remove()
      other.remove()
    }
    try home.write("asks.lua", Self.asks)
    let begun = try await home.run(
      ["run", "asks.lua", "-p", "token=env:THE_TOKEN"], variables: ["THE_TOKEN": "very-secret-text"])
    #expect(begun.code == 3, "\(begun.errors)")
    let id = try await home.newestRun()
    let exported = try await home.run("runs", "export", id, "-o", other.folder.path + "/a.jsonl")
    #expect(exported.code == 0, "\(exported.errors)")
    #expect(exported.output.contains("Left out"))
    let file = try String(contentsOf: other.folder.appending(path: "a.jsonl"), encoding: .utf8)
    #expect(!file.contains("very-secret-text") && file.contains(id))

    #expect(try await other.run("runs", "import", "a.jsonl").output.contains("Imported: \(id)"))
    #expect(try await other.run("runs", "import", "a.jsonl").output.contains("Already here"))
    #expect(try await other.run("list").output.contains("imported"))
    #expect(try await other.run("list", "--open", "--json").output == "[]\n")
    let shown = try await other.run("show", id)
    #expect(shown.code == 0)
    #expect(shown.output.contains("it can only be read") && !shown.output.contains("runbook resume"))
    #expect(try await other.run("logs", id).output.contains("imported from"))
    #expect(try await other.run("report", id, "-o", "-").output.contains(id))
    for command in [
      ["resume", id, "--as-started"], ["rollback", id], ["approve", id], ["resolve", id, "look", "--done"],
    ] {
      let refused = try await other.run(command)
      #expect(refused.code == 2, "\(command)")
      #expect(refused.errors.contains("can only be read"), "\(command): \(refused.errors)")
    }
    let nothing = try await other.run("resume")
    #expect(nothing.code == 2)
    #expect(nothing.errors.contains("no run to resume"))
    let resumed = try await home.run(
      ["resume", "--yes", id], variables: ["THE_TOKEN": "very-secret-text"])
    #expect(resumed.code == 0, "the run at home is as before: \(resumed.errors)")
    try other.write("cut.jsonl", String(file.dropLast(40)))
    let damaged = try await other.run("runs", "import", "cut.jsonl")
    #expect(damaged.code == 2)
    #expect(damaged.errors.contains("damaged"))
  }

  @Test("old runs are shown, then deleted when that is agreed to, and what is unfinished stays")
  func prunes() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("looks.lua", "return runbook { function(run) step(\"s\", function() return 1 end) end }")
    try program.write("asks.lua", "return runbook { function(run) approve(\"now?\") end }")
    for name in ["looks.lua", "asks.lua", "looks.lua"] { _ = try await program.run("run", name) }
    func count() async throws -> Int {
      try await program.run("list", "--json").output.matches(of: /"run" ?:/).count
    }
    let shown = try await program.run("runs", "prune", "--older-than", "0d", "--dry-run")
    #expect(shown.code == 0)
    #expect(shown.output.contains("kept: unfinished") && shown.output.contains("Nothing was deleted"))
    #expect(try await count() == 3)
    let unasked = try await program.run("runs", "prune", "--older-than", "0d")
    #expect(unasked.code == 2)
    #expect(unasked.errors.contains("--yes"))
    #expect(try await program.run("runs", "prune", "--older-than", "90d", "--yes").output.contains("run is that old"))
    #expect(try await program.run("runs", "prune", "--older-than", "0d", "--yes", "--keep", "1").code == 0)
    #expect(try await count() == 2)
    _ = try await program.run("runs", "prune", "--older-than", "0d", "--yes")
    #expect(try await count() == 1)
    _ = try await program.run("runs", "prune", "--older-than", "0d", "--yes", "--also-unfinished")
    #expect(try await count() == 0)
    #expect(try await program.run("runs", "prune", "--older-than", "soon").code == 2)
  }
}
