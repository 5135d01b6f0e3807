import Foundation
import TestSupport
import Testing

/// The shipped runbooks one after the other, each in the world that an earlier one has left.
@Suite("Shipped runbooks in a simulated world", .usualTimeLimit)
struct SimulatedRunbooksTests {
  private static func inventory(_ second: String, _ third: String) -> String {
    """
    stack: { name: da, directory: /opt/da, files: [docker-compose.yml, network.yml, versiontag.yml] }
    hosts:
      da1: { address: 10.77.0.1, role: manager, services: [admin, distribution, postgres] }
      da2: { address: 10.77.0.2, role: worker, services: [\(second)] }
      da3: { address: 10.77.0.3, role: worker, services: [\(third)] }
    """
  }

  /// Runs a runbook, which must succeed, and gives the ID of its run.
  private func run(
    _ program: Program, _ runbook: String, in world: String?, _ inventory: String, _ parameters: String...
  ) async throws -> String {
    try program.write("inv.yaml", inventory)
    let ending = try await program.run(
      ["run", Self.path(runbook), "-i", "inv.yaml", "--yes"] + parameters.flatMap { ["-p", $0] } + ["--simulate"]
        + (world.map { [$0] } ?? []))
    #expect(ending.code == 0, "\(runbook): \(ending.output)\(ending.errors)")
    return ending.output.firstMatch(of: /runbook show ([a-z0-9]+)/).map { String($0.1) } ?? "none"
  }

  @Test("day two: services move, a worker goes and comes back, versions are raised")
  func dayTwo() async throws {
    let program = try Program()
    defer { program.remove() }
    let first = Self.inventory("accesspoint", "policy, authentication")
    let half = Self.inventory("accesspoint, policy", "authentication")
    let emptied = Self.inventory("accesspoint, policy, authentication", "")
    let whole = try await run(program, "distribute.lua", in: nil, first)
    let moved = try await run(program, "move-service.lua", in: whole, half, "service=policy")
    let both = try await run(program, "move-service.lua", in: moved, emptied, "service=authentication")
    let removed = try await run(program, "remove-worker.lua", in: both, emptied, "host=da3", "standalone=true")
    let added = try await run(program, "add-worker.lua", in: removed, emptied, "host=da3")
    _ = try await run(program, "verify.lua", in: added, emptied)

    let services = ["admin", "policy", "authentication", "distribution", "accesspoint"]
    let lines =
      services.map { "  \($0): { image: \"nexus/da-\($0):6.10.0\" }" } + [
        "  postgres: { image: \"nexus/postgres:6.10.0\" }"
      ]
    try program.write("versiontag.yml", "version: \"3.8\"\nservices:\n" + lines.joined(separator: "\n") + "\n")
    let images = services.map { "\"nexus/da-\($0):6.10.0\"" } + ["\"nexus/postgres:6.10.0\""]
    try program.write("img/manifest.json", "[{\"RepoTags\":[\(images.joined(separator: ","))]}]")
    _ = try await program.shell("tar -C img -cf images.tar manifest.json")
    let upgraded = try await run(
      program, "upgrade.lua", in: whole, first, "versiontag=\(program.folder.path)/versiontag.yml",
      "images=\(program.folder.path)/images.tar")
    _ = try await run(program, "verify.lua", in: upgraded, first)
  }

  @Test("security: tokens, the root certificate and the unlock key are made anew, certificates are told")
  func security() async throws {
    let program = try Program()
    defer { program.remove() }
    let inventory = Self.inventory("accesspoint", "policy, authentication")
    let whole = try await run(program, "distribute.lua", in: nil, inventory)
    let rotated = try await run(program, "rotate-tokens.lua", in: whole, inventory)
    let rooted = try await run(program, "rotate-ca.lua", in: rotated, inventory)
    let key = program.folder.path + "/key"
    let secured = try await run(program, "secure-swarm.lua", in: rooted, inventory, "unlock_key_file=\(key)")
    let changed = try await run(program, "rotate-unlock-key.lua", in: secured, inventory, "unlock_key_file=\(key).2")
    #expect(try String(contentsOfFile: key, encoding: .utf8) != String(contentsOfFile: key + ".2", encoding: .utf8))
    _ = try await run(program, "certificates.lua", in: changed, inventory)
    _ = try await run(program, "diagnose.lua", in: changed, inventory)
    _ = try await run(program, "preflight.lua", in: nil, inventory)
  }

  @Test("certificates that end soon, or have ended, are told; a new root certificate renews them")
  func certificates() async throws {
    let program = try Program()
    defer { program.remove() }
    let inventory = Self.inventory("accesspoint", "policy, authentication")
    try program.write("inv.yaml", inventory)
    try program.write(
      "world.yaml", "start: joined\nhosts: { da2: { certificate_days: 3.5 }, da3: { certificate_days: -1 } }")
    let told = try await program.run("run", Self.path("certificates.lua"), "-i", "inv.yaml", "--simulate", "world.yaml")
    #expect(told.code == 1, "\(told.output)")
    #expect(told.output.contains("da3: its certificate HAS EXPIRED"), "\(told.output)")
    #expect(told.output.contains("da2: its certificate should have been renewed"), "\(told.output)")
    let id = try await program.newestRun()
    let rooted = try await run(program, "rotate-ca.lua", in: id, inventory)
    _ = try await run(program, "certificates.lua", in: rooted, inventory)
  }

