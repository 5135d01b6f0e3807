import Subprocess
import Values

/// Turns the ssh client's words into a failure that an operator can act on.
enum SSHFailure {
  /// Why the client did not get a connection.
  ///
  /// - Parameter keepsNoKeys: Whether ssh's configuration has no file for the keys of hosts.
  static func whileConnecting(
    _ end: CommandResult, host: HostSpec, settings: SSHSettings, keepsNoKeys: Bool = false
  ) -> Failure {
    let words = SSHWords(end.errorText)
    if end.status == 127, words.line("not found") != nil || words.line("No such file") != nil {
      return missing(host: host, settings: settings, cause: words.line("not found"))
    }
    return hostKey(words, host: host, keepsNoKeys: keepsNoKeys) ?? login(words, host: host) ?? name(words, host: host)
      ?? configuration(words, host: host) ?? network(words, host: host)
      ?? Failure(
        .sshFailed, "ssh could not connect", host: host.name, cause: words.end,
        hint: "try by hand: `\(SSHCommandLine.forOperator(host, command: ["true"]))`")
  }

  static func connectingTookTooLong(host: HostSpec, timeout: Duration) -> Failure {
    Failure(
      .sshUnreachable, "the host did not complete the log-in within \(timeout.words)", host: host.name,
      hint: "see where it stops: `\(SSHCommandLine.forOperator(host, command: ["true"]))`, with -v for details",
      isRetryable: true)
  }

  /// Something else than the command has answered: sshd, a forced command, or a log-in shell that can't start `sh`.
  ///
  /// - Parameter result: What came in place of the command's own output.
  static func insteadOfCommand(_ result: CommandResult, host: HostSpec) -> Failure {
    let expired = "Password change required but no TTY available."
    let noShell = "This account is currently not available."
    if SSHWords(result.errorText).line(expired) != nil {
      return Failure(
        .sshAuth, "the user's password on the host has expired, so the host runs no command for it", host: host.name,
        cause: expired, hint: "log in with `\(SSHCommandLine.forOperator(host))` and set a new password")
    }
    if SSHWords(result.text).line(noShell) != nil {
      return Failure(
        .sshAuth, "the user has no shell on the host, so the host runs no command for it", host: host.name,
        cause: noShell, hint: "name another user in the inventory, or give this one a shell: `chsh -s /bin/sh USER`")
    }
    let words = [result.errorText, result.text].compactMap { SSHWords($0).end }.joined(separator: "; ")
    return Failure(
      .sshNoShell, "the host answered, but did not run the command for this user", host: host.name,
      cause: (words.isEmpty ? "" : "\(words.prefix(500)); ") + "exit code \(result.status)",
      hint:
        "`\(SSHCommandLine.forOperator(host, command: ["sh", "-c", "'echo works'"]))` must print \"works\"; if it "
        + "does not, check the user's login shell (`getent passwd USER`: nologin and false run nothing), its start-up "
        + "files, and forced commands (ForceCommand in sshd_config, command= in ~/.ssh/authorized_keys)")
  }

  /// Something else read what was sent to the command before it.
  static func inputTaken(host: HostSpec) -> Failure {
    Failure(
      .sshNoShell, "the input of a command did not arrive whole, so the command was not started", host: host.name,
      cause: "a start-up file of the user's login shell reads the standard input",
      hint:
        "look in the files that the login shell reads without a terminal (~/.bashrc, ~/.profile, ~/.config/fish, "
        + "~/.tcshrc) and in ForceCommand for `read` and `cat`, and give these `</dev/null`")
  }

  /// The session ended as it should, but its answer lacks its begin or its end.
  static func damagedAnswer(host: HostSpec) -> Failure {
    Failure(
      .sshAnswerDamaged,
      "the host's answer did not arrive as the command wrote it, so what the command did is not known",
      host: host.name,
      cause: "the user's login shell, or one of its start-up files, redirects or changes what commands print",
      hint:
        "look there for `exec 2>&1`, `exec 1>&2` and for pipes around the command (`getent passwd USER`, ~/.bashrc, "
        + "~/.profile, ForceCommand in sshd_config)", leavesDoubt: true)
  }

