import Values

/// An error that people meet, recognised by Docker's own words: the engine's statuses do not distinguish errors.
struct KnownProblem: Sendable {
  /// Whose words they are.
  enum Speaker: Sendable {
    /// The engine's, in its answers. The words are those of moby's daemon/cluster and of swarmkit's control API and CA,
    /// 20.10 to 28.
    case engine
    /// What only the `docker` command says, or says where the API's statuses say more.
    case client
    /// What a task says of itself: the scheduler's words, or those of the engine that was to run it.
    case task
  }

  let speaker: Speaker
  let code: FailureCode
  let message: String
  let hint: String?
  let isRetryable: Bool
  let leavesDoubt: Bool
  /// Whether a task stays so until a person does something.
  let isLasting: Bool
  /// Of words in lower case.
  private let isMarked: @Sendable (String) -> Bool

  /// - Parameter marks: All of these are in the words, whatever their case.
  private init(
    _ speaker: Speaker, _ code: FailureCode, _ marks: String..., say message: String, hint: String? = nil,
    retry: Bool = false, doubt: Bool = false
  ) {
    self.speaker = speaker
    self.code = code
    self.message = message
    self.hint = hint
    isRetryable = retry
    leavesDoubt = doubt
    isLasting = false
    isMarked = { words in marks.allSatisfy { words.contains($0) } }
  }

  /// - Parameter marks: One of these is in the words, whatever their case.
  private init(task code: FailureCode, _ marks: String..., say message: String, hint: String, lasts: Bool) {
    speaker = .task
    self.code = code
    self.message = message
    self.hint = hint
    isRetryable = false
    leavesDoubt = false
    isLasting = lasts
    isMarked = { words in marks.contains { words.contains($0) } }
  }

  func failure(cause: String) -> Failure {
    Failure(code, message, cause: cause, hint: hint, isRetryable: isRetryable, leavesDoubt: leavesDoubt)
  }

  /// The first entry that the words fit.
  static func recognise(_ words: String, of speaker: Speaker) -> KnownProblem? {
    let words = words.lowercased()
    return catalogue.first { $0.speaker == speaker && $0.isMarked(words) }
  }