  @Test("high availability: three managers, and workers for the access points")
  func highAvailability() async throws {
    let program = try Program()
    defer { program.remove() }
    let inventory = """
      stack: { name: da, directory: /opt/da, files: [docker-compose.yml, network.yml, versiontag.yml] }
      managers: 3
      services: [admin, accesspoint, policy, authentication, distribution]
      hosts:
        da1: { address: 10.77.0.1, role: manager, services: [admin, distribution, policy, authentication] }
        da2: { address: 10.77.0.2, role: manager, services: [distribution, policy, authentication] }
        da3: { address: 10.77.0.3, role: manager, services: [policy, authentication] }
        da4: { address: 10.77.0.4, role: worker, services: [accesspoint] }
        da5: { address: 10.77.0.5, role: worker, services: [accesspoint] }
      """
    let whole = try await run(program, "high-availability.lua", in: nil, inventory)
    _ = try await run(program, "verify.lua", in: whole, inventory)
  }

  @Test("a swarm whose manager has lost all is brought back from its archive, and its workers come back to it")
  func backup() async throws {
    let program = try Program()
    defer { program.remove() }
    let inventory = Self.inventory("accesspoint", "policy, authentication")
    let whole = try await run(program, "distribute.lua", in: nil, inventory)
    let folder = program.folder.path
    let saved = try await run(program, "backup-swarm.lua", in: whole, inventory, "to=\(folder)", "downtime=true")
    _ = try await run(program, "verify.lua", in: saved, inventory)
    let archives = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".tar.gz") }
    let archive = try #require(archives.first)
    try program.write(
      "lose.lua",
      """
      return runbook { summary = "Lose the manager's state", function(run)
        step("lose it", function() swarm.leave(run.inventory.manager, { force = true }) end)
      end }
      """)
    let lost = try await run(program, folder + "/lose.lua", in: saved, inventory)
    let broken = try await program.run(
      "run", Self.path("verify.lua"), "-i", "inv.yaml", "--simulate", lost)
    #expect(broken.code == 1, "\(broken.output)")
    let restored = try await run(program, "restore-swarm.lua", in: lost, inventory, "archive=\(folder)/\(archive)")
    _ = try await run(program, "verify.lua", in: restored, inventory)
  }

  @Test("a locked manager's archive is brought back with its unlock key")
  func lockedBackup() async throws {
    let program = try Program()
    defer { program.remove() }
    let inventory = Self.inventory("accesspoint", "policy, authentication")
    let folder = program.folder.path
    let whole = try await run(program, "distribute.lua", in: nil, inventory)
    let secured = try await run(program, "secure-swarm.lua", in: whole, inventory, "unlock_key_file=\(folder)/key")
    let saved = try await run(program, "backup-swarm.lua", in: secured, inventory, "to=\(folder)", "downtime=true")
    let archives = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".tar.gz") }
    let archive = "\(folder)/\(try #require(archives.first))"
    let locked = try await program.run("run", Self.path("verify.lua"), "-i", "inv.yaml", "--simulate", saved)
    #expect(locked.code == 1, "\(locked.output)")
    // Another day, on appliances that are new.
    let restored = try await run(
      program, "restore-swarm.lua", in: nil, inventory, "archive=\(archive)", "unlock_key=@\(folder)/key")
    let shown = try await program.run("show", restored)
    #expect(shown.output.contains("unlock it"), "\(shown.output)")
  }

  @Test("a new appliance takes the place of a dead one that is no host of the inventory")
  func replacement() async throws {
    let program = try Program()
    defer { program.remove() }
    let inventory = Self.inventory("accesspoint", "policy, authentication")
    try program.write("world.yaml", Self.withDeadNode)
    let replaced = try await run(
      program, "replace-node.lua", in: "world.yaml", inventory, "old=gone", "host=da3")
    _ = try await run(program, "verify.lua", in: replaced, inventory)
    let shown = try await program.run("show", replaced)
    #expect(shown.output.contains("remove the entry of the dead node"), "\(shown.output)")
  }

  /// A swarm of which one node is dead, and beside it a new appliance: da3.
  private static var withDeadNode: String {
    let services = ["accesspoint", "admin", "authentication", "distribution", "policy", "postgres"].map { name in
      let label = name == "postgres" ? name : "da-\(name)"
      let mode = ["admin", "postgres"].contains(name) ? "replicas: 1" : "mode: global"
      return """
              da_\(name):
                { stack: da, image: "nexus/\(label):6.9.0", \(mode), constraints: ["node.labels.\(label) == true"],
                  networks: [da_da-overlay], healthcheck: true, endpoint_mode: dnsrr }
        """
    }
    return """
      swarms:
        - nodes:
            - { host: da1, role: manager, leads: true, labels: { da-admin: "true", da-distribution: "true", postgres: "true" } }
            - { host: da2, role: worker, labels: { da-accesspoint: "true" } }
            - hostname: gone
              address: 10.77.0.3
              role: worker
              state: down
              labels: { da-policy: "true", da-authentication: "true" }
          networks: { da_da-overlay: { labels: { com.docker.stack.namespace: da } } }
          services:
      \(services.joined(separator: "\n"))
      """
  }

  private static func path(_ runbook: String) -> String {
    runbook.hasPrefix("/")
      ? runbook : URL(filePath: #filePath).appending(path: "../../../runbooks/\(runbook)").standardized.path
  }
}
