import DockerEngine
import TestSupport
import Testing
import Values

@Suite("The engine's errors", .usualTimeLimit)
struct KnownProblemTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let status: Int
    let words: String
    let code: FailureCode
    var isRetryable = false
    var testDescription: String { code.rawValue + ": " + words.prefix(60) }
  }

  static let cases = [
    Case(
      status: 503,
      words:
        "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node "
        + "to swarm and try again.", code: .engineNotSwarmManager),
    Case(
      status: 503,
      words: "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state. Please run "
        + "this command on a manager node or promote the current node to a manager.", code: .engineNotSwarmManager),
    Case(
      status: 503,
      words:
        "This node is already part of a swarm. Use \"docker swarm leave\" to leave this swarm and join another one.",
      code: .swarmAlreadyPart),
    Case(status: 503, words: "This node is not part of a swarm", code: .swarmNotPart),
    Case(
      status: 500, words: "rpc error: code = Unknown desc = update out of sequence", code: .swarmUpdateOutOfSequence,
      isRetryable: true),
    Case(
      status: 500,
      words:
        "rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few managers are "
        + "online. Make sure more than half of the managers are online.", code: .swarmNoLeader, isRetryable: true),
    Case(
      status: 500, words: "rpc error: code = DeadlineExceeded desc = context deadline exceeded", code: .swarmNoLeader,
      isRetryable: true),
    Case(
      status: 500,
      words: "rpc error: code = Unknown desc = raft: failed to process the request: node lost leader status",
      code: .swarmNoLeader, isRetryable: true),
    Case(
      status: 503, words: "rpc error: code = Unavailable desc = transport is closing", code: .swarmNoLeader,
      isRetryable: true),
    Case(
      status: 503, words: "rpc error: code = Unavailable desc = error reading from server: EOF", code: .swarmNoLeader,
      isRetryable: true),
    Case(
      status: 503,
      words: "Swarm is encrypted and needs to be unlocked before it can be used. Please use \"docker swarm unlock\" to "
        + "unlock it.", code: .swarmLocked),
    Case(
      status: 400, words: "swarm could not be unlocked: invalid key provided", code: .swarmUnlockKeyInvalid),
    Case(status: 409, words: "swarm is not locked", code: .swarmNotLocked),
    Case(
      status: 503,
      words:
        "Timeout was reached before node joined. The attempt to join the swarm will continue in the background. Use "
        + "the \"docker info\" command to see the current swarm status of your node.", code: .swarmJoinTimeout,
      isRetryable: true),
    Case(
      status: 503,
      words: "rpc error: code = Unavailable desc = all SubConns are in TransientFailure, latest connection error: "
        + "connection error: desc = \"transport: Error while dialing dial tcp 10.77.0.1:2377: connect: connection "
        + "refused\"", code: .swarmJoinUnreachable, isRetryable: true),
    Case(
      status: 503,
      words: "rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing dial tcp "
        + "10.77.0.1:2377: connect: no route to host\"", code: .swarmJoinUnreachable, isRetryable: true),
    Case(
      status: 400,
      words: "rpc error: code = InvalidArgument desc = A valid join token is necessary to join this cluster",
      code: .swarmTokenInvalid),
    Case(status: 400, words: "invalid join token", code: .swarmTokenInvalid),
    Case(
      status: 500,
      words: "remote CA does not match fingerprint. Expected: "
        + "9529c6f3c5558ac3ec02b338a52d3c5434e0835a8af6f1e124649e87afaa2fb5", code: .swarmCAMismatch),
    Case(
      status: 400,
      words: "could not choose an IP address to advertise since this system has multiple addresses on interface eth0 "
        + "(10.0.0.1 and 10.0.0.2) - specify one with --advertise-addr", code: .swarmAddressAmbiguous),
    Case(
      status: 400,
      words:
        "rpc error: code = FailedPrecondition desc = could not connect to prospective new cluster member using its "
        + "advertised address: rpc error: code = DeadlineExceeded desc = context deadline exceeded",
      code: .swarmMemberUnreachable, isRetryable: true),
    Case(
      status: 500,
      words:
        "error while validating Root CA Certificate: x509: certificate has expired or is not yet valid: current time "
        + "2026-11-21T07:00:00Z is before 2026-11-22T06:00:00Z", code: .swarmCertificateTime),
    Case(
      status: 503,
      words: "Swarm certificates have expired. To replace them, leave the swarm and join again.",
      code: .swarmCertificatesExpired),
    Case(
      status: 400,
      words:
        "rpc error: code = FailedPrecondition desc = node knudq5g8z2q3c1zegz83nmv2y is not down and can't be removed",
      code: .nodeNotDown, isRetryable: true),
    Case(
      status: 400,
      words: "rpc error: code = FailedPrecondition desc = node ndgutqu7m1n4fh5bpo0leys1v is a cluster manager and is a "
        + "member of the raft cluster. It must be demoted to worker before removal", code: .nodeIsManager),
    Case(status: 400, words: "node da1 is ambiguous (2 matches found)", code: .nodeAmbiguous),
    Case(
      status: 400,
      words: "rpc error: code = FailedPrecondition desc = attempting to demote the last manager of the swarm",
      code: .swarmLastManager),
    Case(
      status: 503,
      words: "You are attempting to leave the swarm on a node that is participating as a manager. Removing the last "
        + "manager erases all current state of the swarm. Use `--force` to ignore this message.",
      code: .swarmLastManager),
    Case(
      status: 503,
      words: "You are attempting to leave the swarm on a node that is participating as a manager. Removing this node "
        + "leaves 1 managers out of 2. Without a Raft quorum your swarm will be inaccessible. The only way to restore a "
        + "swarm that has lost consensus is to reinitialize it with `--force-new-cluster`. Use `--force` to suppress "
        + "this message.", code: .swarmQuorum),
    Case(
      status: 400,
      words:
        "rpc error: code = FailedPrecondition desc = can't remove member from the raft: this would result in a loss "
        + "of quorum", code: .swarmQuorum),
    Case(
      status: 403,
      words: "error while removing network: network da_default id 6bkzo300kzk7snm862q4f6zht has active endpoints",
      code: .networkActiveEndpoints, isRetryable: true),
    Case(
      status: 400,
      words: "rpc error: code = FailedPrecondition desc = network o6rbn63jola0ehjpoji67ofyt is in use by task "
        + "x2bkzo300kzk7snm862q4f6zht", code: .networkActiveEndpoints, isRetryable: true),
    Case(
      status: 400,
      words: "rpc error: code = InvalidArgument desc = minimum certificate expiry time is: 1h0m0s",
      code: .swarmCertificateExpiryTooShort),
    Case(
      status: 500,
      words: "error creating external connectivity network: error creating vxlan interface: file exists",
      code: .taskStaleLink),
    Case(
      status: 400,
      words: "rpc error: code = InvalidArgument desc = port '8443' is already in use by service 'da_admin'",
      code: .taskPortInUse),
    Case(status: 404, words: "network abc not found", code: .engineNotFound),
    Case(status: 404, words: "node abc not found", code: .engineNotFound),
    Case(status: 409, words: "rpc error: code = AlreadyExists desc = name conflicts", code: .engineConflict),
    Case(status: 400, words: "invalid JSON", code: .engineBadRequest),
    Case(status: 500, words: "something new", code: .engineError),
    Case(status: 503, words: "", code: .engineError, isRetryable: true),
  ]

  @Test("each of the engine's known words has its code, and is kept as the cause", arguments: cases)
  func codes(known: Case) async throws {
    let engine = ScriptedEngine { _ in .refusal(known.status, known.words) }
    let client = engine.client()
    let found = try #require(await failure { _ = try await client.info() })
    #expect(found.code == known.code)
    #expect(found.isRetryable == known.isRetryable)
    #expect(found.host == "da1")
    #expect(found.cause == (known.words.isEmpty ? "status 503" : known.words))
    client.close()
  }

  @Test("an error without JSON is reported in the words that came")
  func plainText() async throws {
    let engine = ScriptedEngine { _ in .json("404 page not found\n", status: 404) }
    let client = engine.client()
    let found = await failure { _ = try await client.info() }
    #expect(found?.code == .engineNotFound)
    #expect(found?.cause == "404 page not found")
    client.close()
  }

  @Test("a missing engine is reported with its place")
  func absent() async throws {
    let client = EngineClient(host: "da1", connector: UnixSocketConnector(path: "/nowhere/docker.sock"))
    let found = await failure { _ = try await client.info() }
    #expect(found?.code == .engineAbsent)
    #expect(found?.host == "da1")
    #expect(found?.message.contains("/nowhere/docker.sock") == true)
    client.close()
  }

  @Test("a port where nothing listens is an absent engine")
  func refusedPort() async throws {
    // Port 1 of the loopback address: reserved, and not in use.
    let client = EngineClient(host: "da1", connector: TCPConnector(host: "127.0.0.1", port: 1))
    let found = await failure { _ = try await client.info() }
    #expect(found?.code == .engineAbsent)
    #expect(found?.isRetryable == true)
    client.close()
  }
}
