import Values

/// Whether one host can open a TCP connection to another.
package enum PortProbe {
  /// What a probe found.
  package enum Outcome: Sendable, Hashable {
    /// Something listens there and accepts connections.
    case open
    /// The machine is there, and nothing listens at that port, or a firewall answers in that way.
    case refused
    /// Nothing answered in time, or something on the way said that there is no way to it.
    case filtered(reason: String)
    /// It could not be tried, for example because the host has no program for it.
    case unknown(reason: String)
  }

  /// Tries a TCP connection from the transport's host, with whatever that host has: bash, nc, python3 or busybox.
  ///
  /// - Parameters:
  ///   - address: An address, or a name that the host can resolve.
  ///   - timeout: How long to wait for an answer; in whole seconds.
  /// - Throws: What the transport throws.
  package static func tcp(
    _ address: String, _ port: Int, from transport: some Transport, timeout: Duration = .seconds(3)
  ) async throws -> Outcome {
    guard (1...65535).contains(port) else { return .unknown(reason: "\(port) is not a port") }
    guard !address.isEmpty, !address.hasPrefix("-") else { return .unknown(reason: "\(address) is not an address") }
    let seconds = max(1, timeout.components.seconds)
    // The time is for a host without `timeout`; it includes the log-in shell's own start.
    let command = RemoteCommand.shell(
      script, arguments: [address, "\(port)", "\(seconds)"], timeout: .seconds(seconds * 2 + 10))
    return outcome(of: try await transport.run(command), seconds: seconds)
  }

  // bash comes first because Debian and Red Hat have it; its own words, and those of the others, give the reason.
  static let script = #"""
    LC_ALL=C; export LC_ALL
    has() { command -v "$1" >/dev/null 2>&1; }
    bounded() { if has timeout; then timeout "$limit" "$@"; else "$@"; fi; }
    address=$1; port=$2; limit=$3
    if has bash && has timeout; then
      bounded bash -c 'exec 3<>"/dev/tcp/$1/$2"' bash "$address" "$port"
    elif has python3; then
      python3 -c 'import socket, sys
    try:
        socket.create_connection((sys.argv[1], int(sys.argv[2])), float(sys.argv[3])).close()
    except socket.timeout:
        sys.exit(124)
    except OSError as error:
        sys.exit(str(error))' "$address" "$port" "$limit"
    elif has nc; then
      bounded nc -v -z -w "$limit" "$address" "$port" </dev/null
    elif has busybox; then
      bounded busybox nc -w "$limit" "$address" "$port" </dev/null
    else
      exit 69
    fi
    """#

  static func outcome(of result: CommandResult, seconds: Int64) -> Outcome {
    let words = result.errorText.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
    func says(_ fragments: String...) -> Bool { fragments.contains { result.errorText.contains($0) } }
    switch result.status {
    case 0: return .open
    case 69 where words.isEmpty:
      return .unknown(reason: "the host has none of bash, python3, nc and busybox")
    case 124, 143: return .filtered(reason: "no answer within \(seconds) s")
    default: break
    }
    if says("refused") { return .refused }
    if says("timed out", "Timeout", "timeout") { return .filtered(reason: "no answer within \(seconds) s") }
    if says("No route to host", "unreachable", "Host is down") { return .filtered(reason: words) }
    return .unknown(reason: words.isEmpty ? "the probe ended with exit code \(result.status)" : words)
  }
}
