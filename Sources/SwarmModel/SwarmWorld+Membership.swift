import SwarmPKI
import Values

extension SwarmWorld {
  /// `POST /swarm/init`: gives the node's ID.
  package func initialize(_ host: String, _ request: Value) throws -> Value {
    let engine = try engine(host)
    if request.flag("ForceNewCluster"), let membership = engine.membership {
      return .string(try force(host, membership))
    }
    guard engine.membership == nil, engine.error.isEmpty else { throw EngineRefusal.alreadyPart }
    let cluster = ids.next(host)
    var spec = ModelSwarm.spec(request.child("Spec"))
    if request.flag("AutoLockManagers") { spec = spec.setting("EncryptionConfig", to: ["AutoLockManagers": true]) }
    swarms[cluster] = ModelSwarm(
      id: cluster, at: now, spec: spec, workerSecret: ids.bytes(host), managerSecret: ids.bytes(host))
    if swarms[cluster]?.isAutolocked == true { swarms[cluster]?.unlockKey = newUnlockKey(cluster) }
    let address = Self.plainAddress(request.text("AdvertiseAddr")) ?? engine.address
    let node = addNode(host, to: cluster, isManager: true, address: address)
    swarms[cluster]?.leader = node
    _ = addNetwork("ingress", labels: [:], isIngress: true, to: cluster)
    return .string(node)
  }

  /// `POST /swarm/join`.
  package func join(_ host: String, _ request: Value) throws {
    let engine = try engine(host)
    guard engine.membership == nil else { throw EngineRefusal.alreadyPart }
    guard let remote = request.texts("RemoteAddrs").first else {
      throw EngineRefusal(400, "at least 1 RemoteAddr is required to join")
    }
    guard let token = try? JoinToken.parse(request.text("JoinToken")) else {
      throw EngineRefusal(400, "invalid join token")
    }
    let target = remote.contains(":") ? remote : remote + ":2377"
    guard let manager = self.host(at: Self.plainAddress(target) ?? ""), engines[manager]?.isOn == true else {
      throw EngineRefusal.dialing(target, "no route to host")
    }
    guard engines[manager]?.isUp == true, let membership = engines[manager]?.membership, membership.isManager else {
      throw EngineRefusal.dialing(target, "connection refused")
    }
    guard let swarm = swarms[membership.cluster], let authority = swarm.authority else { throw EngineRefusal.badToken }
    guard authority.digest == token.rootDigest else {
      throw EngineRefusal(
        500,
        "error while validating Root CA Certificate: remote CA does not match fingerprint. Expected: "
          + token.rootDigest.hexadecimal)
    }
    guard hasMajority(membership.cluster) else { throw EngineRefusal.noLeader }
    let secret = request.text("JoinToken")
    let isManager = secret == swarm.token(manager: true)
    guard isManager || secret == swarm.token(manager: false) else { throw EngineRefusal.badToken }
    let address = Self.plainAddress(request.text("AdvertiseAddr")) ?? engine.address
    let node = addNode(host, to: membership.cluster, isManager: isManager, address: address)
    reconsider(node: node, in: membership.cluster)
  }

  /// `POST /swarm/leave`.
  package func leave(_ host: String, force: Bool) throws {
    let engine = try engine(host)
    guard let membership = engine.membership else { throw EngineRefusal.notPart }
    if membership.isManager, !force, let swarm = swarms[membership.cluster] {
      var words =
        "You are attempting to leave the swarm on a node that is participating as a manager. "
      let members = swarm.members.count
      if members <= 1 {
        words +=
          "Removing the last manager erases all current state of the swarm. Use `--force` to ignore this message. "
      } else if (members - 1) < members / 2 + 1 {
        words +=
          "Removing this node leaves \(members - 1) managers out of \(members). Without a Raft quorum your swarm will "
          + "be inaccessible. The only way to restore a swarm that has lost consensus is to reinitialize it with "
          + "`--force-new-cluster`. Use `--force` to suppress this message. "
      } else {
        words +=
          "The only way to restore a swarm that has lost consensus is to reinitialize it with "
          + "`--force-new-cluster`. Use `--force` to suppress this message. "
      }
      throw EngineRefusal(503, words)
    }
    engines[host]?.membership = nil
    engines[host]?.isLocked = false
    engines[host]?.error = ""
    loseSight(of: membership.nodeID, in: membership.cluster)
    forgetSwarm(membership.cluster)
  }

  /// A swarm that no engine is part of any more is gone.
  func forgetSwarm(_ cluster: String) {
    let isInUse = swarms[cluster]?.nodes.values.contains { node in
      engines[node.host]?.membership?.nodeID == node.id
    }
    if isInUse != true { swarms[cluster] = nil }
  }

