/// The short form of ports: `443`, `8443:443`, `127.0.0.1:8443:443/tcp`, `8000-8002:80-82`.
enum ShortPorts {
  /// The ports that a text stands for; `nil` when it is none. A swarm ignores the address.
  static func parse(_ text: String) -> [ComposePort]? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2 else { return nil }
    let transport = parts.count == 2 ? parts[1].lowercased() : "tcp"
    guard ["tcp", "udp", "sctp"].contains(transport) else { return nil }
    let fields = parts[0].split(separator: ":", omittingEmptySubsequences: false)
    guard let last = fields.last, let targets = range(last) else { return nil }
    guard fields.count > 1, !fields[fields.count - 2].isEmpty else {
      return fields.count == 2 ? nil : targets.map { ComposePort(target: $0, transport: transport) }
    }
    guard let published = range(fields[fields.count - 2]) else { return nil }
    if targets.count == published.count {
      return zip(targets, published).map { ComposePort(target: $0, published: $1, transport: transport) }
    }
    // A range for one target lets the engine choose in it.
    return targets.count == 1 ? [ComposePort(target: targets.lowerBound, transport: transport)] : nil
  }

  private static func range(_ text: Substring) -> ClosedRange<Int>? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard let first = ends.first.flatMap({ $0 }), let last = ends.last.flatMap({ $0 }), ends.count <= 2,
      (1...65535).contains(first), (first...65535).contains(last)
    else { return nil }
    return first...last
  }
}