  /// The host has a connection, and nothing comes.
  ///
  /// - Parameter hasBegun: Whether the command was begun, so that it is the command that says nothing.
  static func noAnswer(host: HostSpec, limit: Duration, greeting: [UInt8], hasBegun: Bool = false) -> Failure {
    if hasBegun {
      return Failure(
        .sshNoAnswer, "the host began to answer, and then nothing came for \(limit.words)", host: host.name,
        cause: "a disk or a file server of the host may hang, or the host is overloaded",
        hint: "check the host's load and its kernel's messages (`uptime`, `dmesg`), then resume",
        isRetryable: true, leavesDoubt: true)
    }
    let said = SSHWords(CommandResult.trimmedText(greeting)).end.map { "; it only said: \($0.prefix(300))" } ?? ""
    return Failure(
      .sshNoAnswer, "the host accepted the connection but did not answer within \(limit.words)", host: host.name,
      cause: "nothing came from the user's login shell\(said)",
      hint: "check that `\(SSHCommandLine.forOperator(host, command: ["true"]))` ends; if not, a start-up file of the "
        + "login shell may wait, also for input (`read`, `cat`), or the home folder's file server or the disk may hang",
      isRetryable: true, leavesDoubt: true)
  }

  /// - Parameter end: What the connection's client said, when it has ended.
  static func connectionLost(_ end: CommandResult?, wasSent: Bool, host: HostSpec) -> Failure {
    let cause = end.flatMap { SSHWords($0.errorText).end }
    let check = "`\(SSHCommandLine.forOperator(host, command: ["true"]))`"
    if wasSent {
      return Failure(
        .sshConnectionLost, "the connection was lost while a command ran; it is not known whether it did its work",
        host: host.name, cause: cause ?? (end == nil ? "the session ended without an exit code" : nil),
        hint: "wait until \(check) works again, then check what the command has done", isRetryable: true,
        leavesDoubt: true)
    }
    return Failure(
      .sshUnreachable, "the connection was lost before the command was sent", host: host.name, cause: cause,
      hint: "try \(check)", isRetryable: true)
  }

  static func closed(host: HostSpec) -> Failure {
    Failure(.sshClosed, "the connection was closed before the command was sent", host: host.name)
  }

  static func sessionsExhausted(host: HostSpec, cause: String?) -> Failure {
    Failure(
      .sshSessionsExhausted, "the host allows no further session on the connection", host: host.name, cause: cause,
      hint: "try again later, or raise MaxSessions in /etc/ssh/sshd_config on \(host.name) (its default is 10)",
      isRetryable: true)
  }

  static func clientNotStarted(_ error: SubprocessError, host: HostSpec, settings: SSHSettings) -> Failure {
    if error.code == .executableNotFound { return missing(host: host, settings: settings, cause: nil) }
    return Failure(.commandNotStarted, "the ssh client could not be started", host: host.name, cause: "\(error)")
  }

  /// The first line that says something.
  static func firstLine(of words: String) -> String? { SSHWords(words).lines.first }

  private static func missing(host: HostSpec, settings: SSHSettings, cause: String?) -> Failure {
    Failure(
      .sshMissing, "there is no ssh client, `\(settings.executable)`, on this machine", host: host.name, cause: cause,
      hint: "install it: `apt-get install openssh-client`")
  }

