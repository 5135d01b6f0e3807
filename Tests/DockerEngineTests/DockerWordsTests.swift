import DockerEngine
import TestSupport
import Testing
import Values

/// Words that people met, as the sources and the reports of users have them; where they come from stands beside them.
@Suite("Docker's words are explained", .usualTimeLimit)
struct DockerWordsTests {
  static let cases: [(words: String, code: FailureCode, says: String)] = [
    // docker/cli
    ("key da-admin doesn't exist in node's labels", .engineNotFound, "label.remove ignores missing labels"),
    (
      "Got permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
      .enginePermissionDenied, "sudo: true"
    ),
    (
      "failed to open the raw stream connection: dial unix /var/run/docker.sock: connect: permission denied",
      .enginePermissionDenied, "group docker"
    ),
    (
      "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
      .engineAbsent, "systemctl start docker"
    ),
    // moby#23302, #29293, #42119
    (
      "failed to create service da_admin: Error response from daemon: network da_default not found", .engineNotFound,
      "wait until a stack that is being removed is gone"
    ),
    (
      "Error response from daemon: error while removing network: network da_default id abc has active endpoints",
      .networkActiveEndpoints, "attached"
    ),
    // swarmkit's control API and scheduler
    ("rpc error: code = Unknown desc = update out of sequence", .swarmUpdateOutOfSequence, "read it again"),
    ("node da1 is ambiguous (2 matches found)", .nodeAmbiguous, "IDs"),
    (
      "no suitable node (scheduling constraints not satisfied on 3 nodes)", .taskNoSuitableNode, "docker node inspect"
    ),
    ("1/1: no suitable node (host-mode port already in use on 1 node)", .taskPortInUse, "ss -lptn"),
    ("no suitable node (insufficient resources on 2 nodes)", .taskNoSuitableNode, "reserv"),
    ("no suitable node (2 nodes not available for new tasks)", .taskNoSuitableNode, "node"),
    ("assigned node no longer meets constraints", .taskNoSuitableNode, "labels"),
    ("subnet sandbox join failed: error creating vxlan interface: file exists", .taskStaleLink, "vxlan"),
    // moby#36696, #42660, #24228
    (
      "all SubConns are in TransientFailure, latest connection error: connection error", .swarmJoinUnreachable, "2377"
    ),
    (
      "Swarm certificates have expired. To replace them, leave the swarm and join again.", .swarmCertificatesExpired,
      "join it again"
    ),
    (
      "Timeout was reached before node joined. The attempt to join the swarm will continue in the background.",
      .swarmJoinTimeout, "docker info"
    ),
    ("This node is already part of a swarm.", .swarmAlreadyPart, "leave that swarm"),
    ("x509: certificate has expired or is not yet valid", .swarmCertificateTime, "clocks"),
  ]

  @Test("each is recognised, kept as the cause, and explained with what to do", arguments: cases)
  func explains(words: String, code: FailureCode, says: String) throws {
    let failure = try #require(DockerWords.failure(for: words))
    #expect(failure.code == code)
    #expect(failure.cause == words)
    #expect(DockerWords.explanation(of: words)?.contains(says) == true, "\(failure)")
  }

  @Test("other words are not explained")
  func unknown() {
    #expect(DockerWords.explanation(of: "the moon is wrong") == nil)
    #expect(DockerWords.explanation(of: "") == nil)
  }
}
