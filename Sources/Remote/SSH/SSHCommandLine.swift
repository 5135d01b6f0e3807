import Values

/// The arguments of the ssh client.
struct SSHCommandLine {
  let host: HostSpec
  let settings: SSHSettings

  /// The arguments that open the one connection, with a listening socket for all others.
  ///
  /// The user's own configuration counts, besides what would ask a person, verify less, or fork away.
  func master(controlPath: String) -> [String] {
    let options = [
      "ControlMaster=yes", "ControlPersist=no", "BatchMode=yes",
      "StrictHostKeyChecking=\(host.acceptNewHostKeys ? "accept-new" : "yes")",
      "ConnectTimeout=\(Self.wholeSeconds(settings.connectTimeout))",
      "ServerAliveInterval=\(Self.wholeSeconds(settings.aliveInterval))",
      "ServerAliveCountMax=\(max(1, settings.aliveCount))",
      // A forward of the user's configuration may be in use by another terminal already.
      "ClearAllForwardings=yes", "ForkAfterAuthentication=no", "RemoteCommand=none", "RequestTTY=no",
      // Run once the connection is there and the socket listens: this is how it reports that it is ready.
      "PermitLocalCommand=yes", "LocalCommand=echo \(Self.readyWord)",
      "LogLevel=INFO",
    ]
    return Self.reach(host) + ["-S", Self.literal(controlPath)] + options.flatMap { ["-o", $0] }
      + ["-N", "-T", "-x", "--", host.destination]
  }

  /// What the master writes to its standard output when it is ready.
  static let readyWord = "ready"

  /// The arguments that run a line over the connection, and never over another.
  ///
  /// - Parameter noConnectionMark: Written to the standard error when the connection is not there.
  func session(controlPath: String, line: String, noConnectionMark: String) -> [String] {
    // No configuration is read: all that could matter here is decided by the master, and it is faster.
    // Without a master the client would connect by itself; the proxy command turns that into an error.
    // It keeps its standard output open until the mark is written, because the client ends it at the end of that.
    let options = [
      "ControlMaster=no", "BatchMode=yes", "LogLevel=ERROR", "ProxyCommand=sh -c 'echo \(noConnectionMark) >&2'",
    ]
    return ["-F", "none", "-S", Self.literal(controlPath)] + options.flatMap { ["-o", $0] }
      + ["-T", "-x", "--", host.destination, line]
  }

  /// The arguments that have ssh print its configuration for a host, without a connection.
  static func configuration(of host: HostSpec) -> [String] { reach(host) + ["-G", "--", host.destination] }

  /// What an operator types to try the same by hand.
  static func forOperator(_ host: HostSpec, command: [String] = []) -> String {
    ShellQuoting.quote(["ssh"] + reach(host) + [host.destination] + command)
  }

  /// Refuses names that ssh, or a command of its configuration, would take for something else.
  static func validate(_ host: HostSpec) throws {
    func check(_ text: String?, _ what: String, allowing punctuation: String) throws {
      guard let text else { return }
      let isAllowed = { (scalar: Unicode.Scalar) in
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
          || punctuation.unicodeScalars.contains(scalar)
      }
      guard !text.isEmpty, !text.hasPrefix("-"), text.unicodeScalars.allSatisfy(isAllowed) else {
        throw Failure(
          .sshConfiguration, "\"\(text)\" can't be the \(what) of a host", host: host.name,
          hint: "correct it in the inventory")
      }
    }
    try check(host.destination, "address", allowing: ".-_:%")
    try check(host.user, "user", allowing: ".-_@+\\$")
    if let port = host.port, !(1...65535).contains(port) {
      throw Failure(
        .sshConfiguration, "\(port) can't be the port of a host", host: host.name,
        hint: "correct it in the inventory")
    }
  }

  private static func reach(_ host: HostSpec) -> [String] {
    var arguments: [String] = []
    if let config = host.sshConfig { arguments += ["-F", config] }
    if let user = host.user { arguments += ["-l", user] }
    if let port = host.port { arguments += ["-p", "\(port)"] }
    if let key = host.identityFile { arguments += ["-i", key, "-o", "IdentitiesOnly=yes"] }
    return arguments
  }

  /// ssh expands `%` in paths.
  private static func literal(_ path: String) -> String {
    path.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
  }

  private static func wholeSeconds(_ duration: Duration) -> Int64 {
    max(1, duration.components.seconds + (duration.components.attoseconds > 0 ? 1 : 0))
  }
}

/// How the ssh client is used; the same for all hosts.
package struct SSHSettings: Sendable {
  /// The ssh client: a name that is searched in `PATH`, or a path.
  package var executable: String
  /// How long the host may take to accept the connection.
  package var connectTimeout: Duration
  /// How long all of the connecting may take, with jump hosts, log-in and a touch of a hardware key.
  package var openTimeout: Duration
  /// How often a silent host is asked whether it is still there.
  package var aliveInterval: Duration
  /// How many such questions may stay without an answer before the connection counts as lost.
  package var aliveCount: Int
  /// How long the host may take to begin a command once the connection is there: the log-in shell and its start-up files
  /// come first.
  package var answerTimeout: Duration
  /// How many commands and streams may use the connection at once; sshd's own default limit is 10.
  package var sessions: Int

  /// Describes the use of ssh. Times are passed on in whole seconds.
  package init(
    executable: String = "ssh", connectTimeout: Duration = .seconds(10), openTimeout: Duration = .seconds(60),
    aliveInterval: Duration = .seconds(5), aliveCount: Int = 3, answerTimeout: Duration = .seconds(60),
    sessions: Int = 8
  ) {
    self.executable = executable
    self.connectTimeout = connectTimeout
    self.openTimeout = openTimeout
    self.aliveInterval = aliveInterval
    self.aliveCount = aliveCount
    self.answerTimeout = answerTimeout
    self.sessions = sessions
  }
}