  private static func hostKey(_ words: SSHWords, host: HostSpec, keepsNoKeys: Bool) -> Failure? {
    let console =
      "compare its fingerprint with the one that `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` shows at the "
      + "host's own console"
    let connect = "`\(SSHCommandLine.forOperator(host))`"
    if words.line("REVOKED HOST KEY") != nil {
      return Failure(
        .sshHostKeyChanged, "the host shows a key that was revoked", host: host.name, cause: words.fingerprint,
        hint: "do not connect; ask those who run the host why it uses that key")
    }
    if words.line("REMOTE HOST IDENTIFICATION HAS CHANGED") != nil {
      let offending = words.line("Offending ")
      let cause = [offending, words.fingerprint].compactMap { $0 }.joined(separator: "; ")
      let remove = words.removalOfOffendingKey(host)
      return Failure(
        .sshHostKeyChanged, "the host's key is not the one that is known: this may be another machine",
        host: host.name, cause: cause,
        hint: "do not continue before you know why; if the host was reinstalled: \(console), remove the old key with "
          + "`\(remove)`, then connect once with \(connect)")
    }
    if let invalid = words.line("Certificate invalid") {
      // A person who answers yes would trust a key for which the certificate does not speak.
      return Failure(
        .sshHostKeyUnknown, "the host's certificate is not valid: its identity can't be verified",
        host: host.name, cause: invalid,
        hint: invalid.contains("expired") || invalid.contains("not yet valid")
          ? "have its key signed again by your certificate authority (`ssh-keygen -s CA -h …`), and check the clocks: "
            + "`ssh-keygen -Lf /etc/ssh/ssh_host_ed25519_key-cert.pub` on the host shows from when to when it is valid"
          : "connect by a name that is in the certificate, or have one made for this name: "
            + "`ssh-keygen -Lf /etc/ssh/ssh_host_ed25519_key-cert.pub` on the host shows its names")
    }
    let isUnknown = words.line("Host key verification failed") != nil || words.line("host key is known for") != nil
    if isUnknown, keepsNoKeys {
      return Failure(
        .sshHostKeyUnknown, "ssh keeps no host keys here: the host's identity can't be verified",
        host: host.name, cause: "its configuration says UserKnownHostsFile /dev/null for \(host.destination)",
        hint: "remove that line, or name a file there, for example ~/.ssh/known_hosts; then connect once with "
          + "\(connect), and before you answer yes, \(console)")
    }
    if isUnknown {
      return Failure(
        .sshHostKeyUnknown, "unknown host key: the host's identity can't be verified",
        host: host.name, cause: words.end,
        hint: "connect once with \(connect), and before you answer yes, \(console)")
    }
    return nil
  }

  private static func login(_ words: SSHWords, host: HostSpec) -> Failure? {
    guard
      let refusal = words.line("Permission denied (") ?? words.line("Too many authentication failures")
        ?? words.line("No more authentication methods")
    else { return nil }
    let reasons = ["dentity file", "Load key", "signing failed", "UNPROTECTED PRIVATE KEY", "bad permissions"]
    let cause = (reasons.compactMap { words.line($0) } + [refusal]).joined(separator: "; ")
    if words.line("Too many authentication failures") != nil {
      return Failure(
        .sshAuth, "the host refused the log-in: too many keys were offered before the right one", host: host.name,
        cause: cause,
        hint:
          "offer that key alone: `IdentitiesOnly yes` and `IdentityFile …` for \(host.destination) in ~/.ssh/config, "
          + "or take keys out of your agent (`ssh-add -l`, `ssh-add -d`)")
    }
    return Failure(
      .sshAuth, "the host refused the log-in", host: host.name, cause: cause,
      hint:
        "try `\(SSHCommandLine.forOperator(host))`; check the user, which keys your agent holds (`ssh-add -l`), and "
        + "~/.ssh/authorized_keys on the host; only keys work here, because no password is asked for")
  }

  private static func name(_ words: SSHWords, host: HostSpec) -> Failure? {
    guard let cause = words.line("Could not resolve hostname") else { return nil }
    return Failure(
      .sshNameNotResolved, "the name \(host.destination) has no address", host: host.name, cause: cause,
      hint: "check `getent hosts \(host.destination)`, and the host's address in the inventory",
      isRetryable: cause.contains("Temporary failure"))
  }

