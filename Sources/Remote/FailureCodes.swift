import Values

extension FailureCode {
  /// The host did not answer, or refused the connection.
  public static let sshUnreachable: FailureCode = "ssh.unreachable"
  /// The host's name has no address.
  public static let sshNameNotResolved: FailureCode = "ssh.name_not_resolved"
  /// The host refused the login.
  public static let sshAuth: FailureCode = "ssh.auth"
  /// The host's key is unknown, so the host's identity can't be verified.
  public static let sshHostKeyUnknown: FailureCode = "ssh.host_key_unknown"
  /// The host's key is not the one that was recorded.
  public static let sshHostKeyChanged: FailureCode = "ssh.host_key_changed"
  /// The host answered with something else than the command: it runs no commands for this user.
  public static let sshNoShell: FailureCode = "ssh.no_shell"
  /// The host has a connection and does not answer; whether the command was begun is unknown.
  public static let sshNoAnswer: FailureCode = "ssh.no_answer"
  /// The host's answer arrived without its begin or its end, though the session ended as it should.
  public static let sshAnswerDamaged: FailureCode = "ssh.answer_damaged"
  /// The connection ended while a command ran; the command's outcome is unknown.
  public static let sshConnectionLost: FailureCode = "ssh.connection_lost"
  /// The connection was closed by this program before the command was sent.
  public static let sshClosed: FailureCode = "ssh.closed"
  /// The host allows no further session on the connection.
  public static let sshSessionsExhausted: FailureCode = "ssh.sessions_exhausted"
  /// There is no ssh client on this machine.
  public static let sshMissing: FailureCode = "ssh.missing"
  /// The ssh client does not accept its configuration, or a name it can't take.
  public static let sshConfiguration: FailureCode = "ssh.configuration"
  /// The folder for connection sockets can't be used.
  public static let sshControlFolder: FailureCode = "ssh.control_folder"
  /// The ssh client failed in a way that is not known here.
  public static let sshFailed: FailureCode = "ssh.failed"
  /// `sudo` wants a password.
  public static let sudoPassword: FailureCode = "sudo.password"
  /// `sudo` does not allow the command to this user.
  public static let sudoRefused: FailureCode = "sudo.refused"
  /// The host has no `sudo`.
  public static let sudoMissing: FailureCode = "sudo.missing"
  /// The command took longer than it may; it may continue on the host.
  public static let commandTimeout: FailureCode = "command.timeout"
  /// The command wrote more than is kept.
  public static let commandOutputTooLarge: FailureCode = "command.output_too_large"
  /// A process could not be started on this machine.
  public static let commandNotStarted: FailureCode = "command.not_started"
  /// A command can't be passed on as it is written, for example because of a NUL character.
  public static let commandInvalid: FailureCode = "command.invalid"
  /// There is no such file.
  public static let fileNotFound: FailureCode = "file.not_found"
  /// The file may not be read or written.
  public static let filePermission: FailureCode = "file.permission"
  /// The file is larger than is read.
  public static let fileTooLarge: FailureCode = "file.too_large"
  /// The file could not be read or written for another reason.
  public static let fileFailed: FailureCode = "file.failed"
  /// There is no room for the file.
  public static let fileNoSpace: FailureCode = "file.no_space"
  /// What arrived is not what was sent; nothing was replaced by it.
  public static let fileDamaged: FailureCode = "file.damaged"
  /// The process whose network was to be looked at has ended.
  public static let namespaceAbsent: FailureCode = "namespace.absent"
  /// The host's answer about itself could not be understood.
  public static let hostFactsUnreadable: FailureCode = "host.facts_unreadable"
  /// What was named is not a valid host:port.
  public static let tunnelInvalid: FailureCode = "tunnel.invalid"
  /// The host has no program that opens a connection for us.
  public static let tunnelMissing: FailureCode = "tunnel.missing"
  /// The host can't open a connection to that address.
  public static let tunnelRefused: FailureCode = "tunnel.refused"
}
