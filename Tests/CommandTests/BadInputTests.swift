import Foundation
import TestSupport
import Testing

/// Bad input, seen as its user sees it: the message, the place, the mend, exit code 2, and no run in the journal.
@Suite(.usualTimeLimit) struct BadInputTests {
  private static let inventory = """
    stack: { name: da, directory: /opt/da, files: [docker-compose.yml] }
    services: [admin]
    hosts:
      da1: { address: 127.0.0.9, role: manager, services: [admin] }
    """

  private func refused(
    _ runbook: String?, inventory: String? = inventory, _ more: [String] = [], mentions words: [String],
    at location: SourceLocation = #_sourceLocation
  ) async throws {
    let program = try Program()
    defer { program.remove() }
    if let runbook { try program.write("test.lua", runbook) }
    if let inventory { try program.write("inventory.yaml", inventory) }
    let ending = try await program.run(["run", "test.lua", "--inventory", "inventory.yaml"] + more)
    #expect(ending.code == 2, "\(ending.errors)", sourceLocation: location)
    for word in words {
      #expect(ending.errors.contains(word), "«\(word)» in: \(ending.errors)", sourceLocation: location)
    }
    let list = try await program.run("list", "--json")
    #expect(list.code == 0)
    #expect(!list.output.contains("test.lua"), "a run was recorded", sourceLocation: location)
  }

  private func function(_ body: String) -> String { "return runbook { function(run)\n\(body)\nend }" }

  @Test("a runbook for hosts that is given no inventory says what is missing; so does a world that is not there")
  func noInventory() async throws {
    let program = try Program()
    defer { program.remove() }
    let bare = try await program.run("run", "distribute.lua")
    #expect(bare.code == 2 && bare.errors.contains("no inventory was given"), "\(bare.errors)")
    #expect(bare.errors.contains("--inventory FILE"))
    try program.write("here.yaml", Program.thisMachine)
    let world = try await program.run("run", "distribute.lua", "-i", "here.yaml", "--simulate", "none.yaml")
    #expect(world.code == 2 && world.errors.contains("there is no world file 'none.yaml'"), "\(world.errors)")
  }

  @Test("a runbook that is missing")
  func missingRunbook() async throws {
    try await refused(nil, mentions: ["there is no runbook \"test.lua\"", "runbooks"])
  }

  @Test("a runbook with a syntax error")
  func syntax() async throws {
    try await refused("return runbook {\nfunction(run) en }", mentions: ["test.lua:2", "syntax error near '}'"])
  }

  @Test("a runbook that raises")
  func raises() async throws {
    try await refused(function("error(\"the moon is wrong\")"), mentions: ["test.lua:2", "the moon is wrong"])
  }

  @Test("a runbook that eats memory")
  func memory() async throws {
    try await refused(
      function("local t = {}\nwhile true do t[#t + 1] = (\"x\"):rep(100000) .. #t end"),
      mentions: ["memory", "test.lua"])
  }

  @Test("a runbook that computes for ever")
  func endless() async throws {
    try await refused(function("while true do end"), mentions: ["without end", "test.lua:2"])
  }

  @Test("a primitive outside a step")
  func outsideStep() async throws {
    try await refused(
      function("swarm.leave(run.inventory.manager)"),
      mentions: ["test.lua:2", "swarm.leave", "outside a step", "step("])
  }

  @Test("two steps of one path")
  func duplicate() async throws {
    try await refused(
      function("step(\"a\", function() end)\nstep(\"a\", function() end)"),
      mentions: ["test.lua:3", "test.lua:2", "\"a\""])
  }

  @Test("an unknown parameter")
  func parameter() async throws {
    try await refused(
      "return runbook { params = { stack = { default = \"da\" } }, function(run) end }", ["--param", "stak=x"],
      mentions: ["no parameter \"stak\"", "did you mean \"stack\"?"])
  }

  @Test("an inventory that is missing")
  func missingInventory() async throws {
    try await refused(function(""), inventory: nil, mentions: ["inventory.yaml"])
  }

  @Test("an inventory that is not YAML")
  func notYAML() async throws {
    try await refused(function(""), inventory: "hosts: [a, b", mentions: ["inventory.yaml:"])
  }

  @Test("an inventory of a wrong shape: every mistake at once, each with its line")
  func wrongShape() async throws {
    try await refused(
      function(""),
      inventory: """
        stack: { name: da, directory: /opt/da, files: [docker-compose.yml] }
        sodu: true
        hosts:
          da1: { address: 10.0.0.1, role: manager, services: [admin] }
          da2: { role: manager, services: [admin, policy] }
        """,
      mentions: ["inventory.yaml:2", "sudo", "inventory.yaml:5", "address", "admin"])
  }

