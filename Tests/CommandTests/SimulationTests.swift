import Foundation
import TestSupport
import Testing

@Suite("Runs in a simulated world", .usualTimeLimit)
struct SimulationTests {
  private static let inventory = """
    stack: { name: da, directory: /opt/da, files: [docker-compose.yml, network.yml, versiontag.yml] }
    hosts:
      da1: { address: 10.77.0.1, role: manager, services: [admin, distribution, postgres] }
      da2: { address: 10.77.0.2, role: worker, services: [accesspoint] }
      da3: { address: 10.77.0.3, role: worker, services: [policy, authentication] }
    """

  private static func path(_ runbook: String) -> String {
    URL(filePath: #filePath).appending(path: "../../../runbooks/\(runbook)").standardized.path
  }

  /// Runs a shipped runbook, and gives the ID of the run with what it said.
  private func run(
    _ program: Program, _ runbook: String, _ world: String?, _ more: [String] = []
  ) async throws -> (code: Int32, id: String, said: String) {
    let simulate = ["--simulate"] + (world.map { [$0] } ?? [])
    let ending = try await program.run(["run", Self.path(runbook), "-i", "inv.yaml", "--yes"] + more + simulate)
    let id = ending.output.firstMatch(of: /runbook show ([a-z0-9]+)/).map { String($0.1) } ?? ""
    return (ending.code, id, ending.output + ending.errors)
  }

  @Test("the whole procedure goes through, is verified, reverted and rolled back, and touches nothing outside")
  func procedure() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("inv.yaml", Self.inventory)
    let done = try await run(program, "distribute.lua", nil)
    #expect(done.code == 0, "\(done.said)")
    #expect(done.said.contains("access point on da2: 10.77.0.2"))

    // Nobody takes it for a run on the hosts.
    #expect(try await program.run("list").output.contains("done, simulated"))
    #expect(try await program.run("show", done.id).output.contains("no host was touched"))
    #expect(try await program.run("list", "--json").output.contains("\"simulated\": true"))
    #expect(try await program.run("show", done.id, "--json").output.contains("\"simulated\": true"))

    let verified = try await run(program, "verify.lua", done.id)
    #expect(verified.code == 0, "\(verified.said)")
    let again = try await run(program, "distribute.lua", done.id)
    #expect(again.said.contains("nothing is changed"), "\(again.said)")
    let reverted = try await run(program, "revert.lua", done.id)
    #expect(reverted.code == 0, "\(reverted.said)")
    // Each alone again, it is not what the inventory describes.
    #expect(try await run(program, "verify.lua", reverted.id).code == 1)

    let undone = try await program.run("rollback", done.id, "--yes")
    #expect(undone.code == 0, "\(undone.output)\(undone.errors)")
  }

