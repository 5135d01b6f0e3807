import Values

/// An error that people meet, recognised by the engine's own words: its statuses do not distinguish errors.
struct KnownProblem: Sendable {
  let code: FailureCode
  /// All of these are in the engine's words, whatever their case.
  let marks: [String]
  let message: String
  let hint: String?
  let isRetryable: Bool
  let leavesDoubt: Bool

  private init(
    _ code: FailureCode, _ marks: String..., say message: String, hint: String? = nil, retry: Bool = false,
    doubt: Bool = false
  ) {
    self.code = code
    self.marks = marks
    self.message = message
    self.hint = hint
    isRetryable = retry
    leavesDoubt = doubt
  }

  func failure(cause: String) -> Failure {
    Failure(code, message, cause: cause, hint: hint, isRetryable: isRetryable, leavesDoubt: leavesDoubt)
  }

  /// The first entry whose marks are all there.
  static func recognise(_ words: String) -> KnownProblem? {
    let words = words.lowercased()
    return table.first { problem in problem.marks.allSatisfy { words.contains($0) } }
  }

  /// The first entry of ``cliTable`` whose marks are all there.
  static func recogniseCLI(_ words: String) -> KnownProblem? {
    let words = words.lowercased()
    return cliTable.first { problem in problem.marks.allSatisfy { words.contains($0) } }
  }

  /// What only the `docker` command says, or says where the API's statuses say more.
  private static let cliTable: [KnownProblem] = [
    KnownProblem(
      .engineNotFound, "doesn't exist in node's labels",
      say: "the node does not have the label that was to be removed",
      hint: "do nothing if the label should be gone: label.remove ignores missing labels"),
    KnownProblem(
      .enginePermissionDenied, "permission denied", "docker",
      say: "this user may not talk to the Docker engine",
      hint: "set `sudo: true` for this host in the inventory, or add its user to the group docker"),
    KnownProblem(
      .engineAbsent, "cannot connect to the docker daemon",
      say: "no Docker engine answers on this host", hint: "start it on the host: systemctl start docker"),
    KnownProblem(
      .engineNotFound, "network", "not found",
      say: "a network does not exist",
      hint: "wait until a stack that is being removed is gone, then try again: its networks go one by one",
      retry: true),
  ]

