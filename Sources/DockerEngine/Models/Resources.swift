import Values

/// Processors and memory that a node has, or that a task reserves.
public struct Resources: Sendable, Hashable {
  /// Billionths of a processor.
  public let nanoCPUs: Int64
  /// Bytes of memory.
  public let memory: Int64

  init(nanoCPUs: Int64, memory: Int64) {
    self.nanoCPUs = nanoCPUs
    self.memory = memory
  }

  init(_ json: Value) { self.init(nanoCPUs: json.integer("NanoCPUs"), memory: json.integer("MemoryBytes")) }

  static func + (left: Resources, right: Resources) -> Resources {
    Resources(
      nanoCPUs: left.nanoCPUs.addingBounded(right.nanoCPUs), memory: left.memory.addingBounded(right.memory))
  }

  static let none = Resources(nanoCPUs: 0, memory: 0)

  /// For a person: `1.5 CPUs and 512 MiB`.
  var text: String {
    let cpus = Double(nanoCPUs) / 1e9
    let count = cpus == cpus.rounded() ? "\(Int64(cpus))" : "\((cpus * 100).rounded() / 100)"
    return "\(count) \(count == "1" ? "CPU" : "CPUs") and \(memory / (1 << 20)) MiB"
  }
}
