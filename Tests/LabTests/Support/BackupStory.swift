import Foundation
import Testing

/// How a swarm is saved and brought back by backup-swarm.lua and restore-swarm.lua, read with `docker`.
struct BackupStory: Sendable {
  let swarm: SecureSwarm
  let person: Operator
  let inventory: String

  /// What would cost the swarm its majority, or could not be brought back, is refused, and nothing was stopped.
  func expectRefusals() async throws {
    let locked = try await backup()
    #expect(locked.code == 2, "\(locked.words)")
    #expect(locked.words.contains("the 3 managers lock"), "\(locked.words)")
    try await swarm.lab.docker(on: "da1", "swarm", "update", "--autolock=false")

    let worker = try await backup("host=da4")
    #expect(worker.code == 2 && worker.words.contains("it is not a manager that the others reach"), "\(worker.words)")

    try await swarm.lab.fault(.engineStop, on: "da3")
    try await swarm.wait("da3 is missed") {
      try await swarm.say("da1", "node", "ls", "--format", "{{.ManagerStatus}}").contains("Unreachable")
    }
    let majority = try await backup()
    #expect(majority.code == 2, "\(majority.words)")
    #expect(majority.words.contains("the managers would lose their majority"), "\(majority.words)")
    try await swarm.lab.fault(.engineStart, on: "da3")
    try await swarm.waitForManager("da3")
  }

  /// Saved from one manager of three, killed while its engine is stopped; then every node leaves, and one host is the
  /// whole swarm again: services, secrets, configs, labels, tokens.
  func expectBroughtBack() async throws {
    try await fill()
    let before = try await contents()
    let killed = try await person.runbook(
      person.run("backup-swarm.lua", inventory, "to=\(folder)", "host=da2") + ["--json"]
    ) {
      line, send in
      if line.contains("\"effect.started\""), line.contains("tar -C") { send(.kill) }
    }
    #expect(killed.status == .signaled(9), "\(killed.words.suffix(2000))")
    let saved = try await person.runbook("resume")
    #expect(saved.code == 0, "\(saved.words)")
    #expect(try await person.journal.repeated() == [])
    try await swarm.waitForManager("da2")
    let archive = try archives("da2")
    try await expectNothingLeft(on: "da2")
    let digest = try await swarm.lab.run(["sha256sum", archive]).output().prefix(64)
    #expect(saved.words.contains(digest))

    let living = try await restore(archive)
    #expect(living.code == 2 && living.words.contains("it is in a swarm of 4 nodes"), "\(living.words)")
    for host in SecureSwarm.hosts { try await swarm.lab.docker(on: host, "swarm", "leave", "--force") }
    let wrong = try await restore(archive, "digest=\(String(repeating: "0", count: 64))")
    #expect(wrong.code == 2 && wrong.words.contains("the archive is not the one that was made"), "\(wrong.words)")
    #expect(try await swarm.states() == ["inactive", "inactive", "inactive", "inactive"])

    let cut = try await person.runbook(
      person.run("restore-swarm.lua", inventory, "archive=\(archive)", "digest=\(digest)") + ["--json"]
    ) { line, send in
      if line.contains("\"effect.started\""), line.contains("tar -C") { send(.kill) }
    }
    #expect(cut.status == .signaled(9), "\(cut.words.suffix(2000))")
    let back = try await person.runbook("resume")
    #expect(back.code == 0, "\(back.words)")
    #expect(try await person.journal.repeated() == [])
    #expect(try await contents() == before)
    #expect(try await swarm.say("da1", "info", "--format", "{{.Swarm.Managers}}") == "1")
    try await expectNothingLeft(on: "da1")
    try person.expectSecrecy(in: [saved, back])
  }

  /// The only manager, which locks: saved only when its absence is accepted, and brought back with the unlock key only.
  func expectLockedBroughtBack() async throws {
    try await swarm.lab.docker(on: "da1", "swarm", "update", "--autolock=true")
    let key = try await swarm.say("da1", "swarm", "unlock-key", "--quiet")
    let file = try person.write("unlock-key", key)
    let before = try await contents()
    let alone = try await backup()
    #expect(alone.code == 2 && alone.words.contains("it is the only manager"), "\(alone.words)")
    let saved = try await backup("downtime=true")
    #expect(saved.code == 0, "\(saved.words)")
    #expect(saved.words.contains("da1 is locked now"), "\(saved.words)")
    let archive = try archives("da1")

    try await swarm.lab.docker(on: "da1", "swarm", "leave", "--force")
    let refused = try await restore(archive)
    #expect(refused.code == 2 && refused.words.contains("the archive is locked"), "\(refused.words)")
    #expect(try await swarm.say("da1", "info", "--format", "{{.Swarm.LocalNodeState}}") == "inactive")
    let back = try await restore(archive, "unlock_key=@\(file)")
    #expect(back.code == 0, "\(back.words)")
    #expect(try await contents() == before)
    #expect(try await swarm.say("da1", "swarm", "unlock-key", "--quiet") == key)
    try person.expectSecrecy(in: [saved, refused, back])
  }

  private var folder: String { person.folder.path }

  private func backup(_ parameters: String...) async throws -> Ending {
    try await person.runbook(
      person.run("backup-swarm.lua", inventory, "to=\(folder)") + parameters.flatMap { ["--param", $0] })
  }

  private func restore(_ archive: String, _ parameters: String...) async throws -> Ending {
    try await person.runbook(
      person.run("restore-swarm.lua", inventory, "archive=\(archive)") + parameters.flatMap { ["--param", $0] })
  }

  private func fill() async throws {
    try await swarm.shell(
      "da1",
      """
      set -e
      docker service create --quiet --detach --no-resolve-image --name pages --replicas 0 --label kind=front lab/none
      echo hush | docker secret create password -
      echo words | docker config create settings -
      docker node update --label-add place=cellar "$(docker node ls --quiet --filter name=da4)"
      """
    ).output()
  }

  /// What the swarm is made of, whoever manages it.
  private func contents() async throws -> String {
    try await swarm.shell(
      "da1",
      """
      set -e
      docker info --format '{{.Swarm.Cluster.ID}}'
      docker service inspect pages --format '{{.ID}} {{json .Spec}}'
      docker secret inspect password --format '{{.ID}} {{json .Spec}}'
      docker config inspect settings --format '{{.ID}} {{json .Spec}}'
      docker node inspect "$(docker node ls --quiet --filter name=da4)" --format '{{.ID}} {{json .Spec.Labels}}'
      docker swarm join-token --quiet worker
      docker swarm ca
      """
    ).output()
  }

  /// The one archive of a host; only its owner can read it.
  private func archives(_ host: String) throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
      $0.hasPrefix("swarm-\(host)-") && $0.hasSuffix(".tar.gz")
    }
    try #require(names.count == 1, "\(names)")
    let path = "\(folder)/\(names[0])"
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    return path
  }

  private func expectNothingLeft(on host: String) async throws {
    let files = try await swarm.shell(host, "ls \"$(docker info --format '{{.DockerRootDir}}')\"").output()
    #expect(!files.contains(".tar.gz"), "\(files)")
  }
}