  /// In the order of looking: what is more particular comes first. All marks are in lower case.
  ///
  /// The scheduler gives several reasons in one sentence: "no suitable node (host-mode port already in use on 1 node;
  /// scheduling constraints not satisfied on 2 nodes)", so what says more comes first there, too.
  static let catalogue: [KnownProblem] = [
    KnownProblem(
      .client, .engineNotFound, "doesn't exist in node's labels",
      say: "the node does not have the label that was to be removed",
      hint: "do nothing if the label should be gone: label.remove ignores missing labels"),
    KnownProblem(
      .client, .enginePermissionDenied, "permission denied", "docker",
      say: "this user may not talk to the Docker engine",
      hint: "set `sudo: true` for this host in the inventory, or add its user to the group docker"),
    KnownProblem(
      .client, .engineAbsent, "cannot connect to the docker daemon",
      say: "no Docker engine answers on this host", hint: "start it on the host: systemctl start docker"),
    KnownProblem(
      .client, .engineNotFound, "network", "not found",
      say: "a network does not exist",
      hint: "wait until a stack that is being removed is gone, then try again: its networks go one by one",
      retry: true),

    // The API's versions (moby's version middleware).
    KnownProblem(
      .engine, .engineTooNew, "client version", "is too old",
      say: "the Docker engine no longer speaks the API version that this program speaks",
      hint: "use a newer release of this program"),
    KnownProblem(
      .engine, .engineTooOld, "client version", "is too new",
      say: "the Docker engine does not speak the API version that this program speaks",
      hint: "update Docker on this host to 20.10 or later"),
    KnownProblem(
      .engine, .engineTooOld, "client is newer than server",
      say: "the Docker engine does not speak the API version that this program speaks",
      hint: "update Docker on this host to 20.10 or later"),

    // States of the swarm on this engine.
    KnownProblem(
      .engine, .swarmCertificatesExpired, "swarm certificates have expired",
      say: "this node's swarm certificate has expired",
      hint: "correct the host's clock if it is wrong; else the node must leave the swarm and join it again"),
    KnownProblem(
      .engine, .swarmLocked, "encrypted and needs to be unlocked",
      say: "the swarm on this manager is locked", hint: "unlock it with the key: docker swarm unlock"),
    KnownProblem(
      .engine, .swarmUnlockKeyInvalid, "could not be unlocked", "invalid key",
      say: "the unlock key does not fit this swarm",
      hint: "use the key that `docker swarm unlock-key` shows on an unlocked manager"),
    KnownProblem(
      .engine, .swarmUnlockKeyInvalid, "invalid key provided", say: "the unlock key does not fit this swarm"),
    KnownProblem(
      .engine, .swarmNotLocked, "swarm is not locked", say: "the swarm is not locked"),
    KnownProblem(
      .engine, .swarmAlreadyPart, "already part of a swarm",
      say: "this host is in a swarm already", hint: "let the host leave that swarm before it joins another"),
    KnownProblem(
      .engine, .engineNotSwarmManager, "not a swarm manager",
      say: "this host is not a manager of a swarm", hint: "check which host the inventory names as manager"),
    KnownProblem(
      .engine, .swarmNotPart, "not part of a swarm", say: "this host is in no swarm"),

    // Updates and the managers' agreement.
    KnownProblem(
      .engine, .swarmUpdateOutOfSequence, "update out of sequence",
      say: "another client changed the object meanwhile", hint: "read it again, then change it again", retry: true),
    KnownProblem(
      .engine, .swarmQuorum, "loss of quorum",
      say: "the managers would no longer be a majority", hint: "bring the other managers back first"),
    KnownProblem(
      .engine, .swarmQuorum, "without a raft quorum",
      say: "the managers left behind would not be a majority",
      hint: "demote this manager first: docker node demote, on another manager"),
    KnownProblem(
      .engine, .swarmLastManager, "last manager",
      say: "this is the last manager of the swarm",
      hint: "promote another node first; leaving with force erases the swarm"),
    KnownProblem(
      .engine, .swarmQuorum, "participating as a manager",
      say: "this host is a manager of its swarm", hint: "demote it first, or leave with force when the swarm may end"),
    KnownProblem(
      .engine, .swarmNoLeader, "does not have a leader",
      say: "the swarm has no leader at this moment",
      hint: "bring more than half of the managers online; let a person decide about --force-new-cluster",
      retry: true),
    KnownProblem(
      .engine, .swarmNoLeader, "lost leader status",
      say: "the swarm changed its leader at this moment", hint: "look at `docker node ls`", retry: true, doubt: true),
    KnownProblem(
      .engine, .swarmNoLeader, "transport is closing",
      say: "the swarm's leader went away at this moment", hint: "look at `docker node ls`", retry: true, doubt: true),
    KnownProblem(
      .engine, .swarmNoLeader, "error reading from server",
      say: "the swarm's leader went away at this moment", hint: "look at `docker node ls`", retry: true, doubt: true),

    // Joining.
    KnownProblem(
      .engine, .swarmJoinTimeout, "timeout was reached before node joined",
      say: "the node did not join in time; the engine keeps trying",
      hint: "look at `docker info` on the host; check TCP 2377 of the manager from there", retry: true),
    KnownProblem(
      .engine, .swarmCAMismatch, "remote ca does not match fingerprint",
      say: "the manager that answered is not of the swarm that the join token is for",
      hint: "check the manager's address, and read the token again if the swarm's CA was rotated"),
    KnownProblem(
      .engine, .swarmTokenInvalid, "valid join token is necessary",
      say: "the swarm does not accept the join token",
      hint: "read the token again: it changes when it or the CA is rotated"),
    KnownProblem(
      .engine, .swarmTokenInvalid, "invalid join token",
      say: "this is not a join token", hint: "give one that begins with SWMTKN-1- or SWMTKN-2-"),
    KnownProblem(
      .engine, .swarmMemberUnreachable, "prospective new cluster member",
      say: "the swarm's leader can't reach this host at the address that it advertises",
      hint:
        "set the host's `advertise_address` in the inventory to one that the managers reach, and open TCP 2377 there "
        + "for them", retry: true),
    KnownProblem(
      .engine, .swarmAddressAmbiguous, "could not choose an ip address to advertise",
      say: "the host has several addresses and none was named",
      hint: "set its `advertise_address` in the inventory to one that the other hosts reach"),
    KnownProblem(
      .engine, .swarmAddressAmbiguous, "must specify a listening address",
      say: "the address to advertise can't be derived from the one to listen at",
      hint: "set its `advertise_address` in the inventory to one that the other hosts reach"),
    KnownProblem(
      .engine, .swarmCertificateExpiryTooShort, "minimum certificate expiry time",
      say: "a validity under one hour is not allowed for node certificates"),
    KnownProblem(
      .engine, .swarmCertificateTime, "certificate has expired or is not yet valid",
      say: "a certificate is not valid at the time that this host's clock shows",
      hint: "compare the clocks of the hosts; when they agree, the certificate has expired"),
    KnownProblem(
      .engine, .swarmJoinUnreachable, "transientfailure",
      say: "the manager's swarm port can't be reached from this host",
      hint: "check the manager's address, and open TCP 2377 of it for this host", retry: true),
    KnownProblem(
      .engine, .swarmJoinUnreachable, "error while dialing",
      say: "the manager's swarm port can't be reached from this host",
      hint: "check the manager's address, and open TCP 2377 of it for this host", retry: true),

    // Nodes.
    KnownProblem(
      .engine, .nodeIsManager, "must be demoted to worker before removal",
      say: "the node is a manager, and only a worker can be removed", hint: "demote it first: docker node demote"),
    KnownProblem(
      .engine, .nodeNotDown, "is not down and can't be removed",
      say: "the node is still connected, so it can't be removed",
      hint: "let the host leave the swarm first; its node is down some 15 seconds later", retry: true),
    KnownProblem(
      .engine, .nodeAmbiguous, "node", "is ambiguous",
      say: "more than one node has this name", hint: "name nodes by their IDs"),

    // Networks.
    KnownProblem(
      .engine, .networkActiveEndpoints, "has active endpoints",
      say: "something is still attached to the network", hint: "stop what is attached, then try again", retry: true),
    KnownProblem(
      .engine, .networkActiveEndpoints, "network", "is in use by",
      say: "something still uses the network", hint: "wait until its tasks are gone, then try again", retry: true),

    KnownProblem(
      .engine, .taskStaleLink, "error creating vxlan interface", "file exists",
      say: "this host has the link of an earlier network left over",
      hint: "restart the engine of this host, or remove the link there: ip -d link show type vxlan"),

    KnownProblem(
      .engine, .taskPortInUse, "port", "already in use",
      say: "a port to be published is taken",
      hint: "find who uses it: docker service ls, docker ps, ss -lptn"),

    // A manager without its majority does not answer the store's questions in time.
    KnownProblem(
      .engine, .swarmNoLeader, "context deadline exceeded",
      say: "the swarm's managers did not agree in time",
      hint: "bring more than half of the managers online; look at `docker node ls`", retry: true, doubt: true),

    // Tasks.
    KnownProblem(
      task: .taskPortInUse, "host-mode port already in use", "port is already allocated", "address already in use",
      say: "the port that it publishes on its host is taken",
      hint: "find who uses it: docker ps, ss -lptn; an old task of the same service frees it when it has ended",
      lasts: false),
    KnownProblem(
      task: .taskNoSuitableNode, "insufficient resources",
      say: "no node has the memory or processors that it reserves",
      hint: "free some, or lower its reservation in the compose file", lasts: true),
    KnownProblem(
      task: .taskNoSuitableNode, "scheduling constraints not satisfied",
      say: "no node meets its placement constraints",
      hint: "compare the constraints with the labels: docker node inspect", lasts: true),
    KnownProblem(
      task: .taskNoSuitableNode, "not available for new tasks",
      say: "the nodes that it may run on are down or drained",
      hint: "look at `docker node ls`", lasts: false),
    KnownProblem(
      task: .taskNoSuitableNode, "no suitable node", "no longer meets constraints",
      say: "there is no node that it may run on",
      hint: "look at `docker node ls`, the nodes' labels and the service's constraints", lasts: true),
    KnownProblem(
      task: .taskImageMissing, "no such image", "pull access denied", "manifest unknown", "manifest for",
      "repository does not exist",
      say: "its image is not on the node and can't be fetched",
      hint: "load the image on the node (docker load), or check its name and the registry", lasts: true),
    KnownProblem(
      task: .taskUnhealthy, "unhealthy container",
      say: "its container does not pass its health check",
      hint: "look at its log: docker service logs", lasts: false),
    KnownProblem(
      task: .taskFailed, "container ended with exit code", "non-zero exit",
      say: "its container ends, by itself or stopped by its health check",
      hint: "look at its log: docker service logs", lasts: false),
    KnownProblem(
      task: .taskStaleLink, "error creating vxlan interface: file exists",
      say: "its node has the link of an earlier network left over",
      hint: "restart the engine of that node, or remove the link there: ip -d link show type vxlan", lasts: false),
    KnownProblem(
      task: .taskFailed, "bind source path does not exist", "invalid mount config",
      say: "a directory that it mounts is not on its node",
      hint: "create the directory on the node, or check the service's labels", lasts: true),
    KnownProblem(
      task: .taskFailed, "could not find network", "network not found",
      say: "a network that it needs does not exist",
      hint: "wait until the stack is gone completely, then deploy it again", lasts: false),
  ]
}
