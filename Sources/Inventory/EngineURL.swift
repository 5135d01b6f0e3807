/// An engine's address as the inventory has it: `tcp://10.77.0.1:2376`, `tcp://[2001:db8::1]:2376` or `tcp://:2376`.
struct EngineURL: Hashable {
  /// The address; `nil` for the host's own.
  let host: String?
  /// The TCP port; 2376, the port of an engine with TLS, when none is written.
  let port: Int

  init?(_ text: String) {
    guard text.hasPrefix("tcp://") else { return nil }
    var rest = text.dropFirst("tcp://".count)
    let host: String
    if rest.hasPrefix("[") {
      guard let end = rest.firstIndex(of: "]") else { return nil }
      host = String(rest[rest.index(after: rest.startIndex)..<end])
      guard host.contains(":"), IPAddress(host) != nil else { return nil }
      rest = rest[rest.index(after: end)...]
    } else {
      host = String(rest.prefix { $0 != ":" })
      guard host.isEmpty || TextForm.address.accepts(host) else { return nil }
      rest = rest.dropFirst(host.count)
    }
    if rest.isEmpty {
      port = 2376
    } else {
      guard rest.hasPrefix(":"), let port = Int(rest.dropFirst()), (1...65535).contains(port) else { return nil }
      self.port = port
    }
    self.host = host.isEmpty ? nil : host
  }
}
