/// How the page is served.
public struct WebConfiguration: Sendable {
  /// The address to listen on.
  public var host: String
  /// The port to listen on; 0 chooses a free one.
  public var port: Int
  /// More names under which browsers may reach it, for example of a proxy in front of it.
  public var names: [String]
  /// Whether the page can't change anything.
  public var isReadOnly: Bool
  /// The name of a user who gives none.
  public var user: String

  /// Describes how the page is served.
  public init(host: String, port: Int, names: [String] = [], isReadOnly: Bool = false, user: String) {
    self.host = host
    self.port = port
    self.names = names
    self.isReadOnly = isReadOnly
    self.user = user
  }

  /// Whether only this machine can reach it.
  public var isLoopback: Bool { Self.isLoopback(host) }

  /// The names under which it can be requested. Any other name in a request's `Host` is refused: a page elsewhere can
  /// make its own name point here (DNS rebinding), but can't make the browser send a name other than its own.
  var allowedNames: Set<String> {
    let own = isLoopback ? ["localhost", "127.0.0.1", "[::1]"] : []
    return Set((own + names + [Self.bracketed(host)]).map { $0.lowercased() })
  }

  /// An address in the form for a URL.
  static func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }

  private static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host == "::1" || host.wholeMatch(of: /127\.\d+\.\d+\.\d+/) != nil
  }
}
