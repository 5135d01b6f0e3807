import Foundation
import Subprocess
import TestSupport
import Testing

/// One executor per run, as real processes: of two that start at once one is told, and one that was paused past its
/// lease writes nothing any more.
@Suite(.usualTimeLimit, .serialized) struct ExecutorTests {
  /// Writes a runbook. Each of the steps says its name on the host; `goes-on` and `ends` then wait for a file of that
  /// name with `go-` before it.
  private func write(into program: Program) throws {
    try program.write("inventory.yaml", Program.thisMachine)
    try program.write(
      "a.lua",
      """
      local folder = "\(program.folder.path)"
      return runbook { function(run)
        local function say(word, wait)
          step(word, function()
            local script = "echo " .. word .. " >> log"
            if wait then script = script .. "; n=0; while [ ! -e go-" .. word .. " ] && [ $((n=n+1)) -lt 12000 ]; do sleep 0.05; done" end
            ssh.run(run.inventory.manager, { "sh", "-c", script }, { cwd = folder })
          end)
        end
        approve("Go?")
        say("begins")
        say("goes-on", true)
        say("ends", true)
      end }
      """)
  }

  private static let words = "begins\ngoes-on\nends\n"

  private func log(_ program: Program) -> String {
    (try? String(contentsOf: program.folder.appending(path: "log"), encoding: .utf8)) ?? ""
  }

  /// Waits until the host recorded that word.
  private func wait(for word: String, _ program: Program) async throws {
    try await eventually(word, every: .milliseconds(20)) { log(program).contains(word) }
  }

  private static let times = ProcessInfo.processInfo.environment["RUNBOOK_EXECUTORS"].flatMap(Int.init) ?? 10

  @Test("of two processes that resume one run at once, one carries it out and the other one is told")
  func twoAtOnce() async throws {
    var held = 0, told = 0
    for round in 1...Self.times {
      let program = try Program()
      defer { program.remove() }
      try write(into: program)
      for word in ["goes-on", "ends"] { try program.write("go-\(word)", "") }
      #expect(try await program.run("run", "a.lua", "--inventory", "inventory.yaml").code == 3)
      async let one = program.run("resume", "--yes")
      async let other = program.run("resume", "--yes")
      let endings = try await [one, other]
      #expect(endings.map(\.code).sorted() == [0, 2], "round \(round): \(endings)")
      let words: String = endings.first { $0.code == 2 }.map(\.errors) ?? ""
      // Started so much later that the other one was through, it is told that the run is over.
      let isTold = words.contains("is being executed by")
      #expect(isTold || words.contains("over"), "round \(round): \(words)")
      #expect(log(program) == Self.words, "round \(round)")
      if isTold { told += 1 }
      if endings.map(\.code).sorted() == [0, 2], log(program) == Self.words { held += 1 }
    }
    print(
      "two executors at once: \(Self.times) rounds, \(held) held; in \(told) the second was told who is at work, in the "
        + "others it came when the run was over")
  }

