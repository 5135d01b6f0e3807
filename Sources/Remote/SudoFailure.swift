import Values

/// Knows sudo's own refusals, which come with exit code 1 just as a command's failure may.
enum SudoFailure {
  static func recognise(_ result: CommandResult, of command: RemoteCommand, host: HostSpec) -> Failure? {
    guard command.sudo, !result.isSuccess else { return nil }
    let words = result.errorText
    let lines = words.split(separator: "\n").map(String.init)
    func line(_ fragments: String...) -> String? {
      lines.first { line in fragments.contains { line.contains($0) } }
    }
    if result.status == 127, let cause = line("sudo: not found", "sudo: command not found", "sudo: No such file") {
      return Failure(
        .sudoMissing, "sudo is not installed.", host: host.name, cause: cause,
        hint: "Install sudo on \(host.name), or log in as root and set `sudo: false` for it in the inventory.")
    }
    guard result.status == 1 else { return nil }
    if let cause = line("sudo: a password is required", "sudo: a terminal is required to read the password") {
      return Failure(
        .sudoPassword, "sudo wants a password.", host: host.name, cause: cause,
        hint: "Allow it without one: on \(host.name), `sudo visudo -f /etc/sudoers.d/runbook` with the line "
          + "`\(host.user ?? "USER") ALL=(root) NOPASSWD: ALL`; then try `\(tryOut(host))`.")
    }
    if let cause = line("sudo: sorry, you must have a tty to run sudo") {
      return Failure(
        .sudoRefused, "sudo wants a terminal.", host: host.name, cause: cause,
        hint: "On \(host.name), add `Defaults:\(host.user ?? "USER") !requiretty` with `sudo visudo`.")
    }
    let refusals = [
      " is not in the sudoers file", " is not allowed to execute ", " may not run sudo on ",
      "sudo: account validation failure", "sudo: Account or password is expired",
    ]
    if let cause = lines.first(where: { line in refusals.contains { line.contains($0) } }) {
      return Failure(
        .sudoRefused, "sudo does not allow this command.", host: host.name, cause: cause,
        hint: "Give \(host.user ?? "the user") a rule for it with `sudo visudo` on \(host.name), or use another user.")
    }
    return nil
  }

  private static func tryOut(_ host: HostSpec) -> String {
    host.isLocal ? "sudo -n true" : SSHCommandLine.forOperator(host, command: ["sudo", "-n", "true"])
  }
}
