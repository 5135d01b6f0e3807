import Values

/// Gives a swarm a new root certificate, and waits until every node has a certificate of it.
///
/// The managers hand it out to every node that they know, those that are down too, and finish only when the last one
/// has it. Both join tokens are new afterwards.
package struct RootRotation: Sendable {
  private let managers: Managers
  private let limit: Duration

  /// - Parameters:
  ///   - managers: the managers of the swarm.
  ///   - limit: how long to wait until all nodes have their new certificates.
  package init(managers: Managers, limit: Duration = .seconds(300)) {
    self.managers = managers
    self.limit = limit
  }

  /// A root that is given in place of one that the swarm makes itself.
  package struct NewRoot: Sendable {
    /// Its certificate, PEM.
    package var certificate: String
    /// Its key, PEM; without it an external CA must sign.
    package var key: Secret?
    /// The servers that sign with it.
    package var externalCAs: [SwarmSettings.ExternalCA]

    package init(certificate: String, key: Secret? = nil, externalCAs: [SwarmSettings.ExternalCA] = []) {
      self.certificate = certificate
      self.key = key
      self.externalCAs = externalCAs.map {
        SwarmSettings.ExternalCA(url: $0.url, certificate: $0.certificate ?? certificate)
      }
    }
  }

  /// How far a rotation is.
  package struct Progress: Sendable {
    /// The swarm.
    package let swarm: SwarmInfo
    /// All its nodes.
    package let nodes: [SwarmNode]
    /// Those whose certificate is not of the newest root yet; none while no rotation is in progress.
    package let lacking: [SwarmNode]
  }

  /// How far it is now.
  package func progress() async throws -> Progress {
    try await managers.read { engine in
      let swarm = try await engine.swarm(), nodes = try await engine.nodes()
      let lacking = swarm.isRotatingRoot ? nodes.filter { $0.issuer != swarm.issuer } : []
      return Progress(
        swarm: swarm, nodes: nodes, lacking: lacking.sorted { ($0.hostname, $0.id) < ($1.hostname, $1.id) })
    }
  }

  /// Changes the root and waits; gives the swarm as it is then. A swarm that has another root already is left as it is,
  /// and a rotation that is in progress is waited for.
  ///
  /// A node that is down would hold it up for as long as it is known, so it is not begun (`swarm.rotation_blocked`);
  /// nor is it waited for when only such nodes are left.
  ///
  /// - Parameters:
  ///   - root: the new root; one that the swarm makes itself where it is left out.
  ///   - isOld: whether a bundle (PEM) is the root that is to be replaced.
  ///   - progress: called whenever more nodes have their new certificates.
  package func rotate(
    to root: NewRoot? = nil, from isOld: @Sendable (String) -> Bool, progress: (@Sendable (Progress) -> Void)? = nil
  ) async throws -> ChangeOutcome<SwarmInfo> {
    let start = try await self.progress()
    if !start.swarm.isRotatingRoot {
      if !isOld(start.swarm.trustRoot) || root.map({ Self.isSame(start.swarm.trustRoot, $0.certificate) }) == true {
        try check(start.swarm, root)
        return .unchanged(start.swarm)
      }
      let down = start.nodes.filter { $0.state == .down }
      if !down.isEmpty { throw blocked(down, "the root certificate can't be changed while nodes are down") }
      _ = try await SwarmSpecChange(managers: managers).apply { swarm, spec in
        swarm.isRotatingRoot || !isOld(swarm.trustRoot) ? .keep : .write(Self.spec(spec, root))
      }
    }
    let end = try await finish(progress)
    try check(end, root)
    return .changed(end)
  }

  private func finish(_ tell: (@Sendable (Progress) -> Void)?) async throws -> SwarmInfo {
    var last: Progress?
    let end: SwarmInfo? = try await Polling(longest: .milliseconds(500), limit: limit).until {
      let now = try await self.progress()
      if now.swarm.isRotatingRoot, last?.lacking.map(\.id) != now.lacking.map(\.id) { tell?(now) }
      last = now
      if !now.swarm.isRotatingRoot { return now.swarm }
      if !now.lacking.isEmpty, now.lacking.allSatisfy({ $0.state == .down }) {
        throw blocked(now.lacking, "the new root certificate waits for nodes that are down")
      }
      return nil
    }
    if let end { return end }
    var late = blocked(last?.lacking ?? [], "not all nodes have the new root certificate after \(limit.words)")
    late.isRetryable = true
    throw late
  }

  private func blocked(_ nodes: [SwarmNode], _ message: String) -> Failure {
    Failure(
      .swarmRotationBlocked, message, host: managers.host,
      cause: nodes.map { "\($0.hostname) (\($0.id)) is \($0.state)" }.joined(separator: ", "),
      hint: "bring them back, or remove those that are gone for good (docker node rm ID; demote a manager first): "
        + "every node that the swarm knows must take the new certificate")
  }

  private func check(_ swarm: SwarmInfo, _ root: NewRoot?) throws {
    guard let root, !Self.isSame(swarm.trustRoot, root.certificate) else { return }
    throw Failure(
      .swarmRootChanged, "the swarm's root certificate is neither the old nor the given one", host: managers.host,
      hint: "look at `docker swarm ca`, then start again: another client changed it")
  }

  private static func spec(_ spec: Value, _ root: NewRoot?) -> Value {
    var authority = spec.child("CAConfig")
    if let root {
      authority = authority.setting("SigningCACert", to: .string(root.certificate))
      if let key = root.key { authority = authority.setting("SigningCAKey", to: .secret(key)) }
      if !root.externalCAs.isEmpty {
        authority = authority.setting("ExternalCAs", to: .array(root.externalCAs.map(\.value)))
      }
    } else {
      authority = authority.setting("ForceRotate", to: .integer(authority.next("ForceRotate")))
    }
    return spec.setting("CAConfig", to: authority)
  }

  /// The engine trims what it is given.
  private static func isSame(_ one: String, _ other: String) -> Bool {
    func words(_ text: String) -> [Substring] { text.split(whereSeparator: \.isWhitespace) }
    return words(one) == words(other)
  }
}
