import Values
import YAMLTree

/// What is said about an engine, for all hosts or for one.
struct EngineSettings {
  var socket: String?
  var url: EngineURL?
  var authority: String?
  var certificate: String?
  var key: String?
  var isInsecure = false
  var location: SourceLocation?
}

/// Reads where the engines listen.
struct EngineReader {
  let paths: PathResolver

  /// Reads one `engine` mapping over the settings that hold otherwise. A socket takes the place of an address, and the
  /// other way round.
  func read(_ node: YAMLNode?, over base: EngineSettings, _ problems: inout Problems) -> EngineSettings {
    guard let node else { return base }
    var settings = base
    settings.location = node.location
    if let socket = node["socket"]?.text { (settings.socket, settings.url) = (socket, nil) }
    if let url = node["url"]?.text.flatMap(EngineURL.init) { (settings.url, settings.socket) = (url, nil) }
    if let second = node["url"], node["socket"] != nil {
      problems.add(
        "inventory.engine", "the engine has a socket and a TCP address", at: second.location,
        hint: "keep one of the two"
      )
    }
    if let file = node["ca"] { settings.authority = paths.resolve(file, "the authority's certificate", &problems) }
    if let file = node["certificate"] {
      settings.certificate = paths.resolve(file, "the client's certificate", &problems)
    }
    if let file = node["key"] { settings.key = paths.resolve(file, "the client's key", &problems) }
    if let flag = node["insecure"]?.flag { settings.isInsecure = flag }
    return settings
  }

  /// What the settings mean for one host; `nil` with a problem when they are not complete.
  func access(_ settings: EngineSettings, host: HostDraft, _ problems: inout Problems) -> Inventory.EngineAccess? {
    guard let url = settings.url else {
      return .socket(path: settings.socket ?? Inventory.EngineAccess.defaultSocket)
    }
    let location = settings.location ?? host.location
    guard let address = url.host ?? host.address else {
      problems.add(
        "inventory.engine", "the engine of '\(host.name)' has no address", at: location,
        hint: "give the host an 'address', or write the engine's whole address: tcp://ADDRESS:PORT")
      return nil
    }
    switch (settings.authority, settings.certificate, settings.key) {
    case (let authority?, let certificate?, let key?):
      let files = Inventory.TLSFiles(authority: authority, certificate: certificate, key: key)
      return .tcp(host: address, port: url.port, tls: files)
    case (nil, nil, nil) where settings.isInsecure:
      return .tcp(host: address, port: url.port, tls: nil)
    default:
      problems.add(
        "inventory.engine", "the engine of '\(host.name)' is reached over TCP without all of its TLS files",
        at: location,
        hint: "give 'ca', 'certificate' and 'key'; or 'insecure: true' alone, to enable TCP without TLS")
      return nil
    }
  }
}

extension Inventory {
  /// Where a host's Docker engine listens.
  package enum EngineAccess: Sendable, Hashable {
    /// On a Unix socket of the host, which is reached over the host's own connection.
    case socket(path: String)
    /// On TCP; without ``TLSFiles`` only where the inventory says `insecure: true`.
    case tcp(host: String, port: Int, tls: TLSFiles?)

    /// The path at which an engine listens by default.
    package static let defaultSocket = "/var/run/docker.sock"
  }

  /// The files for a TLS connection, as absolute paths to PEM files.
  package struct TLSFiles: Sendable, Hashable {
    /// The authority that signed the engine's certificate.
    package var authority: String
    /// The client's certificate.
    package var certificate: String
    /// The client's private key.
    package var key: String

    package init(authority: String, certificate: String, key: String) {
      self.authority = authority
      self.certificate = certificate
      self.key = key
    }
  }
}

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
