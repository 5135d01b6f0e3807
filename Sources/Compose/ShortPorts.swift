/// The short form of ports: `443`, `8443:443`, `127.0.0.1:8443:443/tcp`, `8000-8002:80-82`, `8000-8002:80`.
struct ShortPorts {
  private let targets: ClosedRange<Int>
  private let published: ClosedRange<Int>?
  private let transport: String

  /// Reads a text; `nil` when it is none. A swarm ignores the address.
  init?(_ text: String) {
    guard text.utf8.count <= 200 else { return nil }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2 else { return nil }
    let named = parts.count == 2 ? parts[1].lowercased() : ""
    transport = named.isEmpty ? "tcp" : named
    guard ["tcp", "udp", "sctp"].contains(transport) else { return nil }
    let fields = parts[0].split(separator: ":", omittingEmptySubsequences: false)
    guard let last = fields.last, let targets = Self.range(last) else { return nil }
    guard fields.count <= 3 || fields.first?.hasPrefix("[") == true else { return nil }
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

  /// How many ports it stands for.
  var count: Int { max(targets.count, published?.count ?? 0) }

  /// The ports that it stands for, each with its own number outside. 0 outside is chosen by the engine.
  var ports: [ComposePort] {
    guard let published else { return targets.map { ComposePort(target: $0, transport: transport) } }
    return published.enumerated().map { index, number in
      ComposePort(
        target: targets.lowerBound + (targets.count == 1 ? 0 : index), published: number == 0 ? nil : number,
        transport: transport)
    }
  }

  private static func range(_ text: Substring) -> ClosedRange<Int>? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard let first = ends.first.flatMap({ $0 }), let last = ends.last.flatMap({ $0 }), ends.count <= 2,
      (0...65535).contains(first), (first...65535).contains(last)
    else { return nil }
    return first...last
  }
}
