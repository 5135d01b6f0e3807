import Values

/// Distinguishes sudo's own refusals from a command's failure. Both come with exit code 1 and words, and sudo's words
/// depend on its version and language, so they decide nothing; they only say more.
///
/// A script for `sh` writes a mark first: without it, sudo did not start it. For any other command, which sudo must be
/// able to start by a rule for it alone, sudo itself is asked whether it allows the command.
enum SudoFailure {
  /// What went wrong with sudo; `nil` when it has started the command.
  static func find(
    in result: CommandResult, of command: RemoteCommand, frame: CommandFrame, over transport: some Transport
  ) async throws -> Failure? {
    guard command.sudo else { return nil }
    if command.isScript { return frame.hasRoot ? nil : describe(result, host: transport.host) }
    return try await find(in: result, of: command, over: transport)
  }

  /// The same for a command that could not mark its beginning.
  static func find(
    in result: CommandResult, of command: RemoteCommand, over transport: some Transport
  ) async throws -> Failure? {
    if let failure = recognise(result, of: command, host: transport.host) { return failure }
    guard command.sudo, result.status == 1, try await transport.maySudo(command) == false else { return nil }
    return describe(result, host: transport.host)
  }

  /// The same at the end of a stream. What can't be found out then stays the command's own end.
  static func findAtEnd(
    of result: CommandResult, of command: RemoteCommand, frame: CommandFrame, host: HostSpec,
    over transport: (some Transport)?
  ) async -> Failure? {
    guard let transport else { return recognise(result, of: command, host: host) }
    return (try? await find(in: result, of: command, frame: frame, over: transport)) ?? nil
  }

  /// What it means that sudo did not start the command.
  static func describe(_ result: CommandResult, host: HostSpec) -> Failure {
    if let failure = known(result, host: host) { return failure }
    let words = result.errorText.split(separator: "\n").suffix(3).joined(separator: "; ")
    return Failure(
      .sudoRefused, "sudo did not start the command", host: host.name,
      cause: words.isEmpty ? "exit code \(result.status)" : String(words.prefix(500)),
      hint: "try `\(tryOut(host))`; \(host.user ?? "the user") needs a rule without a password: `sudo visudo`")
  }

  /// By sudo's words, where they are known.
  private static func recognise(_ result: CommandResult, of command: RemoteCommand, host: HostSpec) -> Failure? {
    command.sudo && [1, 127].contains(result.status) ? known(result, host: host) : nil
  }

  private static func known(_ result: CommandResult, host: HostSpec) -> Failure? {
    let lines = result.errorText.split(separator: "\n").map(String.init)
    func line(_ fragments: String...) -> String? {
      lines.first { line in fragments.contains { line.contains($0) } }
    }
    let user = host.user ?? "USER"
    if result.status == 127, let cause = line("sudo: not found", "sudo: command not found", "sudo: No such file") {
      return Failure(
        .sudoMissing, "sudo is not installed", host: host.name, cause: cause,
        hint: "install sudo on \(host.name), or log in as root and set `sudo: false` for it in the inventory")
    }
    let passwords = [
      "sudo: a password is required", "sudo: a terminal is required to read the password",
      "interactive authentication is required",
    ]
    if let cause = lines.first(where: { line in passwords.contains { line.contains($0) } }) {
      return Failure(
        .sudoPassword, "sudo wants a password", host: host.name, cause: cause,
        hint: "allow it without one: on \(host.name), `sudo visudo -f /etc/sudoers.d/runbook` with the line "
          + "`\(user) ALL=(root) NOPASSWD: ALL`; then try `\(tryOut(host))`")
    }
    if let cause = line("sudo: sorry, you must have a tty to run sudo") {
      return Failure(
        .sudoRefused, "sudo wants a terminal", host: host.name, cause: cause,
        hint: "on \(host.name), add `Defaults:\(user) !requiretty` with `sudo visudo`")
    }
    let refusals = [
      " is not in the sudoers file", " is not allowed to execute ", " may not run sudo on ",
      "sudo: account validation failure", "sudo: Account or password is expired", "I'm afraid I can't do that",
    ]
    if let cause = lines.first(where: { line in refusals.contains { line.contains($0) } }) {
      return Failure(
        .sudoRefused, "sudo does not allow this command", host: host.name, cause: cause,
        hint: "give \(host.user ?? "the user") a rule for it with `sudo visudo` on \(host.name), or use another user")
    }
    return nil
  }

  private static func tryOut(_ host: HostSpec) -> String {
    host.isLocal ? "sudo -n true" : SSHCommandLine.forOperator(host, command: ["sudo", "-n", "true"])
  }
}