  @Test("a run that is killed goes on in the same world, which nothing else remembers", arguments: [20, 60, 110])
  func killed(point: Int) async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("inv.yaml", Self.inventory)
    let arguments = ["run", Self.path("distribute.lua"), "-i", "inv.yaml", "--yes", "--simulate"]
    let killed = try await program.run(arguments, variables: ["RUNBOOK_CRASH_AT": "\(point)"])
    #expect(killed.code == 128 + 9, "\(killed.output)\(killed.errors)")
    let ending = try await program.run("resume", "--yes")
    #expect(ending.code == 0, "\(ending.output)\(ending.errors)")
    let id = ending.output.firstMatch(of: /runbook show ([a-z0-9]+)/).map { String($0.1) }
    let verified = try await run(program, "verify.lua", id ?? "")
    #expect(verified.code == 0, "\(verified.said)")
  }

  @Test("a simulated run whose world is gone is never resumed on the real hosts")
  func worldless() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("inv.yaml", Self.inventory)
    let arguments = ["run", Self.path("distribute.lua"), "-i", "inv.yaml", "--yes", "--simulate"]
    let killed = try await program.run(arguments, variables: ["RUNBOOK_CRASH_AT": "40"])
    #expect(killed.code == 128 + 9)
    try FileManager.default.removeItem(at: program.folder.appending(path: "state/simulated"))
    let ending = try await program.run("resume", "--yes")
    #expect(ending.code != 0, "\(ending.output)\(ending.errors)")
    #expect(ending.errors.contains("its world is missing"), "\(ending.output)\(ending.errors)")
  }

  @Test("the world of a run goes when the run is pruned")
  func pruned() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("inv.yaml", Self.inventory)
    let done = try await run(program, "preflight.lua", nil)
    let world = program.folder.appending(path: "state/simulated/\(done.id).jsonl").path
    #expect(FileManager.default.fileExists(atPath: world))
    let pruned = try await program.run("runs", "prune", "--older-than", "0m", "--keep", "0", "--yes")
    #expect(pruned.code == 0, "\(pruned.output)\(pruned.errors)")
    #expect(!FileManager.default.fileExists(atPath: world))
  }

  @Test(
    "a fault of the world file strikes, and the run says so; the retry of the step goes on", .timeLimit(.minutes(1)))
  func faults() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("inv.yaml", Self.inventory)
    try program.write(
      "world.yaml", "faults: [{ do: refuse, host: da2, call: POST /swarm/join, at: 1, words: no luck today }]")
    let done = try await run(program, "distribute.lua", "world.yaml")
    #expect(done.code == 0, "\(done.said)")
    #expect(done.said.contains("no luck today"))
  }

  @Test("a world file that is wrong is refused with its line")
  func badWorld() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("inv.yaml", Self.inventory)
    try program.write("world.yaml", "hosts:\n  da9: { start: none }\n")
    let done = try await run(program, "distribute.lua", "world.yaml")
    #expect(done.code == 2, "\(done.said)")
    #expect(done.said.contains("world.yaml:2"))
    #expect(done.said.contains("da9"))
  }

  /// Calls that change something fail by chance. Of those that wait, how many there are hangs on the machine.
  private static let unreliable = """
    faults:
      - { do: refuse, call: POST /, chance: 0.2 }
      - { do: lose-answer, call: POST /, chance: 0.1 }
      - { do: lose, call: DELETE /, chance: 0.2 }
    """

  @Test("of one seed two runs come to the same: steps, attempts, faults, results, and the order of each step's events")
  func sameSeed() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("inv.yaml", Self.inventory)
    try program.write("world.yaml", Self.unreliable)
    var told: [[String: [String]]] = []
    for _ in 1...2 {
      let ending = try await program.run(
        "run", Self.path("distribute.lua"), "-i", "inv.yaml", "--yes", "--json", "--simulate", "world.yaml",
        "--simulate-seed", "8")
      #expect(ending.code == 0, "\(ending.output)\(ending.errors)")
      told.append(try Self.events(ending.output))
    }
    let failed = told[0].values.joined().count { $0.contains("attempt.failed") }
    #expect(failed > 2)
    #expect(Set(told[0].keys) == Set(told[1].keys))
    for (path, events) in told[0] { #expect(told[1][path] == events, "\(path)") }
  }

  /// What was told of each step, in order, without what is another each time: clocks, waits, process and lease IDs.
  private static func events(_ lines: String) throws -> [String: [String]] {
    var found: [String: [String]] = [:]
    for line in lines.split(separator: "\n") {
      let event = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      guard let kind = event["kind"] as? String, let path = event["path"] as? String else { continue }
      // What a wait sees in between hangs on when it looks.
      let words = (event["payload"] as? [String: Any])?["text"] as? String
      if kind == "step.output", words?.hasPrefix("waiting for ") == true { continue }
      let told: [String: Any] = [
        "kind": kind, "attempt": event["attempt"] ?? 0, "host": event["host"] ?? "",
        "payload": Self.steady(event["payload"] ?? 0),
      ]
      let text = try JSONSerialization.data(withJSONObject: told, options: [.sortedKeys])
      found[path, default: []].append(String(decoding: text, as: UTF8.self))
    }
    return found
  }

  private static let fleeting: Set = [
    "clock_offset", "clock_uncertainty", "retry_after", "not_before", "not_after", "fingerprint", "digest",
    // The name of a call is drawn anew, and so is the mark of a host.
    "call", "site",
  ]

  private static func steady(_ value: Any) -> Any {
    if let members = value as? [String: Any] {
      return members.filter { !fleeting.contains($0.key) }.mapValues(steady)
    }
    if let elements = value as? [Any] { return elements.map(steady) }
    return value
  }

  @Test("a run that faults end half-way is resumed, past what struck before, to the right end", arguments: [23, 29])
  func resumedPastFaults(seed: Int) async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("inv.yaml", Self.inventory)
    try program.write("world.yaml", Self.unreliable)
    let first = try await program.run(
      "run", Self.path("distribute.lua"), "-i", "inv.yaml", "--yes", "--simulate", "world.yaml", "--simulate-seed",
      "\(seed)")
    #expect(first.code == 1, "\(first.output)\(first.errors)")
    var ending = first
    for _ in 1...8 where ending.code == 1 { ending = try await program.run("resume", "--yes") }
    #expect(ending.code == 0, "\(ending.output)\(ending.errors)")
    let id = try #require(ending.output.firstMatch(of: /runbook show ([a-z0-9]+)/).map { String($0.1) })
    let verified = try await run(program, "verify.lua", id)
    #expect(verified.code == 0, "\(verified.said)")
  }

  @Test("a fault at one call does not strike again when the run is resumed")
  func struckOnce() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("inv.yaml", Self.inventory)
    try program.write(
      "once.lua",
      """
      return runbook { summary = "Label once", function(run)
        step("label it", { retry = { attempts = 1 } }, function() label.set(run.inventory.manager, { seen = "yes" }) end)
      end }
      """)
    try program.write(
      "world.yaml", "faults: [{ do: refuse, host: da1, call: POST /nodes/ID/update, at: 1, words: not today }]")
    let failed = try await program.run("run", "once.lua", "-i", "inv.yaml", "--simulate", "world.yaml")
    #expect(failed.code == 1 && failed.output.contains("not today"), "\(failed.output)\(failed.errors)")
    let resumed = try await program.run("resume", "--yes")
    #expect(resumed.code == 0, "\(resumed.output)\(resumed.errors)")
  }
}
