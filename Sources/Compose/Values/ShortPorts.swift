import Values

/// The short form of ports: `443`, `8443:443`, `127.0.0.1:8443:443/tcp`, `8000-8002:80-82`, `8000-8002:80`
/// (`docker/go-connections`).
struct ShortPorts {
  private let targets: ClosedRange<Int>
  private let published: ClosedRange<Int>?
  private let transport: String

  /// Reads a text; `nil` when it is none. A swarm ignores the address.
  init?(_ text: String) {
    guard text.utf8.count <= 200 else { return nil }
    let fields = text.split(separator: ":", omittingEmptySubsequences: false)
    // The client reads no further than the second part; what comes after that is left aside.
    let parts = (fields.last ?? "").split(separator: "/", omittingEmptySubsequences: false)
    let named = parts.count > 1 ? parts[1].lowercased() : ""
    transport = named.isEmpty ? "tcp" : named
    guard ["tcp", "udp", "sctp"].contains(transport), let targets = parts.first.flatMap({ Self.range($0) }) else {
      return nil
    }
    guard Self.isAddress(fields.dropLast(2).joined(separator: ":")) else { return nil }
    self.targets = targets
    guard fields.count > 1, !fields[fields.count - 2].isEmpty else {
      published = nil
      return
    }
    guard let published = Self.range(fields[fields.count - 2]),
      targets.count == published.count || targets.count == 1
    else { return nil }
    self.published = published
  }

  /// How many ports it describes.
  var count: Int { max(targets.count, published?.count ?? 0) }

  /// The ports that it describes, each with its own number outside. For 0 outside the engine chooses one.
  var ports: [ComposePort] {
    guard let published else { return targets.map { ComposePort(target: $0, transport: transport) } }
    return published.enumerated().map { index, number in
      ComposePort(
        target: targets.lowerBound + (targets.count == 1 ? 0 : index), published: number == 0 ? nil : number,
        transport: transport)
    }
  }

  /// Whether an address may come before the ports: none at all, IPv4, or IPv6 in brackets.
  private static func isAddress(_ text: String) -> Bool {
    let isBracketed = text.hasPrefix("[") && text.hasSuffix("]")
    let inner = isBracketed ? String(text.dropFirst().dropLast()) : text
    guard isBracketed || !text.contains(":") else { return false }
    return inner.isEmpty || InternetAddress.bytes(of: inner) != nil
  }

  /// Numbers of 16 bits, without signs; what follows a second `-` is left aside, as by the client.
  private static func range(_ text: Substring) -> ClosedRange<Int>? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).prefix(2).map {
      GoNumber.digits($0, as: UInt16.self).map(Int.init)
    }
    guard let first = ends.first.flatMap({ $0 }), let last = ends.last.flatMap({ $0 }), first <= last else {
      return nil
    }
    return first...last
  }
}

/// A port that a service publishes.
package struct ComposePort: Sendable, Hashable {
  /// The port inside the container.
  package var target: Int
  /// The port outside; `nil` when the engine chooses one.
  package var published: Int?
  /// `tcp`, `udp` or `sctp`.
  package var transport: String
  /// Whether it is open on the task's own node only, instead of on every node of the swarm.
  package var isHostMode: Bool

  package init(target: Int, published: Int? = nil, transport: String = "tcp", isHostMode: Bool = false) {
    self.target = target
    self.published = published
    self.transport = transport
    self.isHostMode = isHostMode
  }
}
