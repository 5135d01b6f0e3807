import Values

extension FailureCode {
  /// The host did not answer, or refused the connection.
  package static let sshUnreachable: FailureCode = "ssh.unreachable"
  /// The host's name has no address.
  package static let sshNameNotResolved: FailureCode = "ssh.name_not_resolved"
  /// The host refused the login.
  package static let sshAuth: FailureCode = "ssh.auth"
  /// The host's key is unknown, so the host's identity can't be verified.
  package static let sshHostKeyUnknown: FailureCode = "ssh.host_key_unknown"
  /// The host's key is not the one that was recorded.
  package static let sshHostKeyChanged: FailureCode = "ssh.host_key_changed"
  /// The host answered with something else than the command: it runs no commands for this user.
  package static let sshNoShell: FailureCode = "ssh.no_shell"
  /// The host has a connection and does not answer; whether the command was begun is unknown.
  package static let sshNoAnswer: FailureCode = "ssh.no_answer"
  /// The host's answer arrived without its begin or its end, though the session ended as it should.
  package static let sshAnswerDamaged: FailureCode = "ssh.answer_damaged"
  /// The connection ended while a command ran; the command's outcome is unknown.
  package static let sshConnectionLost: FailureCode = "ssh.connection_lost"
  /// The connection was closed by this program before the command was sent.
  package static let sshClosed: FailureCode = "ssh.closed"
  /// The host allows no further session on the connection.
  package static let sshSessionsExhausted: FailureCode = "ssh.sessions_exhausted"
  /// There is no ssh client on this machine.
  package static let sshMissing: FailureCode = "ssh.missing"
  /// The ssh client does not accept its configuration, or a name it can't take.
  package static let sshConfiguration: FailureCode = "ssh.configuration"
  /// The folder for connection sockets can't be used.
  package static let sshControlFolder: FailureCode = "ssh.control_folder"
  /// The ssh client failed in a way that is not known here.
  package static let sshFailed: FailureCode = "ssh.failed"
  /// `sudo` wants a password.
  package static let sudoPassword: FailureCode = "sudo.password"
  /// `sudo` does not allow the command to this user.
  package static let sudoRefused: FailureCode = "sudo.refused"
  /// The host has no `sudo`.
  package static let sudoMissing: FailureCode = "sudo.missing"
  /// The command took longer than it may; it may continue on the host.
  package static let commandTimeout: FailureCode = "command.timeout"
  /// The command wrote more than is kept.
  package static let commandOutputTooLarge: FailureCode = "command.output_too_large"
  /// A process could not be started on this machine.
  package static let commandNotStarted: FailureCode = "command.not_started"
  /// A command can't be passed on as it is written, for example because of a NUL character.
  package static let commandInvalid: FailureCode = "command.invalid"
  /// There is no such file.
  package static let fileNotFound: FailureCode = "file.not_found"
  /// The file may not be read or written.
  package static let filePermission: FailureCode = "file.permission"
  /// The file is larger than is read.
  package static let fileTooLarge: FailureCode = "file.too_large"
  /// The file could not be read or written for another reason.
  package static let fileFailed: FailureCode = "file.failed"
  /// There is no room for the file.
  package static let fileNoSpace: FailureCode = "file.no_space"
  /// What arrived is not what was sent; nothing was replaced by it.
  package static let fileDamaged: FailureCode = "file.damaged"
  /// The process whose network was to be looked at has ended.
  package static let namespaceAbsent: FailureCode = "namespace.absent"
  /// The host's answer about itself could not be understood.
  package static let hostFactsUnreadable: FailureCode = "host.facts_unreadable"
  /// What was named is not a valid host:port.
  package static let tunnelInvalid: FailureCode = "tunnel.invalid"
  /// The host has no program that opens a connection for us.
  package static let tunnelMissing: FailureCode = "tunnel.missing"
  /// The host can't open a connection to that address.
  package static let tunnelRefused: FailureCode = "tunnel.refused"
}

extension ChildProcess.Interruption {
  /// The failure that an operator sees.
  func failure(of command: RemoteCommand, host: HostSpec) -> Failure {
    let program = command.argv.first ?? "the command"
    let goesOn = host.isLocal ? "" : "; its part on \(host.name) may continue"
    switch self {
    case .noAnswer(let limit): return SSHFailure.noAnswer(host: host, limit: limit, greeting: [], hasBegun: true)
    case .timedOut:
      let limit = command.timeout.map(\.words) ?? "its time"
      return Failure(
        .commandTimeout, "`\(program)` was not done after \(limit) and was ended here\(goesOn)", host: host.name,
        hint: "check on \(host.name) what it has done before you run it again", leavesDoubt: true)
    case .outputTooLarge:
      let limit = ChildProcess.outputLimit / 1024 / 1024
      return Failure(
        .commandOutputTooLarge,
        "`\(program)` wrote more than \(limit) MiB, the most that is kept, and was ended here\(goesOn)",
        host: host.name, hint: "let it write less, or to a file on the host", leavesDoubt: true)
    }
  }
}