  private static func configuration(_ words: SSHWords, host: HostSpec) -> Failure? {
    let signs = [
      "Bad configuration option", "bad configuration options", "Can't open user config file",
      "Bad owner or permissions",
      "Unable to negotiate with", "unsupported option", "keyword ", "Unsupported option", "command-line line",
      "hostname contains invalid characters",
    ]
    guard let cause = signs.lazy.compactMap({ words.line($0) }).first else { return nil }
    return Failure(
      .sshConfiguration, "ssh does not accept how it is configured for this host", host: host.name, cause: cause,
      hint: "correct the ssh configuration until `\(SSHCommandLine.forOperator(host, command: ["true"]))` works")
  }

  private static func network(_ words: SSHWords, host: HostSpec) -> Failure? {
    let signs = [
      "Connection refused", "No route to host", "Network is unreachable", "Host is down", "timed out",
      "Connection reset by", "Connection closed by", "kex_exchange_identification", "banner exchange",
      "stdio forwarding failed", "not responding", "closed by remote host", "Broken pipe", "Host unreachable",
    ]
    guard let sign = signs.lazy.compactMap({ words.line($0) }).first else { return nil }
    // What a ProxyCommand or a jump host has said comes before ssh's own last words.
    let cause = words.end ?? sign
    let closings = [
      "kex_exchange_identification", "banner exchange", "Connection closed by", "Connection reset by",
      "closed by remote host",
    ]
    if closings.contains(where: { words.line($0) != nil }), words.line("Connection refused") == nil,
      words.line("timed out") == nil
    {
      return Failure(
        .sshUnreachable, "the connection was closed before the log-in", host: host.name, cause: cause,
        hint: "read the words of a ProxyCommand or a jump host, if one leads there; sshd itself closes at once when it "
          + "has too many connections (MaxStartups), and for some seconds to minutes when the same source failed to "
          + "log in before (PerSourcePenalties): wait, and offer the right key only (IdentitiesOnly yes); then try "
          + "`\(SSHCommandLine.forOperator(host, command: ["true"]))`",
        isRetryable: true)
    }
    let port = host.port.map { "port \($0)" } ?? "the ssh port"
    return Failure(
      .sshUnreachable, "the host can't be reached", host: host.name, cause: cause,
      hint: "check that \(host.destination) is up, that \(port) is open for you, and that the VPN is connected: "
        + "`\(SSHCommandLine.forOperator(host, command: ["true"]))`",
      isRetryable: true)
  }
}

/// What the ssh client wrote to its standard error, searched for what an operator needs.
struct SSHWords {
  let lines: [String]

  init(_ text: String) {
    lines = text.split(whereSeparator: \.isNewline).map { line in
      String(line.drop(while: \.isWhitespace))
    }.filter { !$0.isEmpty }
  }

  /// The last line that holds this.
  func line(_ fragment: String) -> String? { lines.last { $0.contains(fragment) } }

  /// The last three lines.
  var end: String? { lines.isEmpty ? nil : lines.suffix(3).joined(separator: "; ") }

  /// The key that the host has shown.
  var fingerprint: String? { lines.first { $0.hasPrefix("SHA256:") } }

  /// The command that removes the key that was known.
  func removalOfOffendingKey(_ host: HostSpec) -> String {
    // ssh says it itself, and knows what the host is called in the file: a name, an alias, an address with a port.
    if let own = lines.last(where: { $0.hasPrefix("ssh-keygen ") && $0.contains(" -R ") }) { return own }
    let entry = host.port.map { $0 == 22 ? host.destination : "[\(host.destination)]:\($0)" } ?? host.destination
    var command = ["ssh-keygen", "-R", entry]
    // `Offending ED25519 key in /home/me/.ssh/known_hosts:7`
    if let place = line("Offending "), let start = place.firstRange(of: " in ")?.upperBound,
      let colon = place.lastIndex(of: ":"), start < colon
    {
      command += ["-f", String(place[start..<colon])]
    }
    return ShellQuoting.quote(command)
  }
}
