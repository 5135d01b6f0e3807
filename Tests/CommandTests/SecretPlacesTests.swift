import Foundation
import TestSupport
import Testing

@Suite("Where secrets do not get to", .usualTimeLimit)
struct SecretPlacesTests {
  private static let key = Data((1...32).map { UInt8($0) }).base64EncodedString()

  @Test("what env and random give is in no file of the state in clear, and a resumed run has it again")
  func recordedValues() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("inventory.yaml", Program.thisMachine)
    try program.write(
      "a.lua",
      """
      return runbook { function(run)
        local here = run.inventory.manager
        local token = secret(env("THE_TOKEN"))
        local password, number = random.uuid(), random.integer(100000000, 999999999)
        local function keep(name)
          step(name, function()
            ssh.run(here, { "sh", "-c", "cat > \(program.folder.path)/" .. name }, {
              stdin = secret(password .. " " .. number .. " " .. (env("THE_TOKEN") or "none")) })
          end)
        end
        keep("first")
        approve("go on?")
        keep("second")
      end }
      """)
    let begun = try await program.run(
      ["run", "a.lua", "-i", "inventory.yaml"], variables: ["THE_TOKEN": "clear-as-day"])
    #expect(begun.code == 3, "\(begun.output)\(begun.errors)")
    let first = try String(contentsOf: program.folder.appending(path: "first"), encoding: .utf8)
    let words = first.split(separator: " ").map(String.init)
    try #require(words.count == 3 && words[2] == "clear-as-day")
    let resumed = try await program.run(["resume", "--yes"], variables: ["THE_TOKEN": "another"])
    #expect(resumed.code == 0, "\(resumed.output)\(resumed.errors)")
    #expect(
      try String(contentsOf: program.folder.appending(path: "second"), encoding: .utf8).hasPrefix(
        "\(words[0]) \(words[1]) "))
    _ = try await program.shell(
      "\"$PROGRAM\" runs export $(\"$PROGRAM\" list --json | grep -o '\"run\" *: *\"[a-z0-9]*' | grep -o '[a-z0-9]*$') -o state/a.jsonl"
    )
    var isSomeRead = false
    for name in try FileManager.default.contentsOfDirectory(atPath: program.folder.path + "/state") {
      guard let data = FileManager.default.contents(atPath: program.folder.path + "/state/" + name) else { continue }
      isSomeRead = true
      for word in words { #expect(data.range(of: Data(word.utf8)) == nil, "\(name) has \(word)") }
    }
    #expect(isSomeRead)
  }

  @Test("a secret that stands where a long line is cut is shown and kept by no half")
  func printedInALongLine() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("inventory.yaml", Program.thisMachine)
    try program.write(
      "a.lua",
      """
      return runbook { function(run)
        step("print it", function()
          ssh.run(run.inventory.manager, { "sh", "-c", "head -c 65530 /dev/zero | tr '\\\\0' x; cat; echo" },
            { stdin = secret(env("THE_TOKEN")) })
        end)
      end }
      """)
    let begun = try await program.run(
      ["run", "a.lua", "-i", "inventory.yaml"], variables: ["THE_TOKEN": "clear-as-day"])
    #expect(begun.code == 0, "\(begun.errors)")
    let logs = try await program.run("logs", program.newestRun())
    for shown in [begun.output + begun.errors, logs.output + logs.errors] {
      #expect(shown.contains("‹secret›") && !shown.contains("clear") && !shown.contains("day"), "\(shown.suffix(200))")
    }
    let journal = try Data(contentsOf: program.folder.appending(path: "state/journal.db"))
    #expect(journal.range(of: Data("xxclear-".utf8)) == nil && journal.range(of: Data("as-day".utf8)) == nil)
  }

  @Test(
    "a command that prints the secret that it was given prints the placeholder, and what the step returns of it is sealed"
  )
  func printed() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("inventory.yaml", Program.thisMachine)
    try program.write(
      "a.lua",
      """
      return runbook { function(run)
        local here = run.inventory.manager
        local token = secret(env("THE_TOKEN"))
        local said = step("print it", function()
          return ssh.run(here, { "sh", "-c", "tee /dev/stderr; sleep 1; printf clear-as; sleep 1; printf -- '-day'" },
            { stdin = token }).stdout
        end)
        step("say it", function() log.info("it is " .. said) end)
        note("said", { said })
        approve("go on?")
        step("keep it", function() file.write(here, "\(program.folder.path)/kept", said) end)
        step("fail with it", function()
          ssh.run(here, { "sh", "-c", "cat >&2; exit 4" }, { stdin = token })
        end)
      end }
      """)
    var shown = ""
    let begun = try await program.run(
      ["run", "a.lua", "-i", "inventory.yaml", "--trace"], variables: ["THE_TOKEN": "clear-as-day"])
    #expect(begun.code == 3, "\(begun.output)\(begun.errors)")
    let resumed = try await program.run(["resume", "--yes"], variables: ["THE_TOKEN": "clear-as-day"])
    #expect(resumed.code == 1, "\(resumed.output)\(resumed.errors)")
    // The script has what was printed, also once it was resumed.
    let kept = try String(contentsOf: program.folder.appending(path: "kept"), encoding: .utf8)
    #expect(kept == "clear-as-dayclear-as-day")
    let id = try await program.newestRun()
    for arguments in [["show", id], ["show", id, "--json"], ["logs", id], ["report", id, "-o", "state/report.md"]] {
      let result = try await program.run(arguments)
      #expect(result.code == 0, "\(result.errors)")
      shown += result.output + result.errors
    }
    shown += begun.output + begun.errors + resumed.output + resumed.errors
    #expect(shown.contains("‹secret›"))
    #expect(!shown.contains("clear-as-day") && !shown.contains("$concealed"), "\(shown)")
    _ = try await program.shell(
      "\"$PROGRAM\" runs export $(\"$PROGRAM\" list --json | grep -o '\"run\" *: *\"[a-z0-9]*' | grep -o '[a-z0-9]*$') -o state/a.jsonl"
    )
    var read = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: program.folder.path + "/state") {
      guard let data = FileManager.default.contents(atPath: program.folder.path + "/state/" + name) else { continue }
      read += 1
      #expect(data.range(of: Data("clear-as-day".utf8)) == nil, "\(name)")
    }
    #expect(read >= 3)
  }

  @Test("the journal's key reaches no command, no notifier and no runbook")
  func key() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("inventory.yaml", Program.thisMachine)
    try program.write(
      "a.lua",
      """
      return runbook { function(run)
        step("look", function()
          ssh.run(run.inventory.manager, { "sh", "-c", "env > \(program.folder.path)/seen-by-command" })
          return ssh.read(run.inventory.manager, { "env" }).stdout
        end)
      end }
      """)
    let variables = ["RUNBOOK_KEY": Self.key, "SEEN_BY_ALL": "yes"]
    let done = try await program.run(
      ["run", "a.lua", "-i", "inventory.yaml", "--notify", "env > seen-by-notifier"], variables: variables)
    #expect(done.code == 0, "\(done.output)\(done.errors)")
    for name in ["seen-by-command", "seen-by-notifier"] {
      let seen = try String(contentsOf: program.folder.appending(path: name), encoding: .utf8)
      #expect(seen.contains("SEEN_BY_ALL=yes") && !seen.contains(Self.key) && !seen.contains("RUNBOOK_KEY"), "\(name)")
    }
    let state = try Data(contentsOf: program.folder.appending(path: "state/journal.db"))
    #expect(state.range(of: Data(Self.key.utf8)) == nil)
    try program.write("b.lua", "return runbook { function(run) log.info(env(\"RUNBOOK_KEY\")) end }")
    let refused = try await program.run(["run", "b.lua"], variables: variables)
    #expect(refused.code != 0 && !refused.output.contains(Self.key) && refused.errors.contains("key of the journal"))
  }

  @Test("reports, archives and plans are their owner's alone from the first moment on")
  func written() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("a.lua", "return runbook { function(run) step(\"s\", function() return 1 end) end }")
    #expect(try await program.run("run", "a.lua").code == 0)
    // With strace, every file that is made is seen with the mode that it is made with.
    let traced = try await program.shell(
      """
      umask 0
      id=$("$PROGRAM" list --json | grep -o '"run" *: *"[a-z0-9]*' | grep -o '[a-z0-9]*$')
      for what in "report $id -o out.html" "runs export $id -o out.jsonl" "plan a.lua -o out.json"; do
        strace -f -qq -e trace=openat,open,creat -o trace "$PROGRAM" $what > said || { cat said >&2; exit 9; }
        grep O_CREAT trace
      done
      ls -l out.*
      """)
    #expect(traced.code == 0, "\(traced.errors)")
    let made = traced.output.split(separator: "\n").filter { $0.contains("O_CREAT") && !$0.contains("/state/") }
    #expect(made.count >= 3, "\(traced.output)")
    for line in made { #expect(line.contains(", 0600)"), "\(line)") }
    #expect(traced.output.matches(of: /-rw------- .* out\./).count == 3, "\(traced.output)")
  }
}
