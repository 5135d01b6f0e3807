import Foundation
import Testing

@Suite("Runs in a simulated world")
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
    #expect(ending.errors.contains("its world is not there any more"), "\(ending.output)\(ending.errors)")
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
}