  @Test(
    "a process that was paused past its lease writes nothing any more, says so, and its command is run once",
    .enabled("process IDs of one's own want root on Linux") {
      geteuid() == 0
    })
  func paused() async throws {
    let program = try Program()
    defer { program.remove() }
    try write(into: program)
    let lease = ["RUNBOOK_LEASE_SECONDS": "2"]
    async let second = takeOver(program, lease)
    let paused = try await program.run(
      ["run", "a.lua", "--inventory", "inventory.yaml", "--yes"], variables: lease
    ) { send in
      try await wait(for: "goes-on", program)
      try await pause(program, send)
      try program.write("go-goes-on", "")
      try await wait(for: "ends", program)
      try send(.init(rawValue: SIGCONT))
    }
    // The second one is still at its last step while the first one finds out.
    try program.write("go-ends", "")
    let other = try await second
    #expect(other.code == 0, "\(other.output) \(other.errors)")
    #expect(paused.code == 1, "\(paused.output) \(paused.errors)")
    let words = (paused.output + paused.errors).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("the lease was lost"), "\(words)")
    #expect(words.contains("is held by"), "\(words)")
    #expect(log(program) == Self.words)
    let journal = program.folder.appending(path: "state/journal.db").path
    let rows = try await program.shell(
      "sqlite3 '\(journal)' \"SELECT kind, path FROM events WHERE kind LIKE 'step.succeeded' OR kind LIKE 'run.%'\"")
    #expect(
      rows.output.split(separator: "\n").map(String.init) == [
        "run.created|", "run.started|", "run.snapshot|", "step.succeeded|begins", "run.started|",
        "step.succeeded|goes-on", "step.succeeded|ends", "run.snapshot|", "run.succeeded|",
      ], "\(rows.errors)")
  }

  @Test("a process that lives keeps its run, whatever the clock says and although it hangs; its end frees the run")
  func living() async throws {
    let program = try Program()
    defer { program.remove() }
    try write(into: program)
    let journal = program.folder.appending(path: "state/journal.db").path
    let first = try await program.run(["run", "a.lua", "--inventory", "inventory.yaml", "--yes"]) { send in
      try await wait(for: "goes-on", program)
      // A process that hangs renews nothing. With a clock that was set ahead, the end of its lease is long ago.
      try await pause(program, send)
      let set = try await program.shell("sqlite3 '\(journal)' 'UPDATE leases SET expires_at = 1; SELECT changes()'")
      try #require(set.output == "1\n", "\(set.errors)")
      let process = try await program.shell("sqlite3 '\(journal)' \"SELECT holder ->> 'processID' FROM leases\"").output
        .trimmingCharacters(in: .newlines)
      let refused = try await program.shell("timeout 60 \"$PROGRAM\" resume --yes")
      #expect(refused.code == 2, "\(refused.output) \(refused.errors)")
      let words = refused.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(words.contains("is being executed by"), "\(words)")
      #expect(words.contains("kill \(process)"), "\(words)")
      let listed = try await program.run("list").output
      #expect(listed.contains("running"), "\(listed)")
      let pruned = try await program.run("runs", "prune", "--older-than", "0d", "--also-unfinished", "--yes", "--json")
      #expect(pruned.code == 0 && !pruned.output.contains("\"deleted\":true"), "\(pruned.output) \(pruned.errors)")
      #expect(log(program) == "begins\ngoes-on\n")
      try send(.kill)
    }
    #expect(first.code == 128 + 9 || first.code == -9 || first.code == 9, "\(first.code)")
    for word in ["goes-on", "ends"] { try program.write("go-\(word)", "") }
    let resumed = try await program.run("resume", "--yes")
    #expect(resumed.code == 0, "\(resumed.output) \(resumed.errors)")
    #expect(log(program) == Self.words)
  }

  /// Stops the process, as its machine would, at a moment when it does not write: the journal would stay locked for all.
  private func pause(_ program: Program, _ send: (Signal) throws -> Void) async throws {
    let journal = program.folder.appending(path: "state/journal.db").path
    while true {
      try send(.init(rawValue: SIGSTOP))
      if try await program.shell("sqlite3 '\(journal)' 'BEGIN IMMEDIATE; ROLLBACK'").code == 0 { return }
      try send(.init(rawValue: SIGCONT))
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  /// Resumes the run once it is paused, as often as it is refused because somebody holds it: that is until the paused
  /// process's lease has ended.
  private func takeOver(_ program: Program, _ lease: [String: String]) async throws -> Program.Ending {
    let limit = ContinuousClock.now + .seconds(120)
    let isPaused = program.folder.appending(path: "go-goes-on").path
    while true {
      if FileManager.default.fileExists(atPath: isPaused) {
        // From among other process IDs, as in a container, nobody can tell whether the paused process lives.
        let ending = try await program.shell(
          "exec unshare --pid --fork --mount-proc \"$PROGRAM\" resume --yes", variables: lease)
        if ending.code != 2 || ContinuousClock.now > limit { return ending }
        #expect(ending.errors.contains("is being executed by"), "\(ending.errors)")
      }
      try await Task.sleep(for: .milliseconds(100))
    }
  }
}
