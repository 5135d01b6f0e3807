import Values

/// What was found out about a stack's networks.
public struct OverlayFindings: Sendable, Hashable {
  /// How many ways from a host to a task on another host were tried and work.
  public internal(set) var working = 0
  /// How many there are besides, which were not tried because there are so many.
  public internal(set) var untested = 0
  /// What does not work.
  var gaps: Set<Gap> = []
  /// Where it is unknown, and why.
  public internal(set) var unknown: Set<UnknownHost> = []

  /// A host for which it is unknown what it reaches.
  public struct UnknownHost: Sendable, Hashable, Comparable {
    /// The host's name, or the node's ID.
    public let host: String
    /// Why it is unknown.
    public let reason: String

    /// By host and reason.
    public static func < (left: Self, right: Self) -> Bool { (left.host, left.reason) < (right.host, right.reason) }
  }

  /// A task that a host does not reach.
  struct Gap: Sendable, Hashable {
    var host: String
    var other: String
    var kind: Kind
    var service: String
    var network: String
    var address: String

    /// What is missing.
    enum Kind: Sendable, Hashable {
      /// The host's engine has not heard of it.
      case unheard(peers: [String])
      /// The engine knows of it, but nothing answers.
      case silent(reason: String)
    }
  }

  mutating func add(_ other: OverlayFindings) {
    working += other.working
    untested += other.untested
    gaps.formUnion(other.gaps)
    unknown.formUnion(other.unknown)
  }

  /// The hosts whose engines take no part in a network: they don't even name themselves. Open ports don't end that.
  private var partless: Set<String> {
    Set(gaps.filter { $0.kind == .unheard(peers: []) }.map(\.host))
  }

  /// The one of a gap's two hosts whose engine takes no part in the network; `nil` when both do.
  private func partless(_ host: String, _ other: String) -> String? {
    let hosts = partless
    return [host, other].first(where: hosts.contains)
  }

  /// What to do about the gaps, beyond the ports that the single failures name.
  var hint: String {
    let unheard = gaps.filter { if case .unheard = $0.kind { true } else { false } }
    let hosts = Set(unheard.compactMap { partless($0.host, $0.other) }).sorted()
    if !unheard.isEmpty, unheard.allSatisfy({ partless($0.host, $0.other) != nil }) {
      return
        "the engine of \(hosts.joined(separator: ", ")) takes no part in the network itself, as after it left a swarm "
        + "and joined another at once: wait some minutes, or restart it there (systemctl restart docker)"
    }
    if !unheard.isEmpty {
      return "open TCP and UDP 7946 between all hosts; an engine that met no other when it joined tries again "
        + "each minute, or when it is restarted (systemctl restart docker)"
    }
    return "open UDP 4789 between all hosts; where it is open, known causes are the checksum offload of vmxnet3 "
      + "network cards, and a network whose MTU is not 50 below that of the hosts"
  }

  /// One failure per pair of hosts and kind.
  var failures: [Failure] {
    struct Pair: Hashable {
      var host: String
      var other: String
      var kind: Gap.Kind
    }
    let pairs = Dictionary(grouping: gaps) { Pair(host: $0.host, other: $0.other, kind: $0.kind) }
    return pairs.sorted { ($0.key.host, $0.key.other) < ($1.key.host, $1.key.other) }.map { pair, gaps in
      let tasks = gaps.map { "\($0.service) at \($0.address)" }.sorted().joined(separator: ", ")
      let networks = Set(gaps.map(\.network)).sorted().joined(separator: ", ")
      switch pair.kind {
      case .unheard(let peers):
        let others = peers.isEmpty ? "none" : peers.joined(separator: ", ")
        return Failure(
          .networkUnreachable, "its engine has not heard of \(tasks) on \(pair.other)", host: pair.host,
          cause: "the engines that take part in \(networks), as \(pair.host) knows: \(others)",
          hint: partless(pair.host, pair.other).map {
            "restart the engine of \($0), which takes no part in the network itself: systemctl restart docker"
          } ?? "open TCP and UDP 7946 between \(pair.host) and \(pair.other): the engines inform each other there")
      case .silent(let reason):
        return Failure(
          .networkUnreachable, "\(tasks) on \(pair.other) can't be reached over \(networks)", host: pair.host,
          cause: reason, hint: "open UDP 4789 between \(pair.host) and \(pair.other): it carries what tasks send")
      }
    }
  }
}