  /// In the order of looking: what is more particular comes first. All marks are in lower case.
  ///
  /// The words are those of moby's daemon/cluster and of swarmkit's control API and CA, 20.10 to 28.
  static let table: [KnownProblem] = [
    // The API's versions (moby's version middleware).
    KnownProblem(
      .engineTooNew, "client version", "is too old",
      say: "the Docker engine no longer speaks the API version that this program speaks",
      hint: "use a newer release of this program"),
    KnownProblem(
      .engineTooOld, "client version", "is too new",
      say: "the Docker engine does not speak the API version that this program speaks",
      hint: "update Docker on this host to 20.10 or later"),
    KnownProblem(
      .engineTooOld, "client is newer than server",
      say: "the Docker engine does not speak the API version that this program speaks",
      hint: "update Docker on this host to 20.10 or later"),

    // States of the swarm on this engine.
    KnownProblem(
      .swarmCertificatesExpired, "swarm certificates have expired",
      say: "this node's swarm certificate has expired",
      hint: "correct the host's clock if it is wrong; else the node must leave the swarm and join it again"),
    KnownProblem(
      .swarmLocked, "encrypted and needs to be unlocked",
      say: "the swarm on this manager is locked", hint: "unlock it with the key: docker swarm unlock"),
    KnownProblem(
      .swarmUnlockKeyInvalid, "could not be unlocked", "invalid key",
      say: "the unlock key does not fit this swarm",
      hint: "use the key that `docker swarm unlock-key` shows on an unlocked manager"),
    KnownProblem(.swarmUnlockKeyInvalid, "invalid key provided", say: "the unlock key does not fit this swarm"),
    KnownProblem(.swarmNotLocked, "swarm is not locked", say: "the swarm is not locked"),
    KnownProblem(
      .swarmAlreadyPart, "already part of a swarm",
      say: "this host is in a swarm already", hint: "let the host leave that swarm before it joins another"),
    KnownProblem(
      .engineNotSwarmManager, "not a swarm manager",
      say: "this host is not a manager of a swarm", hint: "check which host the inventory names as manager"),
    KnownProblem(.swarmNotPart, "not part of a swarm", say: "this host is in no swarm"),

    // Updates and the managers' agreement.
    KnownProblem(
      .swarmUpdateOutOfSequence, "update out of sequence",
      say: "another client changed the object meanwhile", hint: "read it again, then change it again", retry: true),
    KnownProblem(
      .swarmQuorum, "loss of quorum",
      say: "the managers would no longer be a majority", hint: "bring the other managers back first"),
    KnownProblem(
      .swarmQuorum, "without a raft quorum",
      say: "the managers left behind would not be a majority",
      hint: "demote this manager first: docker node demote, on another manager"),
    KnownProblem(
      .swarmLastManager, "last manager",
      say: "this is the last manager of the swarm",
      hint: "promote another node first; leaving with force erases the swarm"),
    KnownProblem(
      .swarmQuorum, "participating as a manager",
      say: "this host is a manager of its swarm", hint: "demote it first, or leave with force when the swarm may end"),
    KnownProblem(
      .swarmNoLeader, "does not have a leader",
      say: "the swarm has no leader at this moment",
      hint: "bring more than half of the managers online; let a person decide about --force-new-cluster",
      retry: true),
    KnownProblem(
      .swarmNoLeader, "lost leader status",
      say: "the swarm changed its leader at this moment", hint: "look at `docker node ls`", retry: true, doubt: true),
    KnownProblem(
      .swarmNoLeader, "transport is closing",
      say: "the swarm's leader went away at this moment", hint: "look at `docker node ls`", retry: true, doubt: true),
    KnownProblem(
      .swarmNoLeader, "error reading from server",
      say: "the swarm's leader went away at this moment", hint: "look at `docker node ls`", retry: true, doubt: true),

    // Joining.
    KnownProblem(
      .swarmJoinTimeout, "timeout was reached before node joined",
      say: "the node did not join in time; the engine keeps trying",
      hint: "look at `docker info` on the host; check TCP 2377 of the manager from there", retry: true),
    KnownProblem(
      .swarmCAMismatch, "remote ca does not match fingerprint",
      say: "the manager that answered is not of the swarm that the join token is for",
      hint: "check the manager's address, and read the token again if the swarm's CA was rotated"),
    KnownProblem(
      .swarmTokenInvalid, "valid join token is necessary",
      say: "the swarm does not accept the join token",
      hint: "read the token again: it changes when it or the CA is rotated"),
    KnownProblem(
      .swarmTokenInvalid, "invalid join token",
      say: "this is not a join token", hint: "give one that begins with SWMTKN-1- or SWMTKN-2-"),
    KnownProblem(
      .swarmMemberUnreachable, "prospective new cluster member",
      say: "the swarm's leader can't reach this host at the address that it advertises",
      hint:
        "set the host's `advertise_address` in the inventory to one that the managers reach, and open TCP 2377 there "
        + "for them", retry: true),
    KnownProblem(
      .swarmAddressAmbiguous, "could not choose an ip address to advertise",
      say: "the host has several addresses and none was named",
      hint: "set its `advertise_address` in the inventory to one that the other hosts reach"),
    KnownProblem(
      .swarmAddressAmbiguous, "must specify a listening address",
      say: "the address to advertise can't be derived from the one to listen at",
      hint: "set its `advertise_address` in the inventory to one that the other hosts reach"),
    KnownProblem(
      .swarmCertificateExpiryTooShort, "minimum certificate expiry time",
      say: "a validity under one hour is not allowed for node certificates"),
    KnownProblem(
      .swarmCertificateTime, "certificate has expired or is not yet valid",
      say: "a certificate is not valid at the time that this host's clock shows",
      hint: "compare the clocks of the hosts; when they agree, the certificate has expired"),
    KnownProblem(
      .swarmJoinUnreachable, "transientfailure",
      say: "the manager's swarm port can't be reached from this host",
      hint: "check the manager's address, and open TCP 2377 of it for this host", retry: true),
    KnownProblem(
      .swarmJoinUnreachable, "error while dialing",
      say: "the manager's swarm port can't be reached from this host",
      hint: "check the manager's address, and open TCP 2377 of it for this host", retry: true),

    // Nodes.
    KnownProblem(
      .nodeIsManager, "must be demoted to worker before removal",
      say: "the node is a manager, and only a worker can be removed", hint: "demote it first: docker node demote"),
    KnownProblem(
      .nodeNotDown, "is not down and can't be removed",
      say: "the node is still connected, so it can't be removed",
      hint: "let the host leave the swarm first; its node is down some 15 seconds later", retry: true),
    KnownProblem(
      .nodeAmbiguous, "node", "is ambiguous",
      say: "more than one node has this name", hint: "name nodes by their IDs"),

    // Networks.
    KnownProblem(
      .networkActiveEndpoints, "has active endpoints",
      say: "something is still attached to the network", hint: "stop what is attached, then try again", retry: true),
    KnownProblem(
      .networkActiveEndpoints, "network", "is in use by",
      say: "something still uses the network", hint: "wait until its tasks are gone, then try again", retry: true),

    KnownProblem(
      .taskStaleLink, "error creating vxlan interface", "file exists",
      say: "this host has the link of an earlier network left over",
      hint: "restart the engine of this host, or remove the link there: ip -d link show type vxlan"),

    KnownProblem(
      .taskPortInUse, "port", "already in use",
      say: "a port to be published is taken",
      hint: "find who uses it: docker service ls, docker ps, ss -lptn"),

    // A manager without its majority does not answer the store's questions in time.
    KnownProblem(
      .swarmNoLeader, "context deadline exceeded",
      say: "the swarm's managers did not agree in time",
      hint: "bring more than half of the managers online; look at `docker node ls`", retry: true, doubt: true),
  ]
}
