import Foundation
import Testing

/// How a swarm's root certificate is made anew by rotate-ca.lua, read with `docker` and `openssl`.
struct RootStory: Sendable {
  let swarm: SecureSwarm
  let person: Operator
  let inventory: String

  /// A node that is down is named; with `prune` it is removed, and the run that is killed while the nodes follow is
  /// resumed and makes no second root. The old token lets nobody in, the new one does.
  func expectMadeAnewWithoutNodeThatIsDown() async throws {
    let before = try await fingerprint(), oldToken = try await swarm.token("worker")
    try await swarm.lab.fault(.powerOff, on: "da4")
    try await swarm.wait("da4 is down") { try await swarm.nodes().contains("da4 Down") }
    let refused = try await rotate()
    #expect(refused.code == 2, "\(refused.words)")
    #expect(refused.words.contains("is down: the managers would wait for it, and so never finish"))
    #expect(try await fingerprint() == before)

    let killed = try await person.runbook(person.run("rotate-ca.lua", inventory, "prune=true") + ["--json"]) {
      line, send in
      if line.contains("nodes have a new certificate") { send(.kill) }
    }
    #expect(killed.status == .signaled(9), "\(killed.words.suffix(2000))")
    #expect(killed.output.contains("0 of 3 nodes have a new certificate; waiting for da1, da2, da3"))
    let resumed = try await person.runbook("resume")
    #expect(resumed.code == 0, "\(resumed.words)")
    #expect(try await person.journal.repeated() == [])
    #expect(try await swarm.say("da1", "info", "-f", "{{.Swarm.Cluster.Spec.CAConfig.ForceRotate}}") == "1")
    #expect(try await fingerprint() != before)
    try await expectTrusted(on: SecureSwarm.managers)
    try person.expectSecrecy(in: [refused, killed, resumed])

    try await swarm.lab.fault(.powerOn, on: "da4")
    try await swarm.lab.docker(on: "da4", "swarm", "leave", "--force")
    let stranger = try await swarm.shell("da4", "docker swarm join --token \(oldToken) 10.77.0.1:2377")
    #expect(stranger.exitCode != 0)
    #expect(stranger.standardError.contains("fingerprint"), "\(stranger.standardError)")
    try await swarm.lab.docker(on: "da4", "swarm", "join", "--token", swarm.token("worker"), "10.77.0.1:2377")
    try await swarm.wait("da4 is in again") { try await swarm.nodes().contains("da4 Ready") }
    try await expectTrusted(on: SecureSwarm.hosts)
  }

  /// A root certificate that openssl made, and its key: every node has it then, the key is seen nowhere, and a second
  /// run changes nothing.
  func expectOwn() async throws {
    let certificate = person.folder.appending(path: "root.crt").path
    let key = person.folder.appending(path: "root.key").path
    try await swarm.lab.run([
      "bash", "-euc",
      """
      umask 077
      openssl ecparam -name prime256v1 -genkey -noout -out "$1"
      openssl req -x509 -new -key "$1" -days 7300 -subj /CN=corporate-ca -out "$2"
      """, "-", key, certificate,
    ]).output()
    let alone = try await rotate("certificate=@\(certificate)")
    #expect(alone.code == 2)
    #expect(alone.words.contains("the swarm could not sign with the certificate"), "\(alone.words)")

    let (rotated, seen) = try await ArgumentWatch.during {
      try await rotate("certificate=@\(certificate)", "key=@\(key)")
    }
    #expect(rotated.code == 0, "\(rotated.words)")
    let wanted = try await swarm.lab.run([
      "openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in", certificate,
    ]).output()
    #expect(try await fingerprint() == wanted.trimmingCharacters(in: .newlines))
    try await expectTrusted(on: SecureSwarm.hosts)

    let secret = try person.key("root.key").split(separator: "\n").map(String.init)
    try #require(secret.count > 2)
    try person.expectSecrecy(of: Array(secret[1..<secret.count - 1]) + ["SWMTKN-1-"], in: [rotated])
    #expect(!seen.contains { $0.contains(secret[1]) })

    let again = try await rotate("certificate=@\(certificate)", "key=@\(key)")
    #expect(again.code == 0, "\(again.words)")
    #expect(again.words.contains("Nothing had to be changed"), "\(again.words)")
  }

  private func rotate(_ parameters: String...) async throws -> Ending {
    try await person.runbook(
      person.run("rotate-ca.lua", inventory) + parameters.flatMap { ["--param", $0] })
  }

  /// The fingerprint of the root that the managers show.
  private func fingerprint() async throws -> String {
    let said = try await swarm.shell("da1", "docker swarm ca | openssl x509 -noout -fingerprint -sha256").output()
    return said.trimmingCharacters(in: .newlines)
  }

  /// Each node holds that very root, and a certificate that it vouches for.
  private func expectTrusted(on hosts: [String]) async throws {
    let wanted = try await fingerprint()
    for host in hosts {
      let own = try await swarm.shell(
        host,
        """
        openssl x509 -noout -fingerprint -sha256 \
          -in "$(docker info --format '{{.DockerRootDir}}')/swarm/certificates/swarm-root-ca.crt"
        """
      ).output()
      #expect(own.trimmingCharacters(in: .newlines) == wanted, "\(host)")
      #expect(try await swarm.certificate(host).isTrusted, "\(host)")
    }
  }
}
