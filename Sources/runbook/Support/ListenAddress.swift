import Values

/// Where to listen, as the user types it.
enum ListenAddress {
  /// The address and port of `127.0.0.1:8734` or `[::1]:8734`.
  static func parse(_ text: String) throws -> (host: String, port: Int) {
    guard let match = text.wholeMatch(of: /(?:\[([0-9A-Fa-f:.]+)\]|([^:\[\]]+)):(\d{1,5})/),
      let host = match.1 ?? match.2, let port = Int(match.3), port < 65_536
    else {
      throw Failure(
        .listenAddress, "\"\(text)\" is not a valid address:port to listen on",
        hint: "write for example 127.0.0.1:8734, [::1]:8734, or 127.0.0.1:0 for a free port")
    }
    return (String(host), port)
  }
}

extension FailureCode {
  /// An address to listen on can't be read.
  static let listenAddress: FailureCode = "command.listen_address"
}
