import Placement

/// How many tasks of a service one node may have, by what the scheduler looks at, and why no more.
struct PlacementRoom {
  /// How many tasks; the largest number where nothing holds it short.
  var count: Int
  /// Whether it is certain; not where something that decides is not known of the node.
  var isCertain: Bool
  /// Why there are no more; empty where nothing holds it short.
  var because: [String]

  init(of service: ComposeService, on node: NodeFacts) {
    let held = service.constraints.filter { $0.evaluate(against: node) != .satisfied }
    let isUnfit = held.contains { $0.evaluate(against: node) == .unsatisfied }
    count = isUnfit ? 0 : .max
    isCertain = isUnfit || held.isEmpty
    because = held.map { $0.explanation(for: node) }
    if let availability = node.availability, availability != "active" {
      count = 0
      isCertain = true
      because.append("its availability is '\(availability)', so it takes no tasks")
    }
    if let most = service.maxPerNode { limit(most, "max_replicas_per_node is \(most)") }
    if let port = service.ports.first(where: { $0.isHostMode && $0.published != nil }) {
      limit(1, "the port \(port.published ?? 0)/\(port.transport) in host mode is available only once")
    }
    reserve(service.reservedCPUs, of: node.cpus) {
      "it has \(Self.text($0)) CPUs, and each task reserves \(Self.text($1))"
    }
    reserve(service.reservedMemory, of: node.memory) {
      "it has \(Self.mebibytes($0)) MiB of memory, and each task reserves \(Self.mebibytes($1))"
    }
  }

  private mutating func limit(_ most: Int, _ reason: String) {
    guard most < count else { return }
    count = most
    because.append(reason)
  }

  private mutating func reserve(_ each: Double, of all: Double?, _ reason: (Double, Double) -> String) {
    guard each > 0, let all, all.isFinite, each.isFinite else { return }
    limit(Int(exactly: (all / each + 1e-9).rounded(.down).clamped(to: 0...1e9)) ?? 0, reason(all, each))
  }

  private static func text(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e9 ? String(Int(number)) : String(number)
  }

  static func mebibytes(_ bytes: Double) -> String {
    let size = (bytes / 1_048_576).clamped(to: 0...1e12)
    return size >= 10 ? String(Int(size.rounded())) : String((size * 10).rounded() / 10)
  }
}

extension Double {
  fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}