  @Test("a journal that is not a database is reported and left as it is")
  func damagedJournal() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("state/journal.db", "this is a text, not a database, and long enough to be looked at twice\n")
    try program.write("test.lua", function(""))
    let ending = try await program.run("run", "test.lua")
    #expect(ending.code == 2)
    #expect(ending.errors.contains("journal.db"))
    let text = try String(contentsOf: program.folder.appending(path: "state/journal.db"), encoding: .utf8)
    #expect(text.hasPrefix("this is a text"))
  }

  @Test("a journal that another process keeps locked")
  func lockedJournal() async throws {
    try await refusedJournal(
      by: """
        hold='touch locked; n=0; until [ -e release ] || [ $n -ge 600 ]; do sleep 0.1; n=$((n + 1)); done'
        sqlite3 state/journal.db "BEGIN EXCLUSIVE" ".shell $hold" >/dev/null &
        until [ -e locked ]; do sleep 0.05; done
        """,
      then: "touch release; wait", mentions: ["journal.db", "lock"])
  }

  @Test("a journal of a newer version")
  func newerJournal() async throws {
    try await refusedJournal(
      by: "sqlite3 state/journal.db 'PRAGMA user_version = 9999'", then: "true", mentions: ["journal.db", "newer"])
  }

  /// A run on a journal to which a shell script has done something; `then` ends what the script began.
  private func refusedJournal(by script: String, then end: String, mentions words: [String]) async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("test.lua", function(""))
    #expect(try await program.run("run", "test.lua").code == 0)
    let ending = try await program.shell("\(script)\n\"$PROGRAM\" run test.lua\ncode=$?\n\(end)\nexit $code")
    #expect(ending.code == 2, "\(ending.output) \(ending.errors)")
    for word in words { #expect(ending.errors.contains(word), "«\(word)» in: \(ending.errors)") }
  }

  @Test("an unknown run")
  func unknownRun() async throws {
    let program = try Program()
    defer { program.remove() }
    for command in ["show", "resume"] {
      let ending = try await program.run(command, "nosuch")
      #expect(ending.code == 2)
      #expect(ending.errors.contains("nosuch"))
    }
  }

  @Test("numbers that can't be meant are refused before the run, with what is allowed")
  func numbers() async throws {
    try await refused(function("time.sleep(1e300)"), mentions: ["test.lua:2", "time.sleep", "36500d"])
    try await refused(
      function("parallel({ 'a' }, { limit = 0 }, function() end)"), mentions: ["test.lua:2", "limit is 0", "1 or more"])
    for grace in ["1e300", "nan", "-1"] {
      let program = try Program()
      defer { program.remove() }
      try program.write("test.lua", function(""))
      let ending = try await program.run("run", "test.lua", "--grace=\(grace)")
      #expect(ending.code == 2 && ending.errors.contains("36500d"), "\(ending)")
    }
  }

  @Test("a stop by the largest numbers of failures and time is a failure with words, never the end of the program")
  func greatest() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(
      "test.lua",
      function(
        "parallel({ 'a', 'b' }, { max_failures = math.maxinteger }, function(x) step('s', function() fail('no') end) end)"
      ))
    let ending = try await program.run("run", "test.lua", "--grace=3153600000")
    #expect(ending.code < 64 && (ending.errors + ending.output).contains("no"), "\(ending)")
  }

  @Test("an archive with the largest numbers in it is shown in every way")
  func archive() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("here.yaml", Program.thisMachine)
    try program.write(
      "test.lua",
      function("step('a', function() ssh.read('here', { 'echo', 'x' }) end) step('b', function() fail('no') end)"))
    _ = try await program.run("run", "test.lua", "-i", "here.yaml")
    for (number, other) in [("9223372036854775807", "-9223372036854775808"), ("-9223372036854775808", "0")] {
      let made = try await program.shell(
        """
        "$PROGRAM" runs export $("$PROGRAM" list --json | grep -o '"run": *"[a-z0-9]*"' | head -1 | cut -d'"' -f4) -o - > a.jsonl
        sed -E -e '$d' -e 's/"(at|attempt|created_at|written_at)":[0-9]+/"\\1":\(number)/g' \
          -e 's/(test.lua):[0-9]+/\\1:\(other)/g' a.jsonl > b.jsonl
        printf '{"sha256":"%s"}\n' "$(sha256sum b.jsonl | cut -c1-64)" >> b.jsonl
        """)
      #expect(made.code == 0, "\(made)")
      let other = try Program()
      defer { other.remove() }
      let read = try await other.run("runs", "import", "\(program.folder.path)/b.jsonl")
      #expect(read.code == 0, "\(read)")
      let id = try String(#require(read.output.firstMatch(of: /Imported: ([a-z0-9]+)/)?.1))
      for command in [
        ["show", id], ["show", id, "--json"], ["logs", id], ["report", id, "-o", "-"], ["list"],
        ["list", "--json"], ["diff", id, id], ["runs", "export", id, "-o", "c.jsonl"],
      ] {
        let ending = try await other.run(command)
        #expect(ending.code < 128, "\(command): \(ending)")
      }
    }
  }

  @Test("a step path of any depth in an archive is shown in every way")
  func deepPath() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("test.lua", function("step('a', function() end)"))
    #expect(try await program.run("run", "test.lua").code == 0)
    let made = try await program.shell(
      """
      "$PROGRAM" runs export $("$PROGRAM" list --json | grep -o '"run": *"[a-z0-9]*"' | head -1 | cut -d'"' -f4) -o - > a.jsonl
      deep=$(head -c 400000 /dev/zero | tr '\\0' x | sed 's/x/x\\//g')
      printf '%s' "$deep" > deep
      sed -e '$d' a.jsonl | awk 'BEGIN { getline deep < "deep" } { gsub(/"path":"a"/, "\\"path\\":\\"" deep "a\\""); print }' > b.jsonl
      printf '{"sha256":"%s"}\\n' "$(sha256sum b.jsonl | cut -c1-64)" >> b.jsonl
      """)
    #expect(made.code == 0, "\(made)")
    let other = try Program()
    defer { other.remove() }
    let read = try await other.run("runs", "import", "\(program.folder.path)/b.jsonl")
    #expect(read.code == 0, "\(read.errors.prefix(2000))")
    let id = try String(#require(read.output.firstMatch(of: /Imported: ([a-z0-9]+)/)?.1))
    for command in ["show \(id)", "show \(id) --json", "report \(id) -o report.html", "logs \(id)", "list"] {
      let ending = try await other.shell("\"$PROGRAM\" \(command) >shown")
      #expect(ending.code == 0, "\(command): \(ending.errors.prefix(2000))")
    }
  }
}
