import Values

/// Which addresses answer when they are tried from inside the network namespace of a process: what a container reaches.
package enum NamespaceProbe {
  /// Tries a TCP connection to each of the addresses, all at once, with whatever the host has for it; nothing is needed
  /// in the container. It must run as root.
  ///
  /// - Parameters:
  ///   - port: Where. A port at which nothing listens serves as well as any: its refusal is an answer.
  ///   - process: The number of a process on the transport's host.
  ///   - sudo: Whether root is had by `sudo`.
  ///   - timeout: How long to wait for an answer; in whole seconds.
  /// - Returns: What came of each address.
  /// - Throws: `namespace.absent`, retryable, when there is no such process. What the transport throws.
  package static func tcp(
    _ addresses: [String], port: Int = 9, inside process: Int, on transport: some Transport, sudo: Bool,
    timeout: Duration = .seconds(3)
  ) async throws -> [String: PortProbe.Outcome] {
    let addresses = Array(Set(addresses.filter { !$0.isEmpty && !$0.hasPrefix("-") })).sorted()
    let seconds = max(1, timeout.components.seconds)
    let rounds = Int64(addresses.count / atOnce + 1)
    let command = RemoteCommand.shell(
      script, arguments: [PortProbe.script, "\(process)", "\(port)", "\(seconds)", "\(atOnce)"] + addresses, sudo: sudo,
      timeout: .seconds(rounds * (seconds * 2 + 10)))
    let result = try await transport.run(command)
    func all(_ reason: String) -> [String: PortProbe.Outcome] {
      Dictionary(uniqueKeysWithValues: addresses.map { ($0, .unknown(reason: reason)) })
    }
    switch result.status {
    case 66:
      throw Failure(
        .namespaceAbsent, "the process \(process) has ended", host: transport.host.name, isRetryable: true)
    case 69: return all("the host has no nsenter")
    case 77: return all("this needs root; set `sudo: true` for this host in the inventory")
    case 0: return outcomes(of: result.lines, seconds: seconds)
    default: return all(result.errorText.isEmpty ? "it ended with exit code \(result.status)" : result.errorText)
    }
  }

  /// How many addresses are tried at once.
  private static let atOnce = 50

  // One line per address: the address, the exit code, a colon, the last words. `wait` bounds how many run at once.
  static let script = #"""
    probe=$1; process=$2; port=$3; limit=$4; most=$5; shift 5
    [ "$(id -u)" -eq 0 ] || exit 77
    [ -e "/proc/$process/ns/net" ] || exit 66
    enter=nsenter
    command -v nsenter >/dev/null 2>&1 || enter='busybox nsenter'
    command -v ${enter%% *} >/dev/null 2>&1 || exit 69
    try() {
      words=$($enter -t "$process" -n sh -c "$probe" sh "$1" "$port" "$limit" 2>&1 >/dev/null)
      code=$?
      printf '%s %s:%s\n' "$1" "$code" "$(printf '%s\n' "$words" | tail -n 1)"
    }
    count=0
    for address; do
      try "$address" &
      count=$((count + 1))
      if [ "$count" -ge "$most" ]; then wait; count=0; fi
    done
    wait
    """#

  private static func outcomes(of lines: [String], seconds: Int64) -> [String: PortProbe.Outcome] {
    var found: [String: PortProbe.Outcome] = [:]
    for line in lines {
      guard let space = line.firstIndex(of: " "), let colon = line[space...].firstIndex(of: ":"),
        let status = Int32(line[space..<colon].dropFirst())
      else { continue }
      found[String(line[..<space])] = PortProbe.outcome(
        of: CommandResult(status: status, stderr: Array(line[colon...].dropFirst().utf8)), seconds: seconds)
    }
    return found
  }
}
