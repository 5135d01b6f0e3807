import Values

/// What is known of a node, or planned for it, before tasks are placed. `nil` is what is not known.
package struct NodeFacts: Sendable, Hashable {
  /// The name for messages: the host's inventory name.
  package var name: String
  /// The node ID.
  package var id: String?
  /// The hostname that the engine reports.
  package var hostname: String?
  /// `manager` or `worker`.
  package var role: String?
  /// The IP address that the swarm has for the node.
  package var address: String?
  /// The operating system that the engine reports, for example `linux`.
  package var system: String?
  /// The architecture that the engine reports, for example `x86_64`.
  package var architecture: String?
  /// The node's labels, all of them.
  package var labels: [String: String]
  /// The labels of the engine's own configuration, all of them.
  package var engineLabels: [String: String]?
  /// `active`, `pause` or `drain`; `nil` counts as active.
  package var availability: String?
  /// How many processors it has.
  package var cpus: Double?
  /// How many bytes of memory it has.
  package var memory: Double?

  /// Gathers what is known of a node.
  package init(
    name: String, id: String? = nil, hostname: String? = nil, role: String? = nil, address: String? = nil,
    system: String? = nil, architecture: String? = nil, labels: [String: String] = [:],
    engineLabels: [String: String]? = nil
  ) {
    self.name = name
    self.id = id
    self.hostname = hostname
    self.role = role
    self.address = address
    self.system = system
    self.architecture = architecture
    self.labels = labels
    self.engineLabels = engineLabels
  }
}

/// An IP address, or a network in CIDR form.
struct AddressRange {
  private let bytes: [UInt8]
  private let prefixLength: Int

  /// Reads `10.0.0.1`, `10.0.0.0/8`, `2001:db8::1` or `2001:db8::/32`.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let bytes = InternetAddress.bytes(of: String(parts[0])) else { return nil }
    guard parts.count == 2 else {
      self.bytes = bytes
      prefixLength = bytes.count * 8
      return
    }
    guard let length = Int(parts[1]), (0...bytes.count * 8).contains(length) else { return nil }
    self.bytes = bytes
    prefixLength = length
  }

  /// Whether an address is this one or lies in this network. What is not an address lies nowhere.
  func contains(_ address: String) -> Bool {
    guard let other = InternetAddress.bytes(of: address), other.count == bytes.count else { return false }
    return (0..<prefixLength).allSatisfy { bit in
      (bytes[bit / 8] ^ other[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
    }
  }
}