  /// `POST /swarm/update`.
  package func update(_ host: String, version: Int64, spec: Value, rotating: Set<String>) throws {
    let cluster = try managed(host)
    guard let swarm = swarms[cluster] else { throw EngineRefusal.noSwarm }
    guard swarm.version == version else { throw EngineRefusal.outOfSequence }
    if let expiry = spec.child("CAConfig")["NodeCertExpiry"]?.integerValue, expiry < 3_600_000_000_000 {
      throw EngineRefusal(
        400, "rpc error: code = InvalidArgument desc = minimum certificate expiry time is: 1h0m0s")
    }
    let wasLocked = swarm.isAutolocked
    let old = swarm.spec.child("CAConfig"), new = spec.child("CAConfig")
    swarm.spec = spec
    let given = (certificate: new.text("SigningCACert"), key: new.text("SigningCAKey"))
    if !given.certificate.isEmpty, !given.key.isEmpty {
      swarm.install(ModelAuthority(certificate: given.certificate, key: given.key))
      swarm.spec = spec.setting("CAConfig", to: new.setting("SigningCACert", to: "").setting("SigningCAKey", to: ""))
    }
    if old.integer("ForceRotate") != new.integer("ForceRotate") || !given.certificate.isEmpty {
      swarm.takeUpLifetime()
      for node in swarm.nodes.keys { swarm.issueCertificate(to: node, at: now) }
    }
    if old.integer("ForceRotate") != new.integer("ForceRotate") {
      if given.certificate.isEmpty { swarm.dropAuthority() }
      swarm.workerSecret = ids.bytes(cluster)
      swarm.managerSecret = ids.bytes(cluster)
    }
    if rotating.contains("rotateWorkerToken") { swarm.workerSecret = ids.bytes(cluster) }
    if rotating.contains("rotateManagerToken") { swarm.managerSecret = ids.bytes(cluster) }
    if !swarm.isAutolocked {
      swarm.unlockKey = ""
    } else if !wasLocked || rotating.contains("rotateManagerUnlockKey") {
      swarm.unlockKey = newUnlockKey(cluster)
    }
    swarm.version = swarm.write()
    swarm.updatedAt = now
  }

  /// `GET /swarm`.
  package func swarm(_ host: String) throws -> Value { swarms[try managed(host)]?.json ?? .null }

  /// `GET /swarm/unlockkey`.
  package func unlockKey(_ host: String) throws -> Value {
    ["UnlockKey": .string(swarms[try managed(host)]?.unlockKey ?? "")]
  }

  /// `POST /swarm/unlock`.
  package func unlock(_ host: String, key: String) throws {
    let engine = try engine(host)
    guard let membership = engine.membership else { throw EngineRefusal.notPart }
    guard engine.isLocked else { throw EngineRefusal(409, "swarm is not locked") }
    guard (try? UnlockKey.parse(key)) != nil else { throw EngineRefusal(400, "invalid key string") }
    guard swarms[membership.cluster]?.unlockKey == key else {
      throw EngineRefusal(400, "swarm could not be unlocked: invalid key provided")
    }
    engines[host]?.isLocked = false
    regainSight(of: membership.nodeID, in: membership.cluster)
  }

  func newUnlockKey(_ owner: String) -> String {
    "SWMKEY-1-" + Self.base64(ids.bytes(owner))
  }

  private static func base64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var text = "", rest = 0, bits = 0
    for byte in bytes {
      rest = rest << 8 | Int(byte)
      bits += 8
      while bits >= 6 {
        bits -= 6
        text.append(digits[rest >> bits & 63])
      }
      rest &= (1 << bits) - 1
    }
    if bits > 0 { text.append(digits[rest << (6 - bits) & 63]) }
    return text
  }

  /// Continues a swarm as its only manager.
  private func force(_ host: String, _ membership: ModelEngine.Membership) throws -> String {
    guard membership.isManager, let swarm = swarms[membership.cluster] else { throw EngineRefusal.notManager }
    // The others stay in the list, as managers that are down and manage nothing.
    for other in swarm.members where other != membership.nodeID {
      swarm.members.remove(other)
      swarm.nodes[other]?.isMember = false
    }
    swarm.leader = membership.nodeID
    return membership.nodeID
  }

  /// The address without the port.
  static func plainAddress(_ text: String) -> String? {
    if text.isEmpty { return nil }
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
      return String(text[text.index(after: text.startIndex)..<end])
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count == 2 ? String(parts[0]) : text
  }

  /// Makes a host a node of another's swarm, without a token: how a world begins.
  package func admit(_ host: String, into manager: String, isManager: Bool) {
    guard let cluster = engines[manager]?.membership?.cluster, let engine = engines[host] else { return }
    _ = addNode(host, to: cluster, isManager: isManager, address: engine.address)
  }

  /// Gives a host's node labels: how a world begins.
  package func setLabels(_ labels: [String: String], of host: String) {
    guard let membership = engines[host]?.membership, let swarm = swarms[membership.cluster],
      let node = swarm.nodes[membership.nodeID]
    else { return }
    swarm.nodes[node.id]?.spec = node.spec.setting("Labels", to: .texts(labels))
    reconsider(node: node.id, in: membership.cluster)
  }

  /// Lets all placed tasks of a host's swarm run at once: how a world begins.
  package func startTasks(of host: String) {
    guard let cluster = engines[host]?.membership?.cluster, let swarm = swarms[cluster] else { return }
    for task in swarm.tasks.keys.sorted() { start(task, in: cluster) }
  }

  func addNode(
    _ host: String, to cluster: String, isManager: Bool, address: String, id known: String? = nil
  ) -> String {
    let id = known ?? ids.next(host)
    guard let engine = engines[host], let swarm = swarms[cluster] else { return id }
    let role = isManager ? "manager" : "worker"
    swarm.nodes[id] = ModelNode(
      id: id, host: host, version: swarm.write(), createdAt: now, updatedAt: now,
      spec: ["Labels": .object([:]), "Role": .string(role), "Availability": "active"], hostname: engine.hostname,
      address: address, make: engine.make, certificate: (now, swarm.signedLifetime), isMember: isManager)
    if isManager { swarm.members.insert(id) }
    swarm.tell("node", "create", id, ["name": engine.hostname], at: now)
    engines[host]?.membership = .init(cluster: cluster, nodeID: id, isManager: isManager, address: address)
    return id
  }
}
